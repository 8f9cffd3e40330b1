"""Code tables the program relies on: sectors and hazard classes (domain.md D, C1 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.errors import Message

#: Sector key → name. An enterprise has one; items of "general" hold in all.
SECTORS: Final[Mapping[str, Message]] = {
    "hazchem": Message("危险化学品", "Hazardous chemicals"),
    "construction": Message("建筑施工", "Construction"),
    "gas": Message("燃气", "City gas"),
    "industry_trade": Message("工贸", "Industry and trade"),
    "education": Message("教育", "Schools and kindergartens"),
    "medical": Message("医疗", "Medical institutions"),
    "eldercare": Message("养老机构", "Elder care"),
    "commercial": Message("大型商业综合体", "Large commercial complexes"),
    "heritage": Message("文物保护", "Cultural relics"),
    "general": Message("通用", "All sectors"),
}
#: What an enterprise is standardised in 标准化行业 (R-67): the seven of the notice, and others.
STANDARD_SECTORS: Final[Mapping[str, Message]] = {
    "chemical": Message("化工（含石油化工）", "Chemicals, with petrochemicals"),
    "pharmaceutical": Message("医药", "Pharmaceuticals"),
    "hazchem": Message("危险化学品", "Hazardous chemicals"),
    "industry_trade": Message("工贸", "Industry and trade"),
    "construction": Message("建筑施工", "Construction"),
    "medical": Message("医疗卫生", "Medical and health"),
    "education": Message("教育培训", "Education and training"),
    "other": Message("其他", "Other"),
}
#: What people write for them → the code.
STANDARD_WORDS: Final[Mapping[str, str]] = {
    word: key
    for key, words in {
        "chemical": "化工 石油化工 石化 化工行业 石油化工行业 化工(含石油化工) 化工企业",
        "pharmaceutical": "医药行业 制药 医药制造 医药化工 制药企业",
        "hazchem": "危化 危化品 危险化学品行业 危险化学品企业 危险化学品生产 危险化学品经营",
        "industry_trade": "工贸行业 工贸企业 冶金 有色 建材 机械 机械制造 轻工 纺织 烟草 商贸",
        "construction": "建筑 建筑业 建筑行业 建筑施工企业 施工",
        "medical": "医疗 卫生 医院 医疗机构 医疗卫生机构 卫生健康",
        "education": "教育 培训 学校 教育行业 教育培训机构",
        "other": "其它 其他行业",
    }.items()
    for word in words.split()
}
#: The four classes of GB/T 13861-2022, level 1: people, things, surroundings, management (R-32).
CATEGORIES: Final[Mapping[str, Message]] = {
    "human": Message("人的不安全行为", "Unsafe behaviour"),
    "object": Message("设施设备的不安全状态", "Unsafe state of equipment"),
    "environment": Message("环境的不安全因素", "Unsafe surroundings"),
    "management": Message("安全管理的缺陷和漏洞", "Gaps in safety management"),
}
#: What a checklist item says about the level; only the first opens a determination by itself.
ITEM_LEVELS: Final[Mapping[str, Message]] = {
    "major_listed": Message("重大（列举）", "Listed as major"),
    "needs_judgement": Message("须判定", "Needs judgement"),
    "general": Message("一般", "General"),
}
#: Where a hazard is from; only the first two feed the indicator "found and reported" (C1 4).
SOURCES: Final[Mapping[str, Message]] = {
    "staff": Message("从业人员报告", "Reported by staff"),
    "self_check": Message("岗位自查", "Self-check"),
    "special_check": Message("专项检查", "Special inspection"),
    "government": Message("政府检查", "Government inspection"),
    "iot": Message("物联网", "Sensors"),
    "ai": Message("智能识别", "Image recognition"),
    "transferred": Message("外部转办", "Handed over"),
}
#: By which way a report came in (C1 23).
CHANNELS: Final[Mapping[str, Message]] = {
    "qr": Message("扫码", "QR poster"),
    "web": Message("网页", "Web page"),
    "in_person": Message("当面", "In person"),
    "phone": Message("电话", "Telephone"),
    "slip": Message("信箱、纸条", "Paper slip or box"),
    "meeting": Message("班前会", "Shift meeting"),
    "message": Message("短信、微信", "Text message"),
    "email": Message("邮件", "E-mail"),
    "document": Message("来文", "Official paper"),
    "api": Message("接口", "Another system"),
    "signal": Message("设备信号", "Device signal"),
    "unknown": Message("未登记", "Not noted"),
}
#: How openly somebody reports.
REPORT_MODES: Final[Mapping[str, Message]] = {
    "named": Message("实名", "Named"),
    "confidential": Message("保密（仅受理人可见）", "Confidential"),
    "anonymous": Message("匿名（凭证码）", "Anonymous (receipt code)"),
}
#: In which capacity.
REPORTER_TYPES: Final[Mapping[str, Message]] = {
    "staff": Message("正式员工", "Staff"),
    "dispatched": Message("劳务派遣人员", "Dispatched worker"),
    "intern": Message("实习学生", "Intern"),
    "contractor": Message("承包商人员", "Contractor"),
    "tenant": Message("承租方人员", "Tenant"),
    "visitor": Message("访客", "Visitor"),
}
