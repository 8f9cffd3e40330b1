"""The only reader of time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The zone in which months, days and deadlines are counted (all of China).
LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Give the present moment in UTC, or the moment told by `at`."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` inside the block: for demonstrations and imports, which tell a past.

    Only the code that runs inside the block hears it, no other thread and no request. Nothing
    that a request reaches may call it: a test names who does.

    Raises:
        ValueError: `moment` has no offset, or lies in the future.
    """
    if moment.tzinfo is None or moment > datetime.now(UTC):
        raise ValueError(f"a told moment is aware and past, not {moment!r}")
    with imagined(moment):
        yield


@contextmanager
def imagined(moment: datetime) -> Iterator[None]:
    """Let it be `moment`, past or to come, inside the block: for trials, which keep nothing.

    Only the code that runs inside the block hears it. Nothing that writes may run there: a test
    names who calls it.

    Raises:
        ValueError: `moment` has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError(f"an imagined moment is aware, not {moment!r}")
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def local_date(moment: datetime | None = None) -> date:
    """Give the calendar day in China of `moment` (an aware datetime), by default of now."""
    return (moment or now()).astimezone(LOCAL_ZONE).date()


def month_of(moment: datetime) -> str:
    """Give the month, as "2026-11", in which `moment` lies in China."""
    return moment.astimezone(LOCAL_ZONE).strftime("%Y-%m")
