"""What the codes of the ledgers are called. Pages say them with `say`, files in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.errors import Message
from engine.hazards import codes, rewards
from engine.hazards.codes import SECTORS

HAZARD_STATES: Final[Mapping[str, Message]] = {
    "reported": Message("待核查", "To be verified"),
    "verified": Message("待整改", "To be rectified"),
    "rectified": Message("待验收", "To be accepted"),
    "closed": Message("已销号", "Closed"),
    "dismissed": Message("不予上账", "Not on the ledger"),
    "cancelled": Message("已取消", "Cancelled"),
}
SUGGESTION_STATES: Final[Mapping[str, Message]] = {
    **HAZARD_STATES,
    "reported": Message("研究中", "Being considered"),
    "closed": Message("已采纳", "Adopted"),
    "dismissed": Message("未采纳", "Not adopted"),
}
REWARD_STATES: Final[Mapping[str, Message]] = {
    "proposed": Message("待审批", "To be approved"),
    "approved": Message("待发放", "To be paid"),
    "paid": Message("已发放", "Paid"),
    "received": Message("已领取", "Received"),
    "refused": Message("未批准", "Not approved"),
}
LEVELS: Final[Mapping[str, Message]] = {
    "general": Message("一般", "General"),
    "major": Message("重大", "Major"),
}
KINDS: Final[Mapping[str, Message]] = {
    "hazard": Message("事故隐患", "Hazard"),
    "suggestion": Message("合理化建议", "Suggestion"),
}
#: GB/T 13861-2022, level 1, in the few words a table has room for.
CATEGORIES: Final[Mapping[str, Message]] = {
    "human": Message("人", "Human"),
    "object": Message("物", "Object"),
    "environment": Message("环", "Environment"),
    "management": Message("管", "Management"),
}
SOURCES: Final = codes.SOURCES
CHANNELS: Final = codes.CHANNELS
FINDINGS: Final[Mapping[str, Message]] = {
    "confirmed": Message("属实，构成隐患", "True, a hazard"),
    "partly": Message("部分属实", "Partly true"),
    "not_a_hazard": Message("属实，不构成隐患", "True, not a hazard"),
    "duplicate": Message("重复报告", "Reported before"),
    "unfounded": Message("不属实", "Not true"),
    "unverifiable": Message("无法核实", "Cannot be verified"),
    "malicious": Message("恶意", "Malicious"),
}
CONTROL_TYPES: Final[Mapping[str, Message]] = {
    "elimination": Message("消除", "Elimination"),
    "substitution": Message("替代", "Substitution"),
    "engineering": Message("工程控制", "Engineering"),
    "administrative": Message("管理控制", "Administrative"),
    "ppe": Message("个体防护", "Protective equipment"),
}
#: Where a reward is charged; the first is 财资〔2022〕136号 art. 5(4).
FUNDING_LINES: Final[Mapping[str, Message]] = {
    "safety_expense": Message(
        "安全生产费用（财资〔2022〕136号第五条第（四）项）",
        "Safety expenses (Caizi [2022] 136 art. 5(4))",
    ),
    "cost": Message("成本费用", "Ordinary cost"),
    "union_funds": Message("工会经费", "Union funds"),
    "other": Message("其他", "Other"),
}
METHODS: Final[Mapping[str, Message]] = {
    "wage": Message("随工资", "With wages"),
    "transfer": Message("转账", "Transfer"),
    "cash": Message("现金", "Cash"),
    **rewards.NAMES,
}
#: By which moment a ledger is narrowed to a month; the first is the one it is ordered by.
HAZARD_DATES: Final[Mapping[str, Message]] = {
    "": Message("报告时间", "Reported"),
    "registered": Message("上账时间", "Put on the ledger"),
    "closed": Message("销号时间", "Closed"),
}
REWARD_DATES: Final[Mapping[str, Message]] = {
    "": Message("提出时间", "Proposed"),
    "approved": Message("批准时间", "Approved"),
    "paid": Message("发放时间", "Paid"),
    "received": Message("领取时间", "Received"),
}
AXES: Final[Mapping[str, Message]] = {
    "sector": Message("按行业", "By sector"),
    "town": Message("按街镇", "By town"),
    "group": Message("按集团", "By group"),
    "department": Message("按主管部门", "By department"),
    "enterprise": Message("按单位", "By enterprise"),
}
#: The line of enterprises that stand nowhere on an axis.
NOWHERE: Final = Message("未归入", "Not assigned")


def state_of(kind: str, state: str) -> Message:
    """Give the state of a hazard or a suggestion in words."""
    words = SUGGESTION_STATES if kind == "suggestion" else HAZARD_STATES
    return words.get(state, Message(state, state))


def name_of(words: Mapping[str, Message], code: str | None) -> Message:
    """Give the words for a code; a code nobody knows stands for itself, none for nothing."""
    return words.get(code or "", Message(code or "", code or ""))


def rule_version(text: str | None) -> Message:
    """Give the version of a reward rule as people say it; other words stand for themselves."""
    _, mark, number = (text or "").rpartition(" v")
    if mark and number.isdigit():
        return Message(f"奖励标准表第{number}版", f"Reward table, version {number}")
    return Message(text or "", text or "")


def sector_name(key: str) -> Message:
    """Give the name of a sector."""
    return name_of(SECTORS, key)
