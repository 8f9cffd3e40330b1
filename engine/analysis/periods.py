"""Which time an analysis is over. A relative period stays relative: "last month" moves on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from engine import clock
from engine.errors import Invalid
from engine.hazards.months import months_back
from engine.statistics.span import Span, month_span

#: Period → how many months it takes, and how many whole months back its last one lies.
_RELATIVE: Final = {
    "this_month": (1, 0),
    "last_month": (1, 1),
    "last_3_months": (3, 0),
    "last_12_months": (12, 0),
}
#: Quarters of the year: how many months back the wanted one lies.
_QUARTERS: Final = {"this_quarter": 0, "last_quarter": 3}
#: What can be chosen: the relative ones, quarters, the year so far, and months by name.
PERIODS: Final = (*_RELATIVE, *_QUARTERS, "this_year", "months")
#: The longest period of months chosen by name.
MOST_MONTHS: Final = 36


@dataclass(frozen=True)
class Period:
    """Whole months and what they are compared with: as many months before them."""

    span: Span
    before: Span

    @property
    def months(self) -> list[str]:
        """Give its months, first to last."""
        return months_of(self.span)


def period_of(name: str, first: str = "", last: str = "") -> Period:
    """Give the period of that name as it is today.

    Args:
        first, last: its months ("2026-09"), for the period "months"; one alone is both.

    Raises:
        Invalid: there is no such period, or the months are wrong.
    """
    present = clock.month_of(clock.now())
    if name == "months":
        return _of(_chosen(first or last, last or first))
    if name == "this_year":
        return _of(Span(f"{present[:4]}-01", present))
    if name in _QUARTERS:
        return _of(_quarter(months_back(present, _QUARTERS[name] + 1)[0]))
    if name not in _RELATIVE:
        raise Invalid(
            f"没有名为“{name[:20]}”的期间，请重新选择。",
            f"There is no period '{name[:20]}'; choose another.",
            field="period",
        )
    count, back = _RELATIVE[name]
    months = months_back(present, count + back)
    return _of(Span(months[0], months[count - 1]))


def _chosen(first: str, last: str) -> Span:
    for month in (first, last):
        month_span(month)
    if first > last:
        raise Invalid(
            f"起始月份 {first} 在结束月份 {last} 之后，请对调。",
            f"The first month {first} comes after the last, {last}; swap them.",
            field="first",
        )
    span = Span(first, last)
    if len(months_of(span)) > MOST_MONTHS:
        raise Invalid(
            f"期间最长 {MOST_MONTHS} 个月，请缩短。",
            f"A period has at most {MOST_MONTHS} months; shorten it.",
            field="first",
        )
    return span


def _quarter(month: str) -> Span:
    """Give the whole quarter that a month is in, though its last months may not have come."""
    year, first = month[:4], (int(month[5:]) - 1) // 3 * 3 + 1
    return Span(f"{year}-{first:02}", f"{year}-{first + 2:02}")


def _of(span: Span) -> Period:
    count = len(months_of(span))
    before = months_back(span.first, count + 1)
    return Period(span, Span(before[0], before[count - 1]))


def months_of(span: Span) -> list[str]:
    """Give the months of a span, first to last."""
    first, last = (12 * int(month[:4]) + int(month[5:]) for month in (span.first, span.last))
    return months_back(span.last, last - first + 1)


def starts_of(months: list[str]) -> list[datetime]:
    """Give the first moment of each month, in UTC."""
    return [month_span(month).start.astimezone(UTC) for month in months]
