"""Dates, moments and durations written as ISO 8601 text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine import clock
from engine.errors import ExpressionError

_DURATION = re.compile(
    r"(?P<sign>-?)P(?=[0-9T])"
    r"(?:(?P<years>[0-9]{1,4})Y)?(?:(?P<months>[0-9]{1,5})M)?"
    r"(?:(?P<weeks>[0-9]{1,5})W)?(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,7})H)?(?:(?P<minutes>[0-9]{1,8})M)?"
    r"(?:(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)


@dataclass(frozen=True, order=True, slots=True)
class Months:
    """A duration of years and months, whose length in days depends on where it is counted from."""

    count: int

    def after(self, day: date) -> date:
        """Give the day `count` months after `day`, at most the last of its month."""
        year, month = divmod(day.year * 12 + day.month - 1 + self.count, 12)
        last = _last_day(year, month + 1)
        return day.replace(year=year, month=month + 1, day=min(day.day, last))

    def __neg__(self) -> Months:
        return Months(-self.count)

    def __str__(self) -> str:
        years, months = divmod(abs(self.count), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if self.count < 0 else "P") + text


def _last_day(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def read_date(text: str) -> date:
    """Read "2026-03-01", or the day in China of a moment; raise ExpressionError otherwise."""
    if "T" in text or " " in text:
        return clock.local_date(read_moment(text))
    try:
        return date.fromisoformat(text[:11])
    except ValueError:
        raise ExpressionError(
            f"“{text[:40]}”不是日期，应写成 2026-03-01。",
            f"'{text[:40]}' is not a date; write it as 2026-03-01",
        ) from None


def read_moment(text: str) -> datetime:
    """Read "2026-03-01T08:00:00+08:00"; a moment without an offset is in China's zone."""
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        raise ExpressionError(
            f"“{text[:40]}”不是时刻，应写成 2026-03-01T08:00:00+08:00。",
            f"'{text[:40]}' is not a moment; write it as 2026-03-01T08:00:00+08:00",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL_ZONE)


def read_time(text: str) -> time:
    """Read "08:00:00"; raise ExpressionError for anything else."""
    try:
        return time.fromisoformat(text[:40])
    except ValueError:
        raise ExpressionError(
            f"“{text[:40]}”不是时间，应写成 08:00:00。",
            f"'{text[:40]}' is not a time; write it as 08:00:00",
        ) from None


def read_duration(text: str) -> timedelta | Months:
    """Read "P3D", "PT24H" or "P1Y2M"; years and months do not mix with days and hours."""
    found = _DURATION.fullmatch(text[:60])
    if found is None:
        raise _not_a_duration(text)
    part = {name: float(value or 0) for name, value in found.groupdict().items() if name != "sign"}
    months = int(part.pop("years") * 12 + part.pop("months"))
    rest = timedelta(**part)
    if months and rest:
        raise _not_a_duration(text)
    span: timedelta | Months = Months(months) if months else rest
    return -span if found["sign"] else span


def _not_a_duration(text: str) -> ExpressionError:
    return ExpressionError(
        f"“{text[:40]}”不是时长，应写成 P3D（三天）、PT24H（24 小时）或 P1Y2M（一年零两个月）。",
        f"'{text[:40]}' is not a duration; write it as P3D, PT24H or P1Y2M",
    )


def write_duration(span: timedelta) -> str:
    """Write a duration as ISO text that `read_duration` reads back: "P3D", "-PT1H30M"."""
    if span < timedelta(0):
        return "-" + write_duration(-span)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{span.microseconds:06d}".rstrip("0") if span.microseconds else ""
    clock_part = "".join(
        (
            f"{hours}H" if hours else "",
            f"{minutes}M" if minutes else "",
            f"{seconds}{fraction}S" if seconds or fraction else "",
        )
    )
    days = f"{span.days}D" if span.days else ""
    return f"P{days}T{clock_part}" if clock_part else f"P{days or '0D'}"
