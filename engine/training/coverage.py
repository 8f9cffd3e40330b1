"""How many principals and fire-safety responsible persons were trained, and who was not (R-42).

An enterprise has one of each; it is covered in a year when one of its people was at a session in
that position, read from a list or confirmed. Who held the session makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import require
from engine.statistics import Page
from engine.statistics.paging import after_name, name_cursor
from engine.store import Organisation, organisations_of, visible_to
from engine.store.tables import Attendance, TrainingSession
from engine.training.reading import POSITIONS

#: Counted as there: read from a list, or confirmed; who merely signed is not.
_COUNTED: Final = ("imported", "confirmed")
#: The sectors whose principals the notice wants trained first.
KEY_SECTORS: Final = ("gas", "medical", "heritage", "commercial")


@dataclass(frozen=True)
class Coverage:
    """The enterprises of one sector, and how many of them are covered."""

    sector: str
    enterprises: int
    covered: int

    @property
    def missing(self) -> int:
        """Give how many are not covered."""
        return self.enterprises - self.covered

    @property
    def percent(self) -> float | None:
        """Give the percentage, None where there is nobody."""
        return 100 * self.covered / self.enterprises if self.enterprises else None


def coverage(session: Session, *, actor: Actor, year: int, position: str) -> list[Coverage]:
    """Give the coverage of a position by sector, the key sectors first; one statement.

    Raises:
        NotAllowed: the actor holds no sessions. Invalid: there is no such position.
    """
    require(actor, "training:hold")
    there = _there(year, _known(position)).subquery()
    statement = (
        select(Organisation.sector, func.count(), func.count(there.c.enterprise_id))
        .select_from(Organisation)
        .outerjoin(there, there.c.enterprise_id == Organisation.id)
        .where(*_ours(actor))
        .group_by(Organisation.sector)
    )
    found = [Coverage(*row) for row in session.execute(statement)]
    return sorted(found, key=lambda one: (one.sector not in KEY_SECTORS, one.sector))


def untrained(
    session: Session,
    *,
    actor: Actor,
    year: int,
    position: str,
    sector: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[Row[Any]]:
    """Give the enterprises whose `position` was at no session of the year, by name.

    Columns: id, name, sector, profile (with the contacts).

    Raises:
        NotAllowed: the actor holds no sessions. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "training:hold")
    there = _there(year, _known(position)).where(Attendance.enterprise_id == Organisation.id)
    statement = select(
        Organisation.id, Organisation.name, Organisation.sector, Organisation.profile
    ).where(*_ours(actor), ~there.correlate(Organisation).exists())
    if sector:
        statement = statement.where(Organisation.sector == sector)
    if after is not None:
        statement = statement.where(after_name(Organisation.name, Organisation.id, after))
    ordered = statement.order_by(Organisation.name, Organisation.id).limit(limit + 1)
    rows = session.execute(ordered).all()
    shown = rows[:limit]
    more = name_cursor(shown[-1].id, shown[-1].name) if len(rows) > limit else None
    return Page(shown, more)


def counts(session: Session, *, actor: Actor, year: int) -> dict[str, int]:
    """Give sessions held, hours of teaching, attendees and enterprises of a year.

    Sessions are those of the actor's unit and of those below it.
    """
    require(actor, "training:hold")
    first, last = date(year, 1, 1), date(year, 12, 31)
    within = (TrainingSession.held_on >= first, TrainingSession.held_on <= last)
    held: Any = select(func.count(), func.coalesce(func.sum(TrainingSession.minutes), 0)).where(
        *within
    )
    sessions, minutes = session.execute(visible_to(actor, held.select_from(TrainingSession))).one()
    same = and_(
        TrainingSession.organisation_id == Attendance.organisation_id,
        TrainingSession.id == Attendance.session_id,
    )
    there: Any = (
        select(func.count(), func.count(Attendance.enterprise_id.distinct()))
        .select_from(TrainingSession)
        .join(Attendance, same)
        .where(*within, Attendance.origin.in_(_COUNTED))
    )
    people, enterprises = session.execute(visible_to(actor, there)).one()
    return {
        "sessions": sessions,
        "minutes": int(minutes),
        "people": people,
        "enterprises": enterprises,
    }


def _there(year: int, position: str) -> Any:
    """Select the enterprises that sent somebody in that position."""
    same = and_(
        TrainingSession.organisation_id == Attendance.organisation_id,
        TrainingSession.id == Attendance.session_id,
    )
    return (
        select(Attendance.enterprise_id)
        .join(TrainingSession, same)
        .where(
            Attendance.position == position,
            Attendance.origin.in_(_COUNTED),
            TrainingSession.held_on >= date(year, 1, 1),
            TrainingSession.held_on <= date(year, 12, 31),
        )
        .distinct()
    )


def _ours(actor: Actor) -> Sequence[Any]:
    return (
        Organisation.kind == "enterprise",
        Organisation.status == "active",
        Organisation.id.in_(organisations_of(actor)),
    )


def _known(position: str) -> str:
    if position not in POSITIONS:
        raise Invalid("没有这种岗位。", "There is no such position.", field="position")
    return position
