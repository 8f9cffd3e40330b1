"""Task and job rows, derived from the workflow's state at the end of every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from engine.assignees import find_assignee
from engine.cases import Case
from engine.errors import Refused
from engine.hazards import deadlines
from engine.spiff import OpenTask
from engine.store import Write, new_id, upsert
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.steps import Step

#: How long after its first failure a service task is run again.
FIRST_RETRY: Final = timedelta(seconds=10)


_TASK: Final[Any] = t.Task.__table__
_OPEN_TASK: Final = Write(
    insert(_TASK),
    (
        "organisation_id",
        "id",
        "instance_id",
        "key",
        "element",
        "name",
        "candidate_group",
        "assignee_id",
        "state",
        "form_key",
        "created_at",
        "due_at",
    ),
)
_END_TASK: Final = Write(
    update(_TASK)
    .where(_TASK.c.organisation_id == bindparam("owner"), _TASK.c.id == bindparam("task"))
    .values(state=bindparam("state"), completed_at=bindparam("at"), completed_by=bindparam("by"))
)
_ADD_JOB: Final = Write(
    insert(t.Job),
    (
        "organisation_id",
        "id",
        "instance_id",
        "task_id",
        "kind",
        "state",
        "due_at",
        "attempts",
        "payload",
        "error",
        "created_at",
    ),
)


@dataclass(frozen=True)
class TaskChanges:
    """How the task rows have to change to say what the state says."""

    opened: list[OpenTask]
    cancelled: list[UUID]


def task_changes(step: Step) -> TaskChanges:
    """Compare the state's open tasks with the rows that were open before."""
    step.open_now = step.workflow.open_tasks()
    gone = step.open_before - {task.id for task in step.open_now} - {step.completed}
    for task_id in sorted(gone, key=str):
        step.record("task:cancelled", by_system=True, task=str(task_id))
    return TaskChanges(
        opened=[task for task in step.open_now if task.id not in step.open_before],
        cancelled=sorted(gone, key=str),
    )


def write_tasks(step: Step, changes: TaskChanges) -> None:
    """Write the task rows: one completed, some cancelled, some new."""
    ended = [_ending(step, task_id, "cancelled", None) for task_id in changes.cancelled]
    if step.completed is not None:
        by = None if step.chain.role == "reporter" else step.actor.user_id
        ended.append(_ending(step, step.completed, "completed", by))
    _END_TASK.run(step.session, ended)
    opened = [task_row(step.session, step.case, task, step.at) for task in changes.opened]
    _OPEN_TASK.run(step.session, opened)


def _ending(step: Step, task_id: UUID, state: str, by: UUID | None) -> dict[str, Any]:
    return {
        "owner": step.case.organisation_id,
        "task": task_id,
        "state": state,
        "at": step.at,
        "by": by,
    }


def task_row(session: Session, case: Case, task: OpenTask, at: datetime) -> dict[str, Any]:
    """Give the row for a task that opened at `at`."""
    element = task.element
    return {
        "organisation_id": case.organisation_id,
        "id": task.id,
        "instance_id": case.id,
        "key": element.id,
        "element": element.key,
        "name": element.name or element.id,
        "candidate_group": candidate_group(task),
        "assignee_id": find_assignee(session, case, task),
        "state": "open",
        "form_key": element.properties.get("formKey"),
        "created_at": at,
        "due_at": due_at(task, at, case.organisation.calendar),
    }


def shown(step: Step, task: OpenTask) -> tuple[UUID, str, str, str, UUID | None]:
    """Give id, key, name, candidate group and assignee of a task that has just opened."""
    element = task.element
    name = element.name or element.id
    assignee = find_assignee(step.session, step.case, task)
    return task.id, element.id, name, candidate_group(task), assignee


def candidate_group(task: OpenTask) -> str:
    """Give the role that does the task: the voter's, else as said on the task, else its lane."""
    if task.seat is not None:
        return task.seat.role
    element = task.element
    return element.properties.get("candidateGroups") or element.lane_id or ""


def next_due(step: Step) -> datetime | None:
    """Give when the state next moves by itself; never once it has ended."""
    return step.workflow.next_due() if step.case.state == "active" else None


def write_jobs(step: Step, due_before: datetime | None) -> None:
    """Keep one timer job at the next due moment, and one job for each failed service task."""
    if step.case.due_at != due_before or step.rewrite_timer:
        _write_timer(step)
    waiting = {deferred.task_id for deferred in step.workflow.deferred()}
    settled = step.deferred_before - waiting
    if settled:
        _delete_jobs(step, settled)
    new = [row for row in _failed_jobs(step) if row["id"] not in step.deferred_before]
    new += _queued_jobs(step)
    _ADD_JOB.run(step.session, new)


def _failed_jobs(step: Step) -> Iterable[dict[str, Any]]:
    for failure in step.workflow.failures:
        yield {
            "organisation_id": step.case.organisation_id,
            "id": failure.task_id,
            "instance_id": step.case.id,
            "task_id": failure.task_id,
            "kind": "delegate",
            "state": "waiting",
            "due_at": step.at + FIRST_RETRY,
            "attempts": 1,
            "payload": {"element": failure.element.key},
            "error": describe(failure.error),
            "created_at": step.at,
        }


def _queued_jobs(step: Step) -> Iterable[dict[str, Any]]:
    for kind, payload in step.queued:
        yield {
            "organisation_id": step.case.organisation_id,
            "id": new_id(),
            "instance_id": step.case.id,
            "task_id": None,
            "kind": kind,
            "state": "waiting",
            "due_at": step.at,
            "attempts": 0,
            "payload": payload,
            "error": None,
            "created_at": step.at,
        }


def describe(error: BaseException) -> str:
    """Give an error as text an operator can use, bounded to its column."""
    return f"{type(error).__name__}: {error}"[:2000]


def _write_timer(step: Step) -> None:
    case = step.case
    if case.due_at is None:
        _delete_jobs(step, {case.id})
        return
    insert_timer = upsert(step.session)(t.Job.__table__).values(
        organisation_id=case.organisation_id,
        id=case.id,
        instance_id=case.id,
        kind="timer",
        state="waiting",
        due_at=case.due_at,
        attempts=0,
        payload={},
        created_at=step.at,
    )
    step.session.connection().execute(
        insert_timer.on_conflict_do_update(
            index_elements=["organisation_id", "id"],
            set_={
                "due_at": insert_timer.excluded.due_at,
                "state": "waiting",
                "attempts": 0,
                "lease_until": None,
                "leased_by": None,
            },
        )
    )


def _delete_jobs(step: Step, ids: set[UUID]) -> None:
    table = t.Job.__table__
    step.session.connection().execute(
        delete(table).where(  # type: ignore[arg-type]
            table.c.organisation_id == step.case.organisation_id, table.c.id.in_(ids)
        )
    )


def due_at(task: OpenTask, at: datetime, calendar: Mapping[date, bool]) -> datetime | None:
    """Give the deadline from `at`: `dueIn` as written, or held by the data field it names."""
    text = task.element.properties.get("dueIn")
    if not text:
        return None
    value = task.data.get(text, text)
    try:
        return deadlines.due(at, str(value), calendar)
    except Refused:
        return None
