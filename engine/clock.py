"""The only reader of time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The zone in which months, days and deadlines are counted (all of China).
LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime | None = None) -> date:
    """Give the calendar day in China of `moment` (an aware datetime), by default of now."""
    return (moment or now()).astimezone(LOCAL_ZONE).date()


def month_of(moment: datetime) -> str:
    """Give the month, as "2026-11", in which `moment` lies in China."""
    return moment.astimezone(LOCAL_ZONE).strftime("%Y-%m")
