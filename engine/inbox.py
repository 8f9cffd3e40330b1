"""The inbox: which tasks wait for somebody, oldest first, a page at a time.

Every list is read along an index, role by role, so that it costs the same however many hazards
the organisation has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine import definitions, instances, reporters, separation
from engine.actors import Actor
from engine.errors import SeparationOfDuties
from engine.permissions import require
from engine.store import tables as t

#: Badges say "99+" beyond this.
COUNTED_TO: Final = 100
#: So many are looked at for the next task; more would be a strange inbox.
_TRIED: Final = 10
#: Written into the statement: SQLite takes an index of open tasks only when it sees the word.
_OPEN_STATE: Final = literal("open", literal_execute=True)
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
    t.Instance.definition_id,
    t.Instance.key,
    t.Instance.number,
    t.Instance.title,
    t.Instance.state,
    t.Hazard.level,
    t.Hazard.imminent,
    t.User.name.label("holder"),
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
    """Count what waits, up to `COUNTED_TO` each; in one query, for every page shows it."""
    mine = [_mine(actor), *_as_reporter(session, actor)]
    groups = _of_groups(actor)
    columns = [_counted(parts).scalar_subquery() for parts in (mine, groups) if parts]
    row = session.execute(select(*columns)).one()
    return Counts(mine=row[0], group=row[1] if groups else 0)


def next_task(session: Session, *, actor: Actor, instance_id: UUID) -> UUID | None:
    """Give the task to open after one is done: of the same case if it is the actor's, else the
    oldest of their inbox. One that checks their own work is not theirs to do."""
    parts = [_mine(actor), *_as_reporter(session, actor), *_of_groups(actor)]
    here = [part.where(t.Task.instance_id == instance_id) for part in parts]
    for row in (*_page(session, here, None, _TRIED), *_page(session, parts, None, _TRIED)):
        if _is_free_to_do(session, row, actor):
            return UUID(str(row.task_id))
    return None


def _is_free_to_do(session: Session, row: Any, actor: Actor) -> bool:
    loaded = definitions.load(session, row.definition_id)
    if row.state != "active":
        return False
    if not separation.may_concern(row, loaded):
        return True
    try:
        separation.foresee(session, row, loaded, instances.read_data(session, row), actor)
    except SeparationOfDuties:
        return False
    return True


def _mine(actor: Actor) -> Any:
    return _open(actor).where(t.Task.assignee_id == actor.user_id)


def _of_groups(actor: Actor) -> list[Any]:
    """A reporter's task is for the one who reported, not for all who may report."""
    return [_of_group(actor, role) for role in sorted(actor.roles - {"reporter"})]


def _of_group(actor: Actor, role: str) -> Any:
    return _open(actor).where(t.Task.candidate_group == role, t.Task.assignee_id.is_(None))


def _as_reporter(session: Session, actor: Actor) -> list[Any]:
    """Tasks for the reporter are found through the vault; a task row never names them."""
    own = reporters.own_ids(session, actor=actor)
    if own is None:
        return []
    ids = own.subquery()
    waiting = _open(actor).join(ids, ids.c.instance_id == t.Task.instance_id)
    return [waiting.where(t.Task.candidate_group == "reporter")]


def _open(actor: Actor) -> Any:
    return select(t.Task.organisation_id, t.Task.id, t.Task.created_at.label("at")).where(
        t.Task.organisation_id == actor.organisation_id, t.Task.state == _OPEN_STATE
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
        .outerjoin(t.User, t.User.id == t.Task.assignee_id)
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


def _counted(parts: list[Any]) -> Any:
    """Give a select of how many rows all parts have together, `COUNTED_TO` at the most."""
    bounded = [select(part.limit(COUNTED_TO).subquery()) for part in parts]
    some = union_all(*bounded).limit(COUNTED_TO).subquery()
    return select(func.count()).select_from(some)
