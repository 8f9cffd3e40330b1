"""One case: do its rows say what its state and its history say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, derived, spiff
from engine.doctor.complaints import examine_complaint
from engine.doctor.visits import examine_visit
from engine.doctor.votes import examine_votes
from engine.errors import EngineError
from engine.store import tables as t

#: Subject and text of a finding about the case.
Found = Iterator[tuple[str, str]]
#: How a task ends in the rows, and the event that says so.
_ENDINGS: Final = {"completed": "task:completed", "cancelled": "task:cancelled"}


def examine_case(session: Session, instance: t.Instance) -> Found:
    """Compare an instance's state and history with the rows derived from them."""
    try:
        loaded = definitions.load(session, instance.definition_id)
        state = spiff.look(loaded.model, instance.blob)
    except EngineError as error:
        yield "state", error.message.en
        return
    yield from _definition(session, instance, loaded)
    running = instance.state in ("active", "suspended")
    if state.completed == running:
        yield "state", f"state says completed={state.completed}, row says {instance.state}"
    if (instance.ended_at is None) != running:
        yield "state", f"row says {instance.state}, and that it ended at {instance.ended_at}"
    rows = _rows(session, t.Task, instance)
    yield from _open_tasks(state.open_tasks() if running else [], rows)
    yield from _ended_tasks(session, instance, rows)
    yield from _jobs(session, instance, state, running)
    yield from examine_votes(session, instance)
    yield from examine_visit(session, instance)
    yield from examine_complaint(session, instance)


def _definition(session: Session, instance: t.Instance, loaded: definitions.Loaded) -> Found:
    """Compare the version it runs by with the one it began with, or was moved to last."""
    if loaded.key != instance.key:
        yield "state", f"it is a {instance.key}, and runs by a version of {loaded.key}"
    table = t.Event
    text = session.scalar(
        select(table.data)
        .where(
            table.organisation_id == instance.organisation_id,
            table.instance_id == instance.id,
            table.tag.in_(("instance:started", "instance:migrated")),
        )
        .order_by(table.sequence.desc())
        .limit(1)
    )
    said = orjson.loads(text or "{}")
    told = said.get("to", said).get("definition")
    if told is not None and told != str(instance.definition_id):
        yield "state", f"it runs by definition {instance.definition_id}, the history says {told}"


def _open_tasks(tasks: Iterable[spiff.OpenTask], rows: Iterable[t.Task]) -> Found:
    state = {task.id: task for task in tasks}
    open_rows = {row.id: row for row in rows if row.state == "open"}
    yield from _compare("tasks", set(state), set(open_rows))
    for task_id in sorted(state.keys() & open_rows.keys(), key=str):
        element, row = state[task_id].element, open_rows[task_id]
        expected = {
            "key": element.id,
            "element": element.key,
            "name": element.name or element.id,
            "candidate_group": derived.candidate_group(state[task_id]),
            "form_key": element.properties.get("formKey"),
        }
        for column, value in expected.items():
            if getattr(row, column) != value:
                kept = getattr(row, column)
                yield "tasks", f"{task_id}: {column} is {kept}, the diagram says {value}"


def _ended_tasks(session: Session, instance: t.Instance, rows: Iterable[t.Task]) -> Found:
    """Compare the tasks that are done or were taken back with the history, each exactly once."""
    table = t.Event
    events = session.execute(
        select(table.tag, table.task_id, table.data).where(
            table.organisation_id == instance.organisation_id,
            table.instance_id == instance.id,
            table.tag.in_(_ENDINGS.values()),
        )
    )
    told = Counter(
        (tag, task_id or UUID(orjson.loads(data)["task"])) for tag, task_id, data in events
    )
    kept = Counter((_ENDINGS[row.state], row.id) for row in rows if row.state in _ENDINGS)
    for tag, task_id in sorted((told - kept), key=str):
        yield "tasks", f"{task_id}: the history says {tag} more often than the row"
    for tag, task_id in sorted((kept - told), key=str):
        yield "tasks", f"{task_id}: the row says {tag}, the history does not"


def _jobs(session: Session, instance: t.Instance, state: spiff.Workflow, running: bool) -> Found:
    due = state.next_due() if running else None
    if instance.due_at != due:
        yield "timer", f"state is due {due}, row says {instance.due_at}"
    jobs = {row.id: row for row in _rows(session, t.Job, instance)}
    timer = jobs.get(instance.id)
    if (timer.due_at if timer else None) != due and not _was_put_off(timer):
        yield "timer", f"state is due {due}, job says {timer.due_at if timer else None}"
    deferred = {task.task_id for task in state.deferred()} if running else set()
    services = {key for key, job in jobs.items() if job.kind == "delegate"}
    yield from _compare("services", deferred, services)
    wrong = "waiting" if instance.state == "suspended" else "held"
    for job in jobs.values():
        if job.state == wrong and job.kind in ("timer", "delegate"):
            yield "jobs", f"{job.id}: a {job.kind} is {job.state}, the case {instance.state}"


def _was_put_off(timer: t.Job | None) -> bool:
    """Say whether a timer failed and waits to be tried again; its moment is then its own."""
    return timer is not None and timer.attempts > 0


def _compare(subject: str, state: set[UUID], rows: set[UUID]) -> Found:
    for missing in sorted(state - rows, key=str):
        yield subject, f"{missing} is in the state but has no row"
    for extra in sorted(rows - state, key=str):
        yield subject, f"{extra} has a row but is not in the state"


def _rows(session: Session, table: Any, instance: t.Instance) -> list[Any]:
    statement = select(table).where(
        table.organisation_id == instance.organisation_id, table.instance_id == instance.id
    )
    return list(session.scalars(statement))
