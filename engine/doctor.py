"""Does what is derived say what the states say? Looks, tells, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, definitions, spiff, statistics
from engine.errors import EngineError
from engine.store import tables as t


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One contradiction."""

    organisation_id: UUID
    instance_id: UUID | None
    #: history | state | tasks | timer | services | ledger
    subject: str
    text: str


def examine(session: Session, *, organisation_id: UUID | None = None) -> Iterator[Finding]:
    """Check every instance's history, state and derived rows, then the ledgers and months.

    Args:
        organisation_id: look at one organisation only.
    """
    for found in audit.verify(session, organisation_id=organisation_id):
        yield Finding(
            organisation_id=found.organisation_id,
            instance_id=found.instance_id,
            subject="history",
            text=f"event {found.sequence}: {found.fault}",
        )
    statement = select(t.Instance).order_by(t.Instance.organisation_id, t.Instance.id)
    if organisation_id is not None:
        statement = statement.where(t.Instance.organisation_id == organisation_id)
    for instance in session.scalars(statement.execution_options(yield_per=200)):
        for subject, text in _examine_instance(session, instance):
            yield Finding(
                organisation_id=instance.organisation_id,
                instance_id=instance.id,
                subject=subject,
                text=text,
            )
    for difference in statistics.recount(session, organisation_id=organisation_id).differences:
        yield Finding(
            organisation_id=difference.organisation_id,
            instance_id=None,
            subject="ledger",
            text=str(difference),
        )


def _examine_instance(session: Session, instance: t.Instance) -> Iterator[tuple[str, str]]:
    try:
        loaded = definitions.load(session, instance.definition_id)
        state = spiff.look(loaded.model, instance.blob)
    except EngineError as error:
        yield "state", error.message.en
        return
    running = instance.state in ("active", "suspended")
    if state.completed == running:
        yield "state", f"state says completed={state.completed}, row says {instance.state}"
    open_tasks = {task.id for task in state.open_tasks()} if running else set()
    yield from _compare("tasks", open_tasks, _open_rows(session, instance))
    due = state.next_due() if running else None
    if instance.due_at != due:
        yield "timer", f"state is due {due}, row says {instance.due_at}"
    jobs = _jobs(session, instance)
    timer = jobs.pop(instance.id, None)
    if (timer.due_at if timer else None) != due and not _was_put_off(timer):
        yield "timer", f"state is due {due}, job says {timer.due_at if timer else None}"
    deferred = {task.task_id for task in state.deferred()} if running else set()
    services = {key for key, job in jobs.items() if job.kind == "delegate"}
    yield from _compare("services", deferred, services)


def _was_put_off(timer: Any) -> bool:
    """Say whether a timer failed and waits to be tried again; its moment is then its own."""
    return timer is not None and timer.attempts > 0


def _compare(subject: str, state: set[UUID], rows: set[UUID]) -> Iterator[tuple[str, str]]:
    for missing in sorted(state - rows, key=str):
        yield subject, f"{missing} is in the state but has no row"
    for extra in sorted(rows - state, key=str):
        yield subject, f"{extra} has a row but is not in the state"


def _open_rows(session: Session, instance: t.Instance) -> set[UUID]:
    return set(
        session.scalars(
            select(t.Task.id).where(
                t.Task.organisation_id == instance.organisation_id,
                t.Task.instance_id == instance.id,
                t.Task.state == "open",
            )
        )
    )


def _jobs(session: Session, instance: t.Instance) -> dict[UUID, Any]:
    rows = session.execute(
        select(t.Job.id, t.Job.kind, t.Job.due_at, t.Job.attempts).where(
            t.Job.organisation_id == instance.organisation_id,
            t.Job.instance_id == instance.id,
            t.Job.kind.in_(["timer", "delegate"]),
        )
    )
    return {row.id: row for row in rows}
