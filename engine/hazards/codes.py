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
