"""Moments, durations and cycles as a diagram writes them (ISO 8601), and when the next is due."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from engine import clock
from engine.errors import ExpressionError
from engine.spiff.task import WAITING, Task

#: Missed ticks of an endless cycle that are made up for; older ones are skipped, so that a long
#: outage does not end in a flood of reminders.
MOST_MISSED_TICKS: Final = 50
#: The longest duration and the most ticks a timer may ask for.
LONGEST_DAYS: Final = 36_600
MOST_TICKS: Final = 10_000
_SHORTEST_CYCLE: Final = timedelta(minutes=1)

_DURATION: Final = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?",
    re.ASCII,
)
_CYCLE: Final = re.compile(r"R([0-9]{0,5})/(?:([^/]+)/)?(P[^/]+)", re.ASCII)


def text_of(value: Any, expression: str) -> str:
    """Give a timer's value as text; refuse anything else.

    Raises:
        ExpressionError: the expression gives no text.
    """
    if isinstance(value, str):
        return value.strip()
    raise ExpressionError(
        '定时器的表达式必须得到文字，例如 "PT24H" 或 due_in("3wd")。',
        'A timer\'s expression must give text such as "PT24H" or due_in("3wd").',
        expression=expression,
    )


def moment(text: str) -> datetime:
    """Read a moment with its offset, and give it in UTC.

    Raises:
        ExpressionError: it is not a moment, or does not say in which zone.
    """
    try:
        found = datetime.fromisoformat(text)
        in_utc = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _unreadable(text, "时刻", "moment", "2026-12-01T09:00:00+08:00") from None
    if found.tzinfo is None:
        raise ExpressionError(
            f"时刻“{text[:60]}”没有写明时区，请写成 2026-12-01T09:00:00+08:00，或用 due_in(…)。",
            f"The moment '{text[:60]}' does not say its zone; write 2026-12-01T09:00:00+08:00 "
            "or use due_in(…).",
            expression=text,
        )
    return in_utc


def later(start: datetime, text: str) -> datetime:
    """Give the moment a duration after `start`; months and years are counted in China's calendar.

    Raises:
        ExpressionError: it is not a duration, is negative, or longer than a century.
    """
    found = _DURATION.fullmatch(text.upper())
    if found is None:
        raise _unreadable(text, "时长", "duration", "PT24H 或 P3D", "PT24H or P3D")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    span = timedelta(
        weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=float(found[7] or 0)
    )
    months += years * 12
    if months > 1200 or span > timedelta(days=LONGEST_DAYS):
        raise _unreadable(text, "时长（太长）", "duration (it is too long)", "P3D")
    try:
        return _months_later(start, months) + span
    except (ValueError, OverflowError):
        raise _unreadable(text, "时长（太长）", "duration (it is too long)", "P3D") from None


def _months_later(start: datetime, months: int) -> datetime:
    if not months:
        return start
    local = start.astimezone(clock.LOCAL_ZONE)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def cycle(text: str, now: datetime) -> dict[str, Any]:
    """Read "R3/PT1H", "R/P1D" or "R2/2030-01-01T00:00:00Z/P1D".

    Returns:
        cycles left (-1: without end), the next tick as ISO text in UTC, and the interval.

    Raises:
        ExpressionError: it is not a cycle, or ticks more often than once a minute.
    """
    found = _CYCLE.fullmatch(text.upper())
    if found is None:
        raise _unreadable(text, "周期", "cycle", "R3/PT24H")
    count, start, interval = found.groups()
    cycles = int(count) if count else -1
    if later(now, interval) - now < _SHORTEST_CYCLE or cycles > MOST_TICKS:
        raise _unreadable(text, "周期（太密）", "cycle (it is too frequent)", "R3/PT24H")
    first = moment(start) if start else later(now, interval)
    return {"cycles": cycles, "next": first.isoformat(), "every": interval}


def after_tick(value: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Give a cycle's value after one tick; an endless one skips what was missed long ago."""
    cycles, every = value["cycles"], value["every"]
    if cycles == 1:
        return {**value, "cycles": 0}  # over; still due, so that it is looked at once more
    due = later(datetime.fromisoformat(value["next"]), every)
    if cycles < 0:
        span = later(due, every) - due
        missed = (now - due) // span
        if missed > MOST_MISSED_TICKS:
            due += span * (missed - MOST_MISSED_TICKS)
        return {"cycles": -1, "next": due.isoformat(), "every": every}
    return {"cycles": cycles - 1, "next": due.isoformat(), "every": every}


def next_due(tasks: Iterable[Task]) -> datetime | None:
    """Give the earliest moment at which one of the waiting `tasks` will fire, or None."""
    moments = [moment for task in tasks if (moment := due(task)) is not None]
    return min(moments, default=None)


def due(task: Task) -> datetime | None:
    """Give the moment at which a waiting task's timer fires; None when it has none."""
    value = task.internal_data.get("event_value")
    if value is None or task._state != WAITING:
        return None
    return datetime.fromisoformat(value["next"] if isinstance(value, dict) else value)


def _unreadable(text: str, zh: str, en: str, example: str, english: str = "") -> ExpressionError:
    return ExpressionError(
        f"“{text[:60]}”不是可用的{zh}，应写成 {example}。",
        f"'{text[:60]}' is not a usable {en}; write it as {english or example}.",
        expression=text,
    )
