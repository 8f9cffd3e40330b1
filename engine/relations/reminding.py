"""Reminding by itself: of safety agreements that are missing, and of relations that end soon."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from engine import clock, standing
from engine.actors import acting_for
from engine.jobs import Job, handler
from engine.relations import telling
from engine.relations.rules import ENDING_WITHIN, KINDS, holds
from engine.store import organisations_of
from engine.store import tables as t

REMIND: Final = "remind_relations"
_STANDING: Final = UUID("7d0c7a52-4d06-4f6b-9c39-7a1de4b0f6c1")
_ENROLLED: Final = 500
#: An agreement is asked for a week after the relation was confirmed, and every month from then on.
_FIRST: Final = timedelta(days=7)
_AGAIN: Final = timedelta(days=30)
_AT_ONCE: Final = 500
_NEXT_LOT: Final = timedelta(minutes=1)


def is_asked(session: Session) -> bool:
    """Say whether an office lacks its standing job; a look that locks nothing."""
    return session.scalar(_asking().limit(1)) is not None


def enrol(session: Session) -> int:
    """Give each office the job that reminds the enterprises of its district; say how many."""
    found = session.scalars(_asking().limit(_ENROLLED)).all()
    return standing.begin(session, REMIND, {one: uuid5(_STANDING, str(one)) for one in found})


@handler(REMIND)
def remind_when_due(session: Session, job: Job) -> None:
    """Remind whom a day is about, some hundred at a time; then sleep until tomorrow."""
    office = session.get_one(t.Organisation, job.organisation_id)
    if remind(session, office):
        standing.again(session, job, clock.now() + _NEXT_LOT)
        return
    tomorrow = datetime.combine(
        clock.local_date() + timedelta(days=1), time(8, 40), clock.LOCAL_ZONE
    )
    standing.again(session, job, tomorrow)


def remind(session: Session, office: t.Organisation) -> bool:
    """Tell those whose agreement is missing or whose relation ends; say whether more wait."""
    missing = _due(session, office, _unsigned())
    for row in missing:
        row.missing_told_at = clock.now()
        telling.tell(
            session, row, row.organisation_id, "relation_unsigned", telling.KEEPERS, name=row.name
        )
    ending = _due(session, office, _ending())
    for row in ending:
        row.ending_told_at = clock.now()
        day = str(row.until_on)
        host = telling.name_of(session, row.organisation_id)
        for whom, name in ((row.organisation_id, row.name), (row.related_id, host)):
            telling.tell(session, row, whom, "relation_ending", ("principal",), name=name, day=day)
    session.flush()
    return max(len(missing), len(ending)) == _AT_ONCE


def _due(session: Session, office: t.Organisation, condition: Any) -> list[t.Relation]:
    district = organisations_of(acting_for(office))
    statement = (
        select(t.Relation)
        .where(t.Relation.organisation_id.in_(district), holds(), condition)
        .order_by(t.Relation.organisation_id, t.Relation.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


def _unsigned() -> Any:
    own, now = t.Relation, clock.now()
    asked = own.kind.in_([key for key, kind in KINDS.items() if kind.needs_agreement])
    over = own.agreement_until < clock.local_date()
    told = or_(own.missing_told_at.is_(None), own.missing_told_at < now - _AGAIN)
    return asked & told & (own.answered_at < now - _FIRST) & or_(own.agreement_on.is_(None), over)


def _ending() -> Any:
    own = t.Relation
    return own.ending_told_at.is_(None) & (own.until_on <= clock.local_date() + ENDING_WITHIN)


def _asking() -> Select[UUID]:
    own = t.Organisation
    return select(own.id).where(
        own.kind == "office",
        ~exists().where(t.Job.organisation_id == own.id, t.Job.kind == REMIND),
    )
