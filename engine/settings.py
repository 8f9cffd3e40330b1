"""What an organisation may set for itself, with the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.errors import InvalidAnswers, Message
from engine.store import Organisation

#: Settings of an organisation that has chosen nothing.
DEFAULTS: Final[Mapping[str, Any]] = {
    "anonymous_reports": True,
    "reward_limit_fen": 20_000,
    "calendar": {},
    "publish_by_two": False,
    # The month: whether signing and locking takes two people, and by which day of the next month
    # those below have to hand in.
    "returns_by_two": False,
    "returns_due_day": 5,
    # Of an office: the id of the department that is the district's trade union, and handles
    # complaints of retaliation; empty for none.
    "complaints_to": "",
}
#: No single reward comes near this (domain.md B5); more is a slip of the finger.
_HIGHEST_LIMIT_FEN: Final = 100_000_000


def setting(organisation: Organisation, key: str) -> Any:
    """Give a setting, or its default; an unknown key is a KeyError."""
    return organisation.settings.get(key, DEFAULTS[key])


def clean_settings(present: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give `present` settings with `changes` made.

    Raises:
        InvalidAnswers: an unknown key or a wrong value, setting by setting.
    """
    wrong = {key: [_wrong(key)] for key, value in changes.items() if not _fits(key, value)}
    if wrong:
        raise InvalidAnswers(wrong)
    return {**present, **changes}


def _fits(key: str, value: Any) -> bool:
    match key:
        case "anonymous_reports" | "publish_by_two" | "returns_by_two":
            return isinstance(value, bool)
        case "returns_due_day":
            return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 28
        case "reward_limit_fen":
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole and 0 <= value <= _HIGHEST_LIMIT_FEN
        case "complaints_to":
            return value == "" or _is_id(value)
        case "calendar":
            return _is_days(value, bool)
    return False


def _wrong(key: str) -> Message:
    return {
        "reward_limit_fen": Message(
            "免审批限额应在 0 至 100 万元之间。",
            "The limit without approval lies between 0 and 1,000,000 yuan.",
        ),
        "returns_due_day": Message(
            "截止日应是每月 1 至 28 日中的一天。", "The day lies between the 1st and the 28th."
        ),
        "calendar": Message(
            "每行写一个日期和“班”或“休”，例如：2026-10-10 班。",
            "One day a line with “work” or “rest”, for example: 2026-10-10 work.",
        ),
    }.get(key, Message("这个值不对，请重新选择。", "This value is wrong; choose again."))


def _is_days(value: Any, of: type) -> bool:
    return isinstance(value, dict) and all(
        _is_day(day) and isinstance(kind, of) for day, kind in value.items()
    )


def _is_id(text: Any) -> bool:
    try:
        return bool(str(UUID(text)) == text)
    except (TypeError, ValueError, AttributeError):
        return False


def _is_day(text: Any) -> bool:
    try:
        return bool(date.fromisoformat(text).isoformat() == text)
    except (TypeError, ValueError):
        return False
