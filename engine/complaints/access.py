"""Who may open a complaint: those of the union it was sent to, but nobody it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine import reported, reporters
from engine.actors import Actor
from engine.complaints import rooms
from engine.errors import NotAllowed, NotFound
from engine.permissions import require
from engine.statistics.paging import wrong_cursor
from engine.store import tables as t

STATES: Final = ("filed", "taken", "advised", "passed", "closed", "withdrawn")
_LARGEST: Final = 100
#: A shorter name stands in too many words.
_SHORTEST_NAME: Final = 2


def listed(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = 30
) -> tuple[Sequence[t.Complaint], str | None]:
    """Give a page of the complaints that are the actor's to handle, the latest first.

    Raises:
        NotAllowed, NotFound: they handle none. Invalid: the cursor is wrong.
    """
    require_handler(session, actor)
    limit = max(1, min(limit, _LARGEST))
    statement = select(t.Complaint).where(_theirs(actor), *_not_about(actor))
    if after:
        at, id_ = _read(after)
        earlier = and_(t.Complaint.filed_at == at, t.Complaint.id < id_)
        statement = statement.where(or_(t.Complaint.filed_at < at, earlier))
    order = (t.Complaint.filed_at.desc(), t.Complaint.id.desc())
    rows = session.scalars(statement.order_by(*order).limit(limit + 1)).all()
    more = rows[limit - 1] if len(rows) > limit else None
    shown = rows[:limit]
    made = reported.among(session, [(row.organisation_id, row.id) for row in shown], _who(actor)[0])
    found = [row for row in shown if row.id not in made]
    return found, f"{more.filed_at.isoformat()}~{more.id.hex}" if more else None


def get(session: Session, complaint_id: UUID, *, actor: Actor) -> t.Complaint:
    """Give a complaint to one who may handle it.

    Raises:
        NotAllowed, NotFound: it is not theirs, or it speaks of them, or they made it.
    """
    require(actor, "complaint:handle")
    statement = select(t.Complaint).where(t.Complaint.id == complaint_id, _theirs(actor))
    row = session.scalar(statement) if rooms.handles(actor) else None
    if row is None or is_kept_out(session, row, *_who(actor)):
        raise NotFound()
    return row


def is_asked(session: Session, actor: Actor) -> bool:
    """Say whether complaints are sent to the actor's union, and they may handle them."""
    if not rooms.handles(actor):
        return False
    return actor.organisation_kind == "enterprise" or rooms.is_district_union(session, actor)


def require_handler(session: Session, actor: Actor) -> None:
    """Raise unless complaints may be sent to the actor.

    Raises:
        NotAllowed: the role; or they are the employer, too. NotFound: another department.
    """
    require(actor, "complaint:handle")
    if is_asked(session, actor):
        return
    if rooms.handles(actor):
        if session.scalar(select(t.Complaint.id).where(_theirs(actor)).limit(1)) is not None:
            return
        raise NotFound()
    if actor.organisation_kind != "enterprise":
        raise NotFound()
    raise NotAllowed(
        "主要负责人和管理员不能办理投诉，即使兼任工会职务。投诉由区总工会办理。",
        "A principal or administrator takes no complaints, even of the union; the district's union "
        "does.",
        permission="complaint:handle",
    )


def is_kept_out(session: Session, row: t.Complaint, user_id: UUID, name: str) -> bool:
    """Say whether somebody is kept out: named, barred, or the complainant.

    It is asked at every look, so that whoever joins the union later is kept out as well.
    """
    if f",{user_id}," in row.barred or (len(name) >= _SHORTEST_NAME and name in row.accused):
        return True
    return reporters.is_reporter(session, row.organisation_id, row.id, user_id)


def _who(actor: Actor) -> tuple[UUID, str]:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id, actor.name


def _theirs(actor: Actor) -> ColumnElement[bool]:
    return or_(
        t.Complaint.handler_id == actor.organisation_id,
        t.Complaint.district_id == actor.organisation_id,
    )


def _not_about(actor: Actor) -> list[Any]:
    found: list[Any] = [~t.Complaint.barred.contains(f",{actor.user_id},", autoescape=True)]
    if len(actor.name) >= _SHORTEST_NAME:
        found.append(~t.Complaint.accused.contains(actor.name, autoescape=True))
    return found


def _read(cursor: str) -> tuple[datetime, UUID]:
    at, _, id_ = cursor.partition("~")
    try:
        moment, last = datetime.fromisoformat(at), UUID(hex=id_)
    except ValueError as error:
        raise wrong_cursor() from error
    if moment.tzinfo is None:
        raise wrong_cursor()
    return moment, last
