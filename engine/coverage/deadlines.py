"""Reminding by itself: of deadlines of targets, and of quarters that are to be signed (R-43, R-69).

Who set a target reminds those it means a month and a week ahead, on the day after, and from then
on with every month. An office reminds principals of the quarter, and of standardisations that end.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from engine import clock, notifications, standing
from engine.actors import acting_for
from engine.coverage import reminders
from engine.coverage.quarters import FILED_WITHIN, key_of, last_quarters
from engine.coverage.units import Chosen
from engine.hazards.mechanism import QUARTER
from engine.jobs import Job, handler
from engine.particulars import expiry
from engine.store import organisations_of
from engine.store import tables as t

REMIND: Final = "remind_coverage"
_STANDING: Final = UUID("5c1a6c1e-5b6f-4f0e-9d0e-0a3c9c6f2b77")
_ENROLLED: Final = 500
#: So many days before a target is due those it means are told.
_AHEAD: Final = (30, 7)
#: So many days before a quarter has to be filed its principal is told, and the day after.
_QUARTER_AHEAD: Final = 5
_NEXT_LOT: Final = timedelta(minutes=1)


def is_asked(session: Session) -> bool:
    """Say whether somebody who reminds lacks its standing job; a look that locks nothing."""
    return session.scalar(_asking().limit(1)) is not None


def enrol(session: Session) -> int:
    """Give each office, and each department with a target, the job that reminds; say how many."""
    found = session.scalars(_asking().limit(_ENROLLED)).all()
    return standing.begin(session, REMIND, {one: uuid5(_STANDING, str(one)) for one in found})


@handler(REMIND)
def remind_when_due(session: Session, job: Job) -> None:
    """Remind whom a day is about; once a day each, some thousand at a time."""
    owner, today = session.get_one(t.Organisation, job.organisation_id), clock.local_date()
    more = [
        reminders.remind(session, Chosen(target=one, count="open"), actor=acting_for(owner)).more
        for one in _set_by(session, owner.id)
        if is_day(one.due_on, today)
    ]
    if owner.kind == "office":
        more.append(expiry.remind(session, actor=acting_for(owner)))
    if any(more):
        standing.again(session, job, clock.now() + _NEXT_LOT)
        return
    if owner.kind == "office":
        remind_of_quarter(session, owner)
    tomorrow = datetime.combine(today + timedelta(days=1), time(8, 30), clock.LOCAL_ZONE)
    standing.again(session, job, tomorrow)


def is_day(due_on: date, today: date) -> bool:
    """Say whether those who have not reached a target are reminded today."""
    left = (due_on - today).days
    return left in (*_AHEAD, -1) or (left < -1 and today.day == 1)


def remind_of_quarter(session: Session, office: t.Organisation) -> int:
    """Tell the principals who have not signed the last quarter, on its days; says how many people.

    Order 16 art. 14: a quarter's analysis is filed within 15 days, signed by the principal.
    """
    (span, *_), today = last_quarters(1), clock.local_date()
    file_by = span.last_on + FILED_WITHIN
    if today not in (file_by - timedelta(days=_QUARTER_AHEAD), file_by + timedelta(days=1)):
        return 0
    key, entered_before = key_of(span), _start_of(span.last_on + timedelta(days=1))
    signed = exists().where(
        t.Evidence.organisation_id == t.Organisation.id,
        t.Evidence.kind == QUARTER,
        t.Evidence.number == key,
        t.Evidence.withdrawn_at.is_(None),
    )
    asked = session.scalars(
        select(t.Organisation.id).where(
            t.Organisation.kind == "enterprise",
            t.Organisation.status == "active",
            t.Organisation.created_at < entered_before,
            t.Organisation.id.in_(organisations_of(acting_for(office))),
            ~signed,
        )
    ).all()
    facts = {"quarter": key, "day": file_by.isoformat()}
    word = "quarter_due" if today <= file_by else "quarter_late"
    return notifications.tell_organisations(session, asked, word, facts, roles=("principal",))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.LOCAL_ZONE)


def _set_by(session: Session, owner: UUID) -> Any:
    target = t.CoverageTarget
    return session.scalars(
        select(target)
        .where(target.organisation_id == owner, target.withdrawn_at.is_(None))
        .order_by(target.due_on, target.id)
    ).all()


def _asking() -> Select[UUID]:
    """Give offices, and departments that set targets, that have no such job."""
    own, target = t.Organisation, t.CoverageTarget
    sets = exists().where(target.organisation_id == own.id, target.withdrawn_at.is_(None))
    return select(own.id).where(
        (own.kind == "office") | ((own.kind == "department") & sets),
        ~exists().where(t.Job.organisation_id == own.id, t.Job.kind == REMIND),
    )
