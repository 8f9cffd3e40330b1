"""Visits and follow-ups as they are looked for: by those who visit, and by those visited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine import clock, definitions
from engine.actors import Actor
from engine.errors import Message, NotFound
from engine.guidance.services import FOUND
from engine.permissions import require
from engine.statistics.paging import Page, wrong_cursor
from engine.store import organisations_of
from engine.store import tables as t

STATES: Final = ("planned", "visited", "advised", "rechecked", "closed", "cancelled")
#: States in which the visited enterprise may read what was found.
LETTER_OUT: Final = ("advised", "rechecked", "closed")
_LARGEST: Final = 200


@dataclass(frozen=True)
class Filters:
    """Which visits to list."""

    state: str = ""
    enterprise_id: UUID | None = None
    #: Only visits of the actor's own organisation.
    own: bool = False
    #: Only those with a follow-up that was to be answered by now.
    late: bool = False


@dataclass(frozen=True)
class Item:
    """One line of the checklist of a visit: what was asked, what was found."""

    key: str
    #: The heading of its group, such as 有制度.
    group: Message
    question: Message
    #: yes | partly | no | not_looked
    found: str
    note: str


def visits(
    session: Session, *, actor: Actor, filters: Filters, after: str | None = None, limit: int = 50
) -> Page[Any]:
    """Give a page of visits by or to organisations the actor sees, the latest planned first.

    Columns: those of the visit, `visitor`, `enterprise`, `open_follow_ups`, `late_follow_ups`.

    Raises:
        NotAllowed: the role. Invalid: the cursor is wrong.
    """
    require(actor, "guidance:read")
    limit = max(1, min(limit, _LARGEST))
    statement = _listed(actor).where(*_conditions(actor, filters))
    if after is not None:
        day, id_ = _read(after)
        earlier = and_(t.Visit.planned_on == day, t.Visit.id < id_)
        statement = statement.where(or_(t.Visit.planned_on < day, earlier))
    order = (t.Visit.planned_on.desc(), t.Visit.id.desc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], f"{last.planned_on.isoformat()}~{last.id.hex}")


def get_visit(session: Session, visit_id: UUID, *, actor: Actor) -> Any:
    """Give one visit with the columns of `visits`; NotFound when it is not the actor's to see."""
    require(actor, "guidance:read")
    wanted = _listed(actor).where(t.Visit.id == visit_id, *_conditions(actor, Filters()))
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound()
    return row


def items(session: Session, row: Any) -> list[Item]:
    """Give the checklist of a visit in the order and the words of the form it was asked with."""
    definition_id = session.scalars(
        select(t.Instance.definition_id).where(
            t.Instance.organisation_id == row.organisation_id, t.Instance.id == row.id
        )
    ).one()
    loaded = definitions.load(session, definition_id)
    findings: Mapping[str, Any] = row.findings or {}
    return [
        Item(key, one.group or Message("", ""), one.label, said["found"], said.get("note") or "")
        for form in loaded.forms.values()
        for one in form.fields
        if one.key.startswith(FOUND)
        and (key := one.key.removeprefix(FOUND)) in findings
        and (said := findings[key])
    ]


def follow_ups(session: Session, row: Any) -> Sequence[t.FollowUp]:
    """Give what was asked after a visit, the latest round last."""
    return session.scalars(
        select(t.FollowUp)
        .where(t.FollowUp.visitor_id == row.organisation_id, t.FollowUp.visit_id == row.id)
        .order_by(t.FollowUp.due_on, t.FollowUp.item)
    ).all()


def get_follow_up(session: Session, follow_up_id: UUID, *, actor: Actor) -> t.FollowUp:
    """Give a follow-up of the actor's own enterprise; NotFound otherwise."""
    require(actor, "guidance:answer")
    found = session.get(t.FollowUp, (actor.organisation_id, follow_up_id))
    if found is None:
        raise NotFound()
    return found


def open_follow_ups(session: Session, *, actor: Actor) -> int:
    """Count what the actor's own enterprise has still to answer."""
    statement = select(func.count()).where(
        t.FollowUp.organisation_id == actor.organisation_id, t.FollowUp.state == "open"
    )
    return session.scalar(statement) or 0


