"""What honours are given for, for which period, and what may be written about them (R-30)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.errors import InvalidAnswers, Message
from engine.statistics.periods import is_period, period_words, periods, span_of

__all__ = [
    "BASIS", "KINDS", "LIVE", "LONGEST", "LONGEST_REASON", "STATES", "TITLES", "clean",
    "clean_reason", "is_period", "period_words", "periods", "span_of",
]  # fmt: skip

KINDS: Final[Mapping[str, Message]] = {
    "person": Message("个人", "Person"),
    "team": Message("集体", "Team"),
}
STATES: Final[Mapping[str, Message]] = {
    "proposed": Message("待决定", "To be decided"),
    "decided": Message("待本人同意", "Waits for the person"),
    "awarded": Message("已授予", "Awarded"),
    "declined": Message("没有同意", "Declined"),
    "dropped": Message("推荐已撤回", "Taken back"),
    "refused": Message("本人不接受", "Not accepted"),
    "revoked": Message("已撤销", "Revoked"),
}
#: States in which the same honour is not proposed again.
LIVE: Final = ("proposed", "decided", "awarded")
#: What was counted of a person, all of it reported by name, or of a team or place.
BASIS: Final[Mapping[str, Message]] = {
    "verified": Message("查实隐患", "Hazards confirmed"),
    "major": Message("其中重大", "Majors among them"),
    "closed": Message("已销号", "Closed"),
    "adopted": Message("采纳建议", "Suggestions adopted"),
    "overdue": Message("逾期未改", "Overdue"),
    "reporters": Message("实名报告人数", "Reported by name"),
}
#: Titles that are often given; any other may be written.
TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("隐患排查能手", "安全之星", "安全标兵", "整改先进个人"),
    "team": ("先进班组", "安全生产先进集体", "隐患整改先进车间"),
}
LONGEST: Final[Mapping[str, int]] = {"title": 40, "reason": 500, "reward": 200, "team": 100}
_NEEDED: Final = ("title", "reason")
#: Why something is declined or revoked.
LONGEST_REASON: Final = 200
#: Numbers of reports, hazards, rewards and what is made of them: each leads to one case.
_NUMBER: Final = re.compile(r"(?i)(?<![a-z0-9])(?:BG|SL|YH|XH|JL|LQ)-[A-Z0-9]+-[0-9]{4}")


def clean(given: Mapping[str, str]) -> dict[str, str]:
    """Give title, reason and reward as they are kept.

    Raises:
        InvalidAnswers: field by field: missing, too long, unprintable, or with the number of a
            case, which would tell who reported it.
    """
    errors: dict[str, list[Message]] = {}
    found: dict[str, str] = {}
    for key in ("title", "reason", "reward"):
        text = found[key] = " ".join(given.get(key, "").split())
        fault = _fault(key, text)
        if fault is not None:
            errors[key] = [fault]
    if errors:
        raise InvalidAnswers(errors)
    return found


def clean_reason(text: str) -> str:
    """Give the reason of an end, as it is kept.

    Raises:
        InvalidAnswers: none is given, a very long one, or one with unprintable characters.
    """
    said = " ".join(text.split())
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise InvalidAnswers.at(
            "reason",
            f"请写明理由，最多 {LONGEST_REASON} 个字。",
            f"Say why, in at most {LONGEST_REASON} characters.",
        )
    return said


def _fault(key: str, text: str) -> Message | None:
    if not text and key in _NEEDED:
        return Message("请填写这一项。", "Please answer this.")
    if len(text) > LONGEST[key]:
        return Message(f"太长，最多 {LONGEST[key]} 个字。", f"Too long; at most {LONGEST[key]}.")
    if not text.isprintable():
        return Message("有不能显示的字符，请删去。", "It has characters that cannot be shown.")
    if _NUMBER.search(text):
        return Message(
            "不要写报告、隐患或奖励的编号：那等于公布是谁报告的。",
            "Leave out numbers of reports, hazards and rewards: they would say who reported them.",
        )
    return None
