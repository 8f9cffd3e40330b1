"""The rows of a case that was moved: they say what the new version says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engine import derived, history, instance_rows
from engine.definitions import Loaded
from engine.spiff import Element, OpenTask
from engine.steps import Step
from engine.store import tables as t


def write(step: Step, old: Loaded, new: Loaded) -> None:
    """Write the state and everything that derives from it; the case runs by `new` from now on.

    Raises:
        Stale: the instance moved on since it was read.
    """
    case, session = step.case, step.session
    case.due_at, due_before = step.workflow.next_due(), case.due_at
    step.deferred_before = {deferred.task_id for deferred in step.workflow.deferred()}
    changes = list(_task_changes(step, old))
    step.chain.seal()
    instance_rows.move_on(step)
    session.connection().execute(
        update(t.Instance.__table__)  # type: ignore[arg-type]
        .where(t.Instance.organisation_id == case.organisation_id, t.Instance.id == case.id)
        .values(definition_id=new.id)
    )
    _rewrite_tasks(step, changes)
    _rewrite_services(step)
    derived.write_jobs(step, due_before)
    if case.state == "suspended":
        _hold_jobs(step)
    history.write(session, step.chain)


def _task_changes(step: Step, old: Loaded) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """Give which rows of open tasks have to say something else; note whose claim ends."""
    table: Any = t.Task.__table__
    case = step.case
    rows = step.session.execute(
        select(table).where(
            table.c.organisation_id == case.organisation_id,
            table.c.instance_id == case.id,
            table.c.state == "open",
        )
    ).all()
    tasks = {task.id: task for task in step.workflow.open_tasks()}
    for row in rows:
        changed = _changes(step, row, tasks[row.id], old.model.elements[row.element])
        if "claimed_at" in changed:
            event = history.Event(
                tag="task:released",
                task_id=row.id,
                element=tasks[row.id].element.key,
                by_system=True,
            )
            step.chain.record(event)
        if changed:
            yield row.id, changed


def _rewrite_tasks(step: Step, changes: Iterable[tuple[UUID, dict[str, Any]]]) -> None:
    """Let the rows of open tasks say what the new version says of them."""
    table: Any = t.Task.__table__
    for task_id, changed in changes:
        step.session.connection().execute(
            update(table)
            .where(table.c.organisation_id == step.case.organisation_id, table.c.id == task_id)
            .values(**changed)
        )


def _changes(step: Step, row: Any, task: OpenTask, old: Element) -> dict[str, Any]:
    """Give the columns of an open task that are otherwise now."""
    wanted = derived.task_row(step.session, step.case, task, row.created_at)
    names = ["key", "element", "name", "candidate_group", "form_key"]
    if _said(old, "dueIn") != _said(task.element, "dueIn"):
        names.append("due_at")
    found = {name: wanted[name] for name in names}
    found |= _holder(step, row, wanted, old, task.element)
    return {name: value for name, value in found.items() if getattr(row, name) != value}


def _holder(
    step: Step, row: Any, wanted: Mapping[str, Any], old: Element, new: Element
) -> dict[str, Any]:
    """Give who holds the task: as before, unless it is for others now."""
    if row.claimed_at is None:
        is_same = _said(old, "assignee") == _said(new, "assignee")
        return {} if is_same else {"assignee_id": wanted["assignee_id"]}
    if wanted["candidate_group"] == row.candidate_group or _holds(step, row, wanted):
        return {}
    return {"assignee_id": wanted["assignee_id"], "claimed_at": None}


def _holds(step: Step, row: Any, wanted: Mapping[str, Any]) -> bool:
    """Say whether whoever has claimed the task holds the role that does it now."""
    seat = t.Membership
    return (
        step.session.scalar(
            select(seat.user_id).where(
                seat.user_id == row.assignee_id,
                seat.organisation_id == row.organisation_id,
                seat.role == wanted["candidate_group"],
            )
        )
        is not None
    )


def _said(element: Element, name: str) -> str:
    return element.properties.get(name, "")


def _rewrite_services(step: Step) -> None:
    """Let the jobs of services that wait to be run again name them as they are called now."""
    table: Any = t.Job.__table__
    for deferred in step.workflow.deferred():
        step.session.connection().execute(
            update(table)
            .where(
                table.c.organisation_id == step.case.organisation_id, table.c.id == deferred.task_id
            )
            .values(payload={"element": deferred.element.key})
        )


def _hold_jobs(step: Step) -> None:
    """Let no job of a suspended case run; see `steps.set_state`."""
    table: Any = t.Job.__table__
    step.session.connection().execute(
        update(table)
        .where(
            table.c.organisation_id == step.case.organisation_id,
            table.c.instance_id == step.case.id,
            table.c.state == "waiting",
        )
        .values(state="held", lease_until=None, leased_by=None)
    )
