"""The lists behind the numbers of a board that no other page has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.board.counting import SILENT_DAYS, is_silent
from engine.board.steps import minutes_taken, was_done
from engine.errors import Invalid
from engine.hazards.counts import HUMAN_SOURCES
from engine.permissions import require
from engine.statistics import Page
from engine.statistics.paging import cursor, place_of
from engine.store import tables as t
from engine.store import visible_to

__all__ = ["SILENT_DAYS", "WHICH", "Silent", "Waiting", "silent", "steps_at"]

#: What a list of a step shows: what waits, what of it is late, what was done and took longest.
WHICH: Final = ("waiting", "late", "done")
_PAGE: Final = 50


@dataclass(frozen=True)
class Silent:
    """An enterprise from which nobody has reported for long."""

    id: UUID
    code: str
    name: str
    sector: str
    staff_count: int | None
    town: str
    #: The last report of a person there; None if there never was one.
    last_at: datetime | None
    #: The last month whose zero statement the principal signed.
    zero: str | None


@dataclass(frozen=True)
class Waiting:
    """A step of one case."""

    task_id: UUID
    instance_id: UUID
    number: str
    title: str
    enterprise: str
    name: str
    created_at: datetime
    due_at: datetime | None
    completed_at: datetime | None
    minutes: int | None


def silent(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = _PAGE
) -> Page[Silent]:
    """Give the active enterprises that are silent, in the order of their codes.

    Args:
        after: the code of the last one of the page before.

    Raises:
        NotAllowed: the actor reads no board.
    """
    require(actor, "board:read")
    statement = select(t.Organisation.id).where(is_silent(clock.now()))
    if after is not None:
        statement = statement.where(t.Organisation.code > after)
    chosen = visible_to(actor, statement).order_by(t.Organisation.code).limit(limit + 1).subquery()
    town = select(t.Organisation.id, t.Organisation.name).subquery()
    last = (
        select(func.max(t.Hazard.reported_at))
        .where(
            t.Hazard.organisation_id == t.Organisation.id,
            t.Hazard.source.in_(HUMAN_SOURCES),
        )
        .scalar_subquery()
    )
    zero = (
        select(func.max(t.ZeroStatement.month))
        .where(t.ZeroStatement.organisation_id == t.Organisation.id)
        .scalar_subquery()
    )
    shown = (
        select(
            t.Organisation.id,
            t.Organisation.code,
            t.Organisation.name,
            t.Organisation.sector,
            t.Organisation.staff_count,
            func.coalesce(town.c.name, ""),
            last,
            zero,
        )
        .join(chosen, chosen.c.id == t.Organisation.id)
        .outerjoin(town, town.c.id == t.Organisation.town_id)
        .order_by(t.Organisation.code)
    )
    found = [Silent(*row) for row in session.execute(shown)]
    return Page(found[:limit], found[limit - 1].code if len(found) > limit else None)


def steps_at(
    session: Session, key: str, which: str, *, actor: Actor, after: str | None = None
) -> Page[Waiting]:
    """Give the steps behind a number of the board.

    Args:
        key: the step. which: waiting or late, the oldest first; done: the fifty that took longest.
        after: the cursor of the page before; what is done has one page.

    Raises:
        NotAllowed: the actor reads no board. Invalid: `which` or the cursor is wrong.
    """
    require(actor, "board:read")
    if which not in WHICH:
        raise Invalid(
            f"没有“{which[:20]}”这个清单。", f"There is no list '{which[:20]}'.", field="which"
        )
    if which == "done":
        return Page(_read(session, actor, _longest(session, key))[:_PAGE], None)
    found = _read(session, actor, _oldest(session, key, which, after))
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    return Page(found[:_PAGE], cursor(last.created_at, last.task_id) if last else None)


def _oldest(session: Session, key: str, which: str, after: str | None) -> Select[Any]:
    conditions = [t.Task.state == "open", t.Task.key == key]
    if which == "late":
        conditions.append(t.Task.due_at < clock.now())
    if after is not None:
        at, id_ = place_of(after)
        created = t.Task.created_at
        conditions.append(or_(created > at, and_(created == at, t.Task.id > id_)))
    return _shown(session).where(*conditions).order_by(t.Task.created_at, t.Task.id)


def _longest(session: Session, key: str) -> Select[Any]:
    conditions = (was_done(clock.now()), t.Task.key == key)
    return _shown(session).where(*conditions).order_by(minutes_taken(session).desc(), t.Task.id)


def _read(session: Session, actor: Actor, statement: Select[Any]) -> list[Waiting]:
    rows = session.execute(visible_to(actor, statement.limit(_PAGE + 1)))
    return [Waiting(*row) for row in rows]


def _shown(session: Session) -> Select[Any]:
    of_case = and_(
        t.Instance.organisation_id == t.Task.organisation_id, t.Instance.id == t.Task.instance_id
    )
    return (
        select(
            t.Task.id,
            t.Task.instance_id,
            t.Instance.number,
            t.Instance.title,
            t.Organisation.name,
            t.Task.name,
            t.Task.created_at,
            t.Task.due_at,
            t.Task.completed_at,
            case((t.Task.completed_at.is_not(None), minutes_taken(session))),
        )
        .select_from(t.Task)
        .join(t.Instance, of_case)
        .join(t.Organisation, t.Organisation.id == t.Task.organisation_id)
    )
