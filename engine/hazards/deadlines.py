"""Deadlines, counted in working days, hours or days, in China's calendar.

Working days are what the State Council's yearly holiday notice makes of the week: public holidays
are off, and some weekend days are worked to make up for them. The `holidays` library carries the
notices that are out; for a later year it knows the statutory holidays alone. An enterprise with
another rhythm overrides single days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final

import holidays

from engine.clock import LOCAL_ZONE
from engine.errors import Invalid

#: Day → whether it is worked; beats the national calendar.
Overrides = Mapping[date, bool]

_NO_OVERRIDES: Final[Overrides] = {}
_END_OF_DAY: Final = time(23, 59, 59)
_SHAPES: Final = {
    "working_days": re.compile(r"([0-9]{1,4})wd"),
    "days": re.compile(r"([0-9]{1,4})d|P([0-9]{1,4})D"),
    "hours": re.compile(r"([0-9]{1,5})h|PT([0-9]{1,5})H"),
    "minutes": re.compile(r"PT([0-9]{1,6})M"),
}
#: The longest deadline that is not a slip of the pen: ten years.
_LONGEST: Final = {"working_days": 2_500, "days": 3_650, "hours": 87_600, "minutes": 525_600}


@dataclass(frozen=True, slots=True)
class Span:
    """How long something may take."""

    count: int
    #: working_days, days, hours or minutes
    unit: str


def parse(text: str) -> Span:
    """Read "3wd", "15d", "24h", "PT24H", "P15D" or "PT90M".

    Raises:
        Invalid: anything else, nothing at all, or more than ten years.
    """
    for unit, shape in _SHAPES.items():
        found = shape.fullmatch(text.strip()) if isinstance(text, str) else None
        if found:
            count = int(next(group for group in found.groups() if group))
            if 0 < count <= _LONGEST[unit]:
                return Span(count, unit)
    shown = str(text)[:40]
    raise Invalid(
        f"“{shown}”不是期限。请写成 3wd（三个工作日）、15d（十五天）、24h（二十四小时）或日期 "
        "2026-03-01。",
        f"'{shown}' is not a deadline; write 3wd (working days), 15d (days), 24h (hours) or a date "
        "such as 2026-03-01.",
    )


def due(moment: datetime, text: str, overrides: Overrides = _NO_OVERRIDES) -> datetime:
    """Give the last moment, in UTC, of what may take `text` from `moment`.

    Hours and minutes count from the moment itself. Days and working days end with their last day
    in China: whoever acts on that day is in time. The day of `moment` is not counted. A date
    ends with that day, an ISO moment is taken as it is.

    Args:
        moment: an aware datetime.
        text: a span as `parse` reads it, or an ISO date or moment.
        overrides: day → worked or not.

    Raises:
        Invalid: `text` is no deadline, or `moment` is without an offset.
    """
    start = _local(moment)
    fixed = _fixed(text)
    if fixed is not None:
        return fixed
    span = parse(text)
    if span.unit in ("hours", "minutes"):
        return start.astimezone(UTC) + timedelta(**{span.unit: span.count})
    if span.unit == "days":
        return _end_of(start.date() + timedelta(days=span.count))
    return _end_of(add_working_days(start.date(), span.count, overrides))


def add_working_days(day: date, count: int, overrides: Overrides = _NO_OVERRIDES) -> date:
    """Give the `count`-th working day after `day`."""
    for _ in range(366 + count * 10):
        if count == 0:
            return day
        day += timedelta(days=1)
        count -= is_working_day(day, overrides)
    raise Invalid(
        "工作日历里几乎没有工作日，算不出期限。请检查单位的工作日历。",
        "The calendar has hardly any working days; check the organisation's calendar.",
    )


def overdue_days(due_on: date, today: date, overrides: Overrides = _NO_OVERRIDES) -> int:
    """Give how many working days `today` is past `due_on`; 0 when it is not (domain.md C1 46)."""
    late = (today - due_on).days
    return sum(is_working_day(due_on + timedelta(days=n), overrides) for n in range(1, late + 1))


def is_working_day(day: date, overrides: Overrides = _NO_OVERRIDES) -> bool:
    """Say whether `day` is worked: by the override, else by the national calendar."""
    worked = overrides.get(day)
    if worked is not None:
        return worked
    off, made_up = _national(day.year)
    return day in made_up or (day.weekday() < 5 and day not in off)


@cache
def _national(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Give the public holidays and the make-up working days of a year."""
    calendar = holidays.country_holidays("CN", years=year)
    return frozenset(calendar), frozenset(calendar.weekend_workdays)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Invalid(
            "计算期限的时刻必须带时区。", "A deadline is counted from a moment with an offset."
        )
    return moment.astimezone(LOCAL_ZONE)


def _fixed(text: str) -> datetime | None:
    """Give the end of a date, or a moment as it is; None when `text` is neither."""
    if not isinstance(text, str) or not re.match(r"[0-9]{4}-", text):
        return None
    try:
        if len(text) == len("2026-03-01"):
            return _end_of(date.fromisoformat(text))
        return _local(datetime.fromisoformat(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _end_of(day: date) -> datetime:
    return datetime.combine(day, _END_OF_DAY, LOCAL_ZONE).astimezone(UTC)
