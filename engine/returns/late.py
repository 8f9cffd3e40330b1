"""Who has handed in and who has not, and telling those who are late (R-61)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from engine import clock, notifications, standing
from engine.actors import SYSTEM, Actor
from engine.errors import Conflict
from engine.hazards.months import next_month
from engine.jobs import Job, handler
from engine.permissions import require
from engine.returns.carrying import FROZEN
from engine.returns.units import Unit, get_unit, own_unit, parts
from engine.statistics import months_back, present_month
from engine.statistics.span import month_span
from engine.store import tables as t

REMIND: Final = "remind_returns"
_STANDING: Final = UUID("0d0e3bb2-9b3f-4a57-9f0b-1f6f6f8b4a11")
_ENROLLED: Final = 500
#: On so many days before the last one they are told that it is near.
_AHEAD: Final = 2


@dataclass(frozen=True)
class Part:
    """A unit that hands in to another, and how far it has come with a month."""

    id: UUID
    kind: str
    name: str
    #: draft | signed | locking | locked | submitted
    state: str
    submitted_at: datetime | None

    @property
    def is_in(self) -> bool:
        """Say whether it has handed in."""
        return self.state == "submitted"


def due_on(unit: Unit, month: str) -> date:
    """Give the day by which those below `unit` have to hand in a month."""
    return date.fromisoformat(f"{next_month(month)}-{unit.due_day:02d}")


def received(session: Session, month: str, *, actor: Actor) -> tuple[list[Part], date, bool]:
    """Give those that hand in to the actor's unit, by which day, and whether that is over.

    Raises:
        NotAllowed: the actor may not read returns. Invalid: the month is wrong.
    """
    require(actor, "returns:read")
    unit, month = own_unit(session, actor), month_span(month).first
    day = due_on(unit, month)
    return below(session, unit, month), day, clock.local_date() > day


def below(session: Session, unit: Unit, month: str) -> list[Part]:
    """Give those below a unit with the state of a month."""
    rows = parts(session, unit)
    states = {
        row.organisation_id: row
        for row in session.execute(
            select(
                t.MonthlyReturn.organisation_id,
                t.MonthlyReturn.state,
                t.MonthlyReturn.submitted_at,
            ).where(
                t.MonthlyReturn.month == month,
                t.MonthlyReturn.organisation_id.in_([row.id for row in rows]),
            )
        )
    }
    return [
        Part(
            row.id,
            row.kind,
            row.name,
            states[row.id].state if row.id in states else "draft",
            states[row.id].submitted_at if row.id in states else None,
        )
        for row in rows
    ]


def missing(session: Session, unit: Unit, month: str) -> list[Part]:
    """Give the departments, or groups, below a unit that have not locked a month."""
    kinds = ("group",) if unit.kind == "group" else ("department",)
    return [
        part
        for part in below(session, unit, month)
        if part.kind in kinds and part.state not in FROZEN
    ]


def remind(session: Session, month: str, *, actor: Actor) -> int:
    """Tell those below the actor's unit that have not handed in a month; gives how many people.

    Raises:
        NotAllowed: the role does not look after returns. Conflict: the month is not over, or all
        have handed in.
    """
    require(actor, "returns:lock")
    unit, month = own_unit(session, actor), month_span(month).first
    if month >= present_month():
        raise Conflict(
            f"{month} 还没有结束，还不用提醒。", f"{month} is not over; nobody is late with it."
        )
    late = [part for part in below(session, unit, month) if not part.is_in]
    if not late:
        raise Conflict("都已报送，没有需要提醒的单位。", "All have handed in; nobody to remind.")
    return _tell(session, unit, month, late)


def is_asked(session: Session) -> bool:
    """Say whether an office lacks its standing job; a look that locks nothing."""
    return session.scalar(_asking().limit(1)) is not None


def enrol(session: Session) -> int:
    """Give each office and group with others below it the job that reminds; say how many."""
    found = session.scalars(_asking().limit(_ENROLLED)).all()
    return standing.begin(session, REMIND, {one: uuid5(_STANDING, str(one)) for one in found})


@handler(REMIND)
def remind_when_due(session: Session, job: Job) -> None:
    """Tell who has not handed in: some days ahead, and on the day after the last one."""
    unit = get_unit(session, job.organisation_id, actor=SYSTEM)
    month, today = months_back(present_month(), 2)[0], clock.local_date()
    day = due_on(unit, month)
    if today in (day - timedelta(days=_AHEAD), day + timedelta(days=1)):
        _tell(session, unit, month, [p for p in below(session, unit, month) if not p.is_in])
    tomorrow = datetime.combine(today + timedelta(days=1), time(8), clock.LOCAL_ZONE)
    standing.again(session, job, tomorrow)


def _tell(session: Session, unit: Unit, month: str, late: Sequence[Part]) -> int:
    day = due_on(unit, month)
    key = "return_late" if clock.local_date() > day else "return_due"
    return sum(
        notifications.notify(
            session,
            organisation_id=part.id,
            roles=("director", "officer"),
            key=key,
            facts={"month": month, "day": day.isoformat()},
        )
        for part in late
    )


def _asking() -> Select[UUID]:
    """Give the offices and groups that have units below them and no such job."""
    below_it = t.Organisation.__table__.alias("below")
    return select(t.Organisation.id).where(
        t.Organisation.kind.in_(("office", "group")),
        exists().where(
            below_it.c.parent_id == t.Organisation.id,
            below_it.c.kind.in_(("department", "town", "group")),
        ),
        ~exists().where(t.Job.organisation_id == t.Organisation.id, t.Job.kind == REMIND),
    )
