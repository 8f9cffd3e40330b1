"""How papers say dates, moments and money. Pure; the filters of `templates/print`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from engine.actors import ROLES
from engine.clock import LOCAL_ZONE

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def in_words(fen: int) -> str:
    """Give an amount in words, as on a cheque: 20050 → 人民币贰佰元伍角整.

    By the rules for filling in bills (《支付结算办法》附一): one 零 for a run of zeros, 整 where
    the amount stops before 分. The permitted forms without an optional 零 are used.

    Args:
        fen: the amount, not negative.
    """
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan or not rest else ""
    gap = "零" if whole and cents and not jiao else ""
    return f"人民币{whole}{gap}{_part(jiao, '角')}{_part(cents, '分')}{'' if cents else '整'}"


def _part(digit: int, unit: str) -> str:
    return _DIGITS[digit] + unit if digit else ""


def _whole(number: int) -> str:
    """Spell a whole number in groups of four digits."""
    spelled = ""
    for power in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * power) % 10_000
        if group:
            leap = group < 1_000 or number // 10 ** (4 * power + 4) % 10_000 == 0
            spelled += ("零" if spelled and leap else "") + _four(group) + _GROUPS[power]
    return spelled or "零"


def _four(group: int) -> str:
    """Spell 1 to 9999."""
    spelled, last = "", 0
    for power in range(3, -1, -1):
        digit = group // 10**power % 10
        if digit:
            spelled += ("零" if spelled and not last else "") + _DIGITS[digit] + _PLACES[power]
        last = digit
    return spelled


def yuan(fen: int) -> str:
    """Give an amount in digits: 123450 → ¥1,234.50."""
    return f"¥{fen // 100:,}.{fen % 100:02}"


def day(value: str) -> str:
    """Give an ISO date or moment as a day in China: 2025年3月8日."""
    read = _local(value)
    return f"{read.year}年{read.month}月{read.day}日"


def month(value: str) -> str:
    """Give an ISO month: 2025年3月."""
    read = date.fromisoformat(f"{value}-01")
    return f"{read.year}年{read.month}月"


def reported(value: str) -> str:
    """Give the day, or for "2025-03" the month: unnamed reporters have no day."""
    return day(value) if len(value) > len("2025-03") else month(value)


def moment(value: str) -> str:
    """Give an ISO moment as China's clock says it: 2025年3月8日 14:05."""
    read = datetime.fromisoformat(value).astimezone(LOCAL_ZONE)
    return f"{read.year}年{read.month}月{read.day}日 {read:%H:%M}"


def grouped(text: str, size: int = 8) -> str:
    """Set spaces into a long code, so that two people can compare it aloud."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def clip(text: str, limit: int | None) -> str:
    """Cut `text` to `limit` characters and say so; None leaves it whole."""
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit]}……（全文见系统记录）"


def _local(value: str) -> date:
    if len(value) == len("2025-03-08"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value).astimezone(LOCAL_ZONE).date()


def funds(value: int | str | None) -> str:
    """Give money that may be an amount in fen, words, or not said."""
    return yuan(value) if isinstance(value, int) else said(value)


def said(value: str | None) -> str:
    """Give what was said, or a dash: an empty cell looks forgotten."""
    return value or "—"


def role(key: str) -> str:
    """Give a role's name; a name that is no key is given as it is."""
    return ROLES[key].zh if key in ROLES else key


def name(key: str | None) -> str:
    """Give the name of a level, category or kind of control (domain.md C1 13, 29, 41)."""
    return _NAMES.get(key or "", said(key))


_NAMES: Final = {
    "general": "一般",
    "major": "重大",
    "human": "人的因素",
    "object": "物的因素",
    "environment": "环境因素",
    "management": "管理因素",
    "elimination": "消除",
    "substitution": "替代",
    "engineering": "工程技术",
    "administrative": "管理措施",
    "protective": "个体防护",
}

FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "in_words": in_words,
    "yuan": yuan,
    "day": day,
    "month": month,
    "moment": moment,
    "grouped": grouped,
    "clip": clip,
    "funds": funds,
    "said": said,
    "role": role,
    "name": name,
    "reported": reported,
}