def letter(session: Session, row: Any) -> t.Certificate | None:
    """Give a visit's opinion letter, None while it is being made."""
    return session.scalars(
        select(t.Certificate)
        .where(
            t.Certificate.organisation_id == row.organisation_id,
            t.Certificate.instance_id == row.id,
            t.Certificate.kind == "guidance",
        )
        .order_by(t.Certificate.id.desc())
        .limit(1)
    ).one_or_none()


def enterprises(session: Session, words: str, *, actor: Actor, limit: int = 20) -> Sequence[Any]:
    """Give enterprises the actor may visit whose name or code begins like `words`, or holds them.

    Columns: id, name, code, sector, staff_count, last_visit_on.
    """
    require(actor, "guidance:visit")
    last = (
        select(func.max(t.Visit.visited_on))
        .where(t.Visit.enterprise_id == t.Organisation.id)
        .scalar_subquery()
    )
    statement = select(
        t.Organisation.id,
        t.Organisation.name,
        t.Organisation.code,
        t.Organisation.sector,
        t.Organisation.staff_count,
        last.label("last_visit_on"),
    ).where(
        t.Organisation.kind == "enterprise",
        t.Organisation.status == "active",
        t.Organisation.id.in_(organisations_of(actor, sight="both")),
    )
    if words.strip():
        said = words.strip()
        statement = statement.where(
            or_(
                t.Organisation.name.contains(said, autoescape=True),
                t.Organisation.code == said.upper(),
            )
        )
    order = (t.Organisation.name, t.Organisation.id)
    return session.execute(statement.order_by(*order).limit(limit)).all()


def _listed(actor: Actor) -> Select[Any]:
    visitor, enterprise = aliased(t.Organisation), aliased(t.Organisation)
    return (
        select(
            *t.Visit.__table__.c,
            visitor.name.label("visitor"),
            enterprise.name.label("enterprise"),
            _count(t.FollowUp.state == "open").label("open_follow_ups"),
            _count(t.FollowUp.state == "open", t.FollowUp.due_on < clock.local_date()).label(
                "late_follow_ups"
            ),
        )
        .join(visitor, visitor.id == t.Visit.organisation_id)
        .join(enterprise, enterprise.id == t.Visit.enterprise_id)
    )


def _count(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .where(
            t.FollowUp.visitor_id == t.Visit.organisation_id,
            t.FollowUp.visit_id == t.Visit.id,
            *conditions,
        )
        .correlate(t.Visit)
        .scalar_subquery()
    )


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if actor.organisation_kind == "enterprise":
        # A visit nobody announced is not told beforehand.
        found.append(t.Visit.enterprise_id == actor.organisation_id)
        found.append(t.Visit.state.in_(LETTER_OUT))
    elif filters.own:
        found.append(t.Visit.organisation_id == actor.organisation_id)
    elif not actor.is_system:
        theirs, visited = organisations_of(actor), organisations_of(actor, sight="both")
        found.append(
            or_(
                t.Visit.organisation_id == actor.organisation_id,
                t.Visit.organisation_id.in_(theirs),
                and_(t.Visit.enterprise_id.in_(visited), t.Visit.state.in_(LETTER_OUT)),
            )
        )
    if filters.state:
        found.append(t.Visit.state == filters.state)
    if filters.late:
        waiting = exists().where(
            t.FollowUp.visitor_id == t.Visit.organisation_id,
            t.FollowUp.visit_id == t.Visit.id,
            t.FollowUp.state == "open",
            t.FollowUp.due_on < clock.local_date(),
        )
        found.append(waiting)
    if filters.enterprise_id is not None:
        found.append(t.Visit.enterprise_id == filters.enterprise_id)
    return found


def _read(cursor: str) -> tuple[date, UUID]:
    day, _, id_ = cursor.partition("~")
    try:
        return date.fromisoformat(day), UUID(hex=id_)
    except ValueError as error:
        raise wrong_cursor() from error
