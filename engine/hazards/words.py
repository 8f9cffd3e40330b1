"""Everyday words for what checklists say in the words of the law (R-48).

A worker writes 插座 or 纸箱堵门; the lists say 电气线路 and 占用、堵塞安全出口.
Whoever looks for an item looks for both. Plain data: the same words always lead to the same items.
"""

from __future__ import annotations

from typing import Final

#: Words of the shop floor, and the words of the lists they stand for.
_SAID: Final[tuple[tuple[str, str], ...]] = (
    ("灭火器 消火栓 消防栓 水带 喷淋", "消防器材 消防设施 消火栓"),
    ("堆 堵 挡住 占道 占用 纸箱 杂物 锁住 锁门 上锁", "占用 堵塞 锁闭 封堵 疏散通道 安全出口"),
    ("楼梯 过道 走廊 走道 通道 逃生 安全门 防火门 出口", "疏散通道 安全出口"),
    ("护目镜 安全帽 手套 口罩 耳塞 防护服 劳保 安全带 没戴 未戴 没穿", "劳动防护用品 佩戴"),
    ("动火 电焊 气焊 焊接 切割 烧焊", "动火 电焊 危险作业"),
    ("电线 插座 插排 拖线板 接线 电缆 飞线 拉线 私拉 裸露 漏电", "用电 电气 线路 电线"),
    ("配电 电箱 电柜 配电柜 开关", "用电 电气 临时用电"),
    ("叉车 行车 吊车 起重 电梯 锅炉 压力容器 储气罐", "特种设备 检验 起重机械"),
    ("年检 过期 没检 超期", "定期检验 检验不合格"),
    ("煤气 燃气 液化气 天然气 气瓶 钢瓶 瓶装气", "燃气 气瓶 可燃气体"),
    ("报警器 报警 探头 烟感 温感", "报警装置 火灾自动报警"),
    ("警示牌 标志 标识 标牌 警示", "安全警示标志"),
    ("无证 没证 证件 上岗证 操作证", "特种作业人员 资格 持证上岗"),
    ("没培训 培训 新来的 不会操作 实习", "教育和培训 从业人员"),
    ("粉尘 积灰 灰尘 除尘", "粉尘 积尘 除尘系统"),
    ("防护罩 护栏 防护网 急停 光栅 联锁 传动", "防护 安全设备 安全装置 失效"),
    ("临边 洞口 井口 坑 高处 登高 梯子", "高处作业 危险部位 孔洞口"),
    ("脚手架 架子", "脚手架"),
    ("油漆 稀料 酒精 汽油 溶剂 危化 化学品", "危险化学品 易燃 溶剂"),
    ("下水道 污水池 管道井 罐内 有限空间 受限空间", "有限空间 作业审批"),
    ("氨 氨气 制冷", "液氨"),
    ("电瓶车 电动车 充电 锂电", "锂离子电池 火灾"),
    ("漏气 泄漏 异味 臭味", "泄漏 可燃气体"),
    ("外包 分包 承包 施工队 装修队", "承包单位 安全生产管理协议"),
    ("演练 预案", "应急救援预案 演练"),
    ("病床 轮椅", "占用 疏散通道"),
)
_WORDS: Final = {word: lists for words, lists in _SAID for word in words.split()}


def in_words_of_lists(text: str) -> str:
    """Give the words of the lists that the everyday words in `text` stand for; "" for none."""
    found = [lists for word, lists in _WORDS.items() if word in text]
    return " ".join(dict.fromkeys(found))
