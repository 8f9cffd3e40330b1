"""A month, or a year up to a month, as moments and days in China."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from engine import clock
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid
from engine.hazards.months import next_month

_MONTH: Final = re.compile(r"2[0-9]{3}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Span:
    """Whole months, from the start of `first` to the end of `last` ("2026-11")."""

    first: str
    last: str

    @property
    def start(self) -> datetime:
        """Give the first moment that belongs to it."""
        return _begin(self.first)

    @property
    def end(self) -> datetime:
        """Give the first moment after it."""
        return _begin(next_month(self.last))

    @property
    def first_on(self) -> date:
        """Give its first day."""
        return date(int(self.first[:4]), int(self.first[5:]), 1)

    @property
    def last_on(self) -> date:
        """Give its last day."""
        return self.end.astimezone(LOCAL_ZONE).date() - timedelta(days=1)

    @property
    def stood_on(self) -> date | None:
        """Give the day whose placements count: its last; None as long as those of today do."""
        return self.last_on if self.last_on < clock.local_date() else None


def month_span(month: str) -> Span:
    """Give the span of one month.

    Raises:
        Invalid: it is not written like 2026-11.
    """
    if not _MONTH.fullmatch(month):
        raise Invalid(
            f"月份“{month[:20]}”不对，请按 2026-11 的样子填写。",
            f"The month '{month[:20]}' is wrong; write it like 2026-11.",
            field="month",
        )
    return Span(month, month)


def year_span(month: str) -> Span:
    """Give the span from January to `month`, for cumulative figures."""
    return Span(f"{month_span(month).first[:4]}-01", month)


def present_month() -> str:
    """Give the month it is now in China."""
    return clock.month_of(clock.now())


def _begin(month: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=LOCAL_ZONE)
