"""Months, quarters and years as people choose them: "2026-11", "2026-Q4", "2026"."""

from __future__ import annotations

import re
from typing import Final

from engine import clock
from engine.errors import Invalid, Message
from engine.statistics.span import Span

_PERIOD: Final = re.compile(r"(2[0-9]{3})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?")
#: How many periods of each kind can be chosen.
_MONTHS, _QUARTERS, _YEARS = 12, 6, 3


def span_of(period: str) -> Span:
    """Give a month, quarter or year as a span of months.

    Raises:
        Invalid: it is not written like 2026-11, 2026-Q4 or 2026, or has not begun.
    """
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise Invalid(
            f"期间“{period[:20]}”不对，请按 2026-11、2026-Q4 或 2026 的样子填写。",
            f"The period '{period[:20]}' is wrong; write it like 2026-11, 2026-Q4 or 2026.",
            field="period",
        )
    year, month, quarter = found.groups()
    if month:
        span = Span(period, period)
    elif quarter:
        last = 3 * int(quarter)
        span = Span(f"{year}-{last - 2:02d}", f"{year}-{last:02d}")
    else:
        span = Span(f"{year}-01", f"{year}-12")
    if span.start > clock.now():
        raise Invalid(
            f"期间“{period}”还没有开始。", f"The period {period} has not begun.", field="period"
        )
    return span


def is_period(text: str) -> bool:
    """Say whether a period is written like one."""
    return _PERIOD.fullmatch(text) is not None


def periods() -> list[str]:
    """Give the periods one may choose from now: months, quarters, years, the latest first."""
    today = clock.local_date()
    months = [_month_before(today.year, today.month, back) for back in range(_MONTHS)]
    here = today.year * 4 + (today.month - 1) // 3
    quarters = [f"{at // 4}-Q{at % 4 + 1}" for at in range(here, here - _QUARTERS, -1)]
    years = [str(today.year - back) for back in range(_YEARS)]
    return [*months, *quarters, *years]


def period_words(period: str) -> Message:
    """Give a period in words."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return Message(
            f"{year}年第{'一二三四'[int(part[1]) - 1]}季度", f"Quarter {part[1]} of {year}"
        )
    if part:
        return Message(f"{year}年{int(part)}月", f"{year}-{part}")
    return Message(f"{year}年度", year)


def _month_before(year: int, month: int, back: int) -> str:
    at = year * 12 + month - 1 - back
    return f"{at // 12}-{at % 12 + 1:02d}"
