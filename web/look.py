"""How pages say moments, days, money and deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from flask import Flask
from flask_babel import gettext

from engine.clock import LOCAL_ZONE, local_date, now

#: How near a deadline is worth a warning colour.
_SOON: Final = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """A deadline as a page shows it: `tone` is late, soon or calm; `words` say the same."""

    tone: str
    words: str
    at: datetime


def set_up(app: Flask) -> None:
    """Give the templates of `app` the filters moment, clock, day, yuan and deadline."""
    app.jinja_env.filters |= {
        "moment": moment,
        "clock": clock,
        "day": day,
        "yuan": yuan,
        "deadline": deadline,
    }


def moment(value: datetime | None) -> str:
    """Say an aware moment in China's time: 2026-11-23 14:05; nothing for None."""
    return value.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M") if value else ""


def clock(value: datetime | None) -> str:
    """Say only the time of day of an aware moment: 14:05."""
    return value.astimezone(LOCAL_ZONE).strftime("%H:%M") if value else ""


def day(value: date | datetime | None) -> str:
    """Say a day, or the day in China of an aware moment: 2026-11-23; nothing for None."""
    if isinstance(value, datetime):
        value = local_date(value)
    return value.isoformat() if value else ""


def yuan(fen: int | None) -> str:
    """Say integer fen as yuan with two decimals: 20050 → 200.50; nothing for None."""
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def deadline(due: datetime | date, working_days: int | None = None) -> Deadline:
    """Say how far a deadline is.

    Args:
        due: an aware moment, or a day (which lasts until its end in China).
        working_days: working days left (negative: overdue), when the page knows the calendar.
    """
    at = due if isinstance(due, datetime) else _end_of(due)
    left = at - now()
    tone = "late" if left < timedelta(0) else "soon" if left < _SOON else "calm"
    words = _days_words(at, tone) if working_days is None else _working_words(working_days, tone)
    return Deadline(tone, words, at)


def _end_of(value: date) -> datetime:
    return datetime.combine(value, time(23, 59, 59), LOCAL_ZONE)


def _days_words(at: datetime, tone: str) -> str:
    days = (local_date(at) - local_date()).days
    if tone == "late":
        return _("已逾期 %(days)s 天", days=-days) if days else _("今天已到期")
    if days == 0:
        return _("今天到期")
    return _("明天到期") if days == 1 else _("还剩 %(days)s 天", days=days)


def _working_words(days: int, tone: str) -> str:
    if tone == "late":
        return _("已逾期 %(days)s 个工作日", days=-days) if days else _("今天已到期")
    return _("还剩 %(days)s 个工作日", days=days) if days else _("今天到期")


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))
