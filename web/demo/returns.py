"""The months are closed: departments and towns sign, lock and hand in; one leaves it lying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from engine import clock, returns
from engine.actors import Actor
from engine.commands import execute
from engine.errors import Conflict
from engine.hazards.months import next_month
from web.demo.months import DAYS_TOLD
from web.demo.people import OFFICE, Crew
from web.demo.telling import Story, Teller

#: Unit → on which day of the next month it hands in; who is not named hands in nothing.
_DAYS: Final = {"YJJ": 2, "JYJ": 3, "WJW": 3, "TSL": 4}
#: The office closes its own a while later, and has not yet closed the last.
_OFFICE_DAY: Final = 10
#: The last month is handed in by these alone, so that a list of the late has something to say.
_LAST: Final = frozenset({"YJJ", "TSL"})


def begin(teller: Teller, crews: Mapping[str, Crew]) -> None:
    """Begin the story of every month that is over."""
    told = list(_months(teller.until))
    for month in told:
        is_last = month == told[-1]
        for code, day in _DAYS.items():
            if not is_last or code in _LAST:
                moment = _moment(month, day)
                teller.begin(moment, _closes(teller.session, crews[code].who("director"), month))
        if not is_last:
            office = crews[OFFICE].who("director")
            teller.begin(_moment(month, _OFFICE_DAY), _closes(teller.session, office, month))


def _months(until: datetime) -> Iterator[str]:
    """Yield the whole months that are told and over."""
    month = next_month(clock.month_of(until - timedelta(days=DAYS_TOLD)))
    while month < clock.month_of(until):
        yield month
        month = next_month(month)


def _moment(month: str, day: int) -> datetime:
    return datetime.combine(
        datetime.fromisoformat(f"{next_month(month)}-{day:02d}"), time(9, 40), clock.LOCAL_ZONE
    )


def _closes(session: Session, director: Actor, month: str) -> Story:
    if returns.differences(session, actor=director).found:
        execute(session, returns.accept, None, reason="按办理记录更正", actor=director)
    execute(session, returns.sign, month, actor=director)
    try:
        execute(session, returns.lock, month, actor=director)
    except Conflict:
        # Something moved since: it is left for the reader to see to.
        return
    execute(session, returns.submit, month, actor=director)
    yield from ()
