"""The inbox: which tasks wait for somebody, oldest first, a page at a time.

Every list is read along an index, role by role, so that it costs the same however many hazards
the organisation has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from engine import reporters
from engine.actors import Actor
from engine.permissions import require
from engine.store import tables as t

#: Badges say "99+" beyond this.
COUNTED_TO: Final = 100
_COLUMNS: Final = (
    t.Task.id.label("task_id"),
    t.Task.key.label("task_key"),
    t.Task.name.label("task_name"),
    t.Task.element,
    t.Task.candidate_group,
    t.Task.assignee_id,
    t.Task.state.label("task_state"),
    t.Task.form_key,
    t.Task.created_at,
    t.Task.claimed_at,
    t.Task.due_at.label("task_due_at"),
    t.Task.completed_at,
    t.Instance.id,
    t.Instance.organisation_id,
    t.Instance.key,
    t.Instance.number,
    t.Instance.title,
    t.Instance.state,
    t.Hazard.level,
    t.Hazard.imminent,
)


@dataclass(frozen=True)
class Counts:
    """How many tasks wait; `COUNTED_TO` means that many or more."""

    mine: int
    group: int


def list_tasks(
    session: Session,
    *,
    actor: Actor,
    scope: str = "all",
    state: str = "open",
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Any]:
    """Give a page of the actor's tasks.

    Args:
        scope: mine (assigned to or claimed by the actor, and what they as reporter have to
            confirm), group (free, for one of their roles), all (both).
        state: open, or completed (by the actor, newest first).
        after: id of the last task of the page before.
    """
    require(actor, "task:work")
    if state == "completed":
        return _page(session, [_done(actor)], after, limit, newest_first=True)
    parts: list[Any] = []
    if scope in ("mine", "all"):
        parts += [_mine(actor), *_as_reporter(session, actor)]
    if scope in ("group", "all"):
        parts += _of_groups(actor)
    return _page(session, parts, after, limit)


def count(session: Session, *, actor: Actor) -> Counts:
    """Count what waits, up to `COUNTED_TO` each."""
    mine = [_mine(actor), *_as_reporter(session, actor)]
    return Counts(mine=_count(session, mine), group=_count(session, _of_groups(actor)))


def next_task(session: Session, *, actor: Actor, instance_id: UUID) -> UUID | None:
    """Give the task to open after one is done: of the same case if it is the actor's, else
    the first of their inbox."""
    waiting = list_tasks(session, actor=actor, limit=20)
    here = [row.task_id for row in waiting if row.id == instance_id]
    if here:
        return UUID(str(here[0]))
    return UUID(str(waiting[0].task_id)) if waiting else None


def _mine(actor: Actor) -> Any:
    return _open(actor).where(t.Task.assignee_id == actor.user_id)


def _of_groups(actor: Actor) -> list[Any]:
    """A reporter's task is for the one who reported, not for all who may report."""
    return [_of_group(actor, role) for role in sorted(actor.roles - {"reporter"})]


def _of_group(actor: Actor, role: str) -> Any:
    return _open(actor).where(t.Task.candidate_group == role, t.Task.assignee_id.is_(None))


def _as_reporter(session: Session, actor: Actor) -> list[Any]:
    """Tasks for the reporter are found through the vault; a task row never names them."""
    own = [row.id for row in reporters.own_instances(session, actor=actor) if row.state == "active"]
    if not own:
        return []
    return [_open(actor).where(t.Task.candidate_group == "reporter", t.Task.instance_id.in_(own))]


def _open(actor: Actor) -> Any:
    return select(t.Task.organisation_id, t.Task.id, t.Task.created_at.label("at")).where(
        t.Task.organisation_id == actor.organisation_id, t.Task.state == "open"
    )


def _done(actor: Actor) -> Any:
    return select(t.Task.organisation_id, t.Task.id, t.Task.completed_at.label("at")).where(
        t.Task.organisation_id == actor.organisation_id, t.Task.completed_by == actor.user_id
    )


def _page(
    session: Session,
    parts: list[Any],
    after: UUID | None,
    limit: int,
    *,
    newest_first: bool = False,
) -> Sequence[Any]:
    """Read each part along its index no further than the page needs, then merge."""
    if not parts:
        return []
    place = _place(session, after, newest_first) if after is not None else None
    bounded = [_bounded(part, place, limit, newest_first) for part in parts]
    merged = union_all(*(select(part) for part in bounded)).subquery()
    order = _order(merged.c.at, merged.c.id, newest_first)
    chosen = select(merged).order_by(*order).limit(limit).subquery()
    statement = (
        select(*_COLUMNS)
        .select_from(chosen)
        .join(
            t.Task,
            and_(t.Task.organisation_id == chosen.c.organisation_id, t.Task.id == chosen.c.id),
        )
        .join(
            t.Instance,
            and_(
                t.Instance.organisation_id == t.Task.organisation_id,
                t.Instance.id == t.Task.instance_id,
            ),
        )
        .outerjoin(
            t.Hazard,
            and_(
                t.Hazard.organisation_id == t.Instance.organisation_id,
                t.Hazard.id == t.Instance.id,
            ),
        )
        .order_by(*_order(chosen.c.at, chosen.c.id, newest_first))
    )
    return session.execute(statement).all()


def _bounded(part: Any, place: tuple[Any, UUID] | None, limit: int, newest_first: bool) -> Any:
    at, key = part.selected_columns.at, part.selected_columns.id
    if place is not None:
        part = part.where(_beyond(at, key, place, newest_first))
    return part.order_by(*_order(at, key, newest_first)).limit(limit).subquery()


def _beyond(
    at: ColumnElement[Any], key: ColumnElement[Any], place: tuple[Any, UUID], newest_first: bool
) -> ColumnElement[bool]:
    moment, last = place
    if newest_first:
        return or_(at < moment, and_(at == moment, key < last))
    return or_(at > moment, and_(at == moment, key > last))


def _order(at: Any, key: Any, newest_first: bool) -> tuple[Any, Any]:
    return (at.desc(), key.desc()) if newest_first else (at, key)


def _place(session: Session, after: UUID, newest_first: bool) -> tuple[Any, UUID] | None:
    column = t.Task.completed_at if newest_first else t.Task.created_at
    moment = session.scalar(select(column).where(t.Task.id == after))
    return None if moment is None else (moment, after)


def _count(session: Session, parts: list[Any]) -> int:
    if not parts:
        return 0
    bounded = [select(part.limit(COUNTED_TO).subquery()) for part in parts]
    some = union_all(*bounded).limit(COUNTED_TO).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
