"""A task's row with its case, as those who show it and those who work on it read it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from engine import cases
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, NotFound
from engine.store import tables as t
from engine.turns import may_know

_TASK_COLUMNS: Final = (
    t.Task.id.label("task_id"),
    t.Task.key.label("task_key"),
    t.Task.element,
    t.Task.name.label("task_name"),
    t.Task.candidate_group,
    t.Task.assignee_id,
    t.Task.state.label("task_state"),
    t.Task.form_key,
    t.Task.created_at,
    t.Task.due_at.label("task_due_at"),
    t.Task.completed_at,
    t.Task.completed_by,
)
_IS_ASKED_FOR: Final = and_(
    t.Task.organisation_id == bindparam("owner"), t.Task.id == bindparam("task")
)
_FOUND: Final = (
    cases.select_case()
    .add_columns(*_TASK_COLUMNS)
    .join(
        t.Task,
        (t.Task.organisation_id == t.Instance.organisation_id)
        & (t.Task.instance_id == t.Instance.id),
    )
    .where(
        _IS_ASKED_FOR,
        # Said once more, so that a database that knows nothing yet of how much the tables hold
        # does not go through all cases of the organisation.
        t.Instance.id == select(t.Task.instance_id).where(_IS_ASKED_FOR).scalar_subquery(),
    )
)
_SHOWN: Final = _FOUND.add_columns(t.User.name.label("done_by")).outerjoin(
    t.User, t.User.id == t.Task.completed_by
)
#: Both rows are locked, so that both are read as they are once the lock is ours.
_WORKED_ON: Final = _FOUND.add_columns(
    exists()
    .where(t.Draft.organisation_id == t.Task.organisation_id, t.Draft.task_id == t.Task.id)
    .label("has_draft")
).with_for_update(of=[t.Instance, t.Task])


def get_task(session: Session, task_id: UUID, *, actor: Actor) -> Row[Any]:
    """Give a task with its instance; NotFound when it is not the actor's to see."""
    return _row(session, _SHOWN, task_id, actor)


def open_tasks_of(session: Session, row: Any) -> list[tuple[UUID, str, str, str, UUID | None]]:
    """Give (id, key, name, candidate group, assignee) of an instance's open tasks."""
    found = session.execute(
        select(t.Task.id, t.Task.key, t.Task.name, t.Task.candidate_group, t.Task.assignee_id)
        .where(
            t.Task.organisation_id == row.organisation_id,
            t.Task.instance_id == row.id,
            t.Task.state == "open",
        )
        .order_by(t.Task.created_at, t.Task.key)
    )
    return [tuple(task) for task in found]  # type: ignore[misc]


def lock_task(session: Session, task_id: UUID, *, actor: Actor) -> Row[Any]:
    """Give a task with its case as they are once both are locked, and whether drafts exist.

    Raises:
        NotFound: it is not the actor's to see.
    """
    return _row(session, _WORKED_ON, task_id, actor)


def require_open(row: Row[Any]) -> None:
    """Raise AlreadyDone or Conflict unless the task still has to be done."""
    if row.task_state == "completed":
        who = row.done_by or "报告人"
        raise AlreadyDone(
            f"这项任务已由{who}办理完成，无需再办。",
            f"This task was already completed by {row.done_by or 'the reporter'}.",
            by=who,
            at=row.completed_at,
            instance_id=str(row.id),
            task_id=str(row.task_id),
        )
    if row.task_state == "cancelled":
        raise Conflict(
            "流程已经走到别处，这项任务不用办了。",
            "The process has moved on; this task need not be done.",
            instance_id=str(row.id),
            task_id=str(row.task_id),
        )


def _row(session: Session, statement: Any, task_id: UUID, actor: Actor) -> Row[Any]:
    """Give the task with its case; only the actor's own organisation works on tasks.

    Who may neither do the task nor read the case learns not even that there is one.
    """
    key = {"owner": actor.organisation_id, "task": task_id}
    row: Row[Any] | None = session.connection().execute(statement, key).one_or_none()
    if row is None or not may_know(session, row, actor):
        raise NotFound()
    return row
