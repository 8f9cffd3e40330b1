"""Sealing days: a job of each organisation that has a history, once a night.

A day is sealed a while after its end, when every step that began on it is over. Days that were
missed are sealed one by one when the job next runs. What is told of the past afterwards, as an
import does, comes under a seal when its case next moves on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, exists, func, insert, select
from sqlalchemy.orm import Session

from engine import clock, seals, secrets, standing
from engine.jobs import Job, handler
from engine.store import tables as t

SEAL_DAYS: Final = "seal_days"
#: How long after midnight a day is over for good.
_REST: Final = timedelta(minutes=30)
#: Organisations take turns through the small hours, so that no other job waits for them all.
_SPREAD_SECONDS: Final = 4 * 3600
#: More than so many that are enrolled at once take turns until their first night.
_AT_ONCE: Final = 100
#: How many days are sealed in one transaction, and how many organisations enrolled in one.
_DAYS: Final = 31
_ENROLLED: Final = 1000


def is_asked(session: Session) -> bool:
    """Say whether there is anybody to enrol; a look that locks nothing."""
    return session.scalar(_asking().limit(1)) is not None


def _asking() -> Select[UUID]:
    """Give the organisations with sealable days and no job that seals them."""
    return select(t.Organisation.id).where(
        exists().where(
            t.Instance.organisation_id == t.Organisation.id,
            t.Instance.started_at < _begin(_last_day() + timedelta(days=1)),
        ),
        ~exists().where(t.Job.organisation_id == t.Organisation.id, t.Job.kind == SEAL_DAYS),
    )


def enrol(session: Session) -> int:
    """Give organisations with sealable days and no such job one; say how many more there may be.

    The runner calls it every now and then, so that no step has to think of it.
    """
    found = session.scalars(_asking().limit(_ENROLLED)).all()
    at = _first_turn if len(found) > _AT_ONCE else None
    return standing.begin(session, SEAL_DAYS, {owner: owner for owner in found}, at)


@handler(SEAL_DAYS)
def seal_days(session: Session, job: Job) -> bool:
    """Seal what is over; when nothing is left, come back next night."""
    if seal_next(session, job.organisation_id):
        return True
    standing.again(session, job, _next_night(job.organisation_id))
    return False


def seal_next(session: Session, organisation_id: UUID) -> bool:
    """Seal an organisation's next days that have events; say whether more may be left.

    Doing it again seals nothing twice: it goes on after the last seal.
    """
    last = session.execute(
        select(t.Seal.day, t.Seal.hash)
        .where(t.Seal.organisation_id == organisation_id)
        .order_by(t.Seal.day.desc())
        .limit(1)
    ).one_or_none()
    first = _first_day(session, organisation_id, after=last.day if last else None)
    until = _last_day()
    if first is None or first > until:
        return False
    to = min(until, first + timedelta(days=_DAYS - 1))
    previous = last.hash if last else seals.GENESIS
    rows = []
    for day, heads in _heads(session, organisation_id, first, to):
        row = _signed(session, seals.content(organisation_id, day, heads, previous, clock.now()))
        rows.append(row)
        previous = row["hash"]
    session.execute(insert(t.Seal), rows)
    return to < until


def _signed(session: Session, row: dict[str, Any]) -> dict[str, Any]:
    found = seals.seal_hash(row)
    key_id, signature = secrets.of(session).seal_keys.sign(seals.message(found))
    return {**row, "hash": found, "key_id": key_id, "signature": signature}


def _first_day(session: Session, organisation_id: UUID, *, after: date | None) -> date | None:
    """Give the first day with events that is not sealed."""
    asked = select(func.min(t.Event.at)).where(t.Event.organisation_id == organisation_id)
    if after is not None:
        asked = asked.where(t.Event.at >= _begin(after + timedelta(days=1)))
    moment: datetime | None = session.scalar(asked)
    return clock.local_date(moment) if moment else None


def _heads(
    session: Session, organisation_id: UUID, first: date, to: date
) -> Iterator[tuple[date, list[seals.Head]]]:
    """Yield each day's chains that moved, and where each stood at the day's end."""
    found: dict[date, dict[UUID, seals.Head]] = {}
    for row in session.execute(
        select(t.Event.instance_id, t.Event.sequence, t.Event.at, t.Event.hash)
        .where(
            t.Event.organisation_id == organisation_id,
            t.Event.at >= _begin(first),
            t.Event.at < _begin(to + timedelta(days=1)),
        )
        .order_by(t.Event.instance_id, t.Event.sequence)
    ):
        head = seals.Head(row.instance_id, row.sequence, row.hash)
        found.setdefault(clock.local_date(row.at), {})[row.instance_id] = head
    yield from ((day, list(heads.values())) for day, heads in _in_order(found))


def _in_order(
    found: Mapping[date, dict[UUID, seals.Head]],
) -> list[tuple[date, dict[UUID, seals.Head]]]:
    return sorted(found.items(), key=lambda item: item[0])


def _last_day() -> date:
    """Give the last day that may be sealed now."""
    return clock.local_date(clock.now() - _REST) - timedelta(days=1)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL_ZONE)


def _next_night(organisation_id: UUID) -> datetime:
    turn = timedelta(seconds=_SPREAD_SECONDS * standing.turn(organisation_id))
    today = _begin(clock.local_date()) + _REST + turn
    return today if today > clock.now() else today + timedelta(days=1)


def _first_turn(organisation_id: UUID) -> datetime:
    """Give when one of many is sealed for the first time: somewhere before its first night."""
    now = clock.now()
    return now + standing.turn(organisation_id) * (_next_night(organisation_id) - now)
