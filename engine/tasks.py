"""User tasks: claim, release, complete. Lists: engine/inbox.py; forms: engine/task_forms.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session

from engine import answers as answering
from engine import attachments, cases, clock, forms, history, idempotency, separation, steps
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, NotAllowed, NotFound, Stale
from engine.permissions import require
from engine.store import tables as t
from engine.turns import require_turn, role_in

_TASK_COLUMNS = (
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
    t.User.name.label("done_by"),
)


@dataclass(frozen=True)
class Outcome:
    """What a completion led to."""

    instance_id: UUID
    #: active | completed
    state: str
    #: The instance's open tasks after the step: (id, key, name, candidate group, assignee).
    open_tasks: Sequence[tuple[UUID, str, str, str, UUID | None]]


def complete(
    session: Session,
    task_id: UUID,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    idempotency_key: str | None = None,
) -> Outcome:
    """Complete a user task with the answers to its form and run on to the next wait states.

    Args:
        answers: raw answers; hidden or read-only fields posted by hand are refused.
        idempotency_key: the same key with the same answers completes only once.

    Raises:
        NotFound, NotAllowed, SeparationOfDuties: it is not the actor's to do.
        AlreadyDone: with who did it and when. Conflict: suspended, ended, or another's task.
        InvalidAnswers: field by field; nothing was saved.
    """
    request = {"task": str(task_id), "answers": dict(answers)}
    known = idempotency.find_answer(session, actor, "complete", idempotency_key, request)
    if known is not None:
        return _known_outcome(known)
    with _working(session, task_id, actor) as (row, step):
        require_turn(session, row, actor)
        separation.check(session, row, step, actor)
        cleaned = _clean(session, row, step, answers)
        event = _record(step, row, cleaned)
        attachments.cite(
            session,
            row.organisation_id,
            row.id,
            answering.files_in(step.loaded.form(row.form_key), cleaned) if row.form_key else [],
        )
        cited = answering.cite_checklist(step, cleaned)
        step.completed = task_id
        step.workflow.complete(task_id, {**cleaned, **cited})
        event.data["path"] = step.workflow.path
    outcome = _outcome(step)
    idempotency.keep_answer(
        session, actor, "complete", idempotency_key, request, _plain_outcome(outcome)
    )
    return outcome


def claim(session: Session, task_id: UUID, *, actor: Actor) -> None:
    """Take a group task for oneself.

    Raises:
        NotFound, NotAllowed, SeparationOfDuties, AlreadyDone: as for `complete`.
        Conflict: somebody else has claimed it; with who and when.
    """
    with _working(session, task_id, actor) as (row, step):
        require_turn(session, row, actor)
        separation.check(session, row, step, actor)
        # A reporter's task is theirs alone already, and a claim would name them.
        if row.candidate_group == "reporter" or row.assignee_id == actor.user_id:
            return
        _assign(session, row, actor.user_id)
        step.record_task("task:claimed", row)


def release(session: Session, task_id: UUID, *, actor: Actor) -> None:
    """Give a claimed task back to its group.

    Raises:
        Conflict: it is not claimed by the actor.
    """
    with _working(session, task_id, actor) as (row, step):
        if row.assignee_id is None or row.assignee_id != actor.user_id:
            raise Conflict(
                "这项任务不在您名下，无需退回。",
                "This task is not yours to give back.",
                instance_id=str(row.id),
                task_id=str(task_id),
            )
        _assign(session, row, None)
        step.record_task("task:released", row)


def get_task(session: Session, task_id: UUID, *, actor: Actor) -> Row[Any]:
    """Give a task with its instance; NotFound when it is not the actor's to see."""
    row = session.execute(_select_task(task_id, actor)).one_or_none()
    if row is None:
        raise NotFound()
    return row


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


@contextmanager
def _working(
    session: Session, task_id: UUID, actor: Actor
) -> Iterator[tuple[Row[Any], steps.Step]]:
    """Open a step on an open task's instance, in the role in which the actor does the task."""
    require(actor, "task:work")
    row = session.execute(_select_task(task_id, actor).with_for_update(of=t.Instance)).one_or_none()
    if row is None:
        raise NotFound()
    require_open(row)
    with steps.open_step(session, row, actor=actor, role=role_in(row, actor)) as step:
        if (task_id, row.assignee_id) not in step.open_before.items():
            # Done or claimed while we waited for the instance: PostgreSQL reads the locked row
            # anew, but not the task joined to it. Replayed, the command sees who was first.
            raise Stale(
                "别人刚刚办理了同一件事，请刷新后再试。",
                "Somebody else has just worked on this; refresh and try again.",
            )
        yield row, step


def _select_task(task_id: UUID, actor: Actor) -> Any:
    """Give a select of the task with its case; only the actor's own organisation works tasks."""
    return (
        cases.select_case()
        .add_columns(*_TASK_COLUMNS)
        .join(
            t.Task,
            (t.Task.organisation_id == t.Instance.organisation_id)
            & (t.Task.instance_id == t.Instance.id),
        )
        .outerjoin(t.User, t.User.id == t.Task.completed_by)
        .where(t.Task.organisation_id == actor.organisation_id, t.Task.id == task_id)
    )


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


def _clean(
    session: Session, row: Row[Any], step: steps.Step, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Check the answers against the pinned form; a task without a form takes none."""
    if not row.form_key:
        return {}
    form = step.loaded.form(row.form_key)
    current = step.workflow.task_data(row.task_id)
    properties = step.loaded.model.elements[row.element].properties
    try:
        return forms.clean(
            form,
            answers,
            rights=forms.Rights.of(properties),
            choices=answering.choices_for(
                session, form, row.organisation_id, {**current, **answers}
            ),
            current=current,
        )
    except NotAllowed as refusal:
        refusal.details.update(instance_id=str(row.id), task_id=str(row.task_id))
        raise


def _record(step: steps.Step, row: Row[Any], cleaned: Mapping[str, Any]) -> history.Event:
    """Note the answers that are new or changed, with what stood there before."""
    current = step.workflow.task_data(row.task_id)
    changed = {k: v for k, v in cleaned.items() if current.get(k) != v}
    before = {k: current[k] for k in changed if current.get(k) is not None}
    facts: dict[str, Any] = {"answers": changed}
    if before:
        facts["before"] = before
    if row.form_key:
        facts["form"] = str(step.loaded.pinned["form", row.form_key].id)
    _drop_draft(step.session, row)
    return step.record_task("task:completed", row, **facts)


def _drop_draft(session: Session, row: Row[Any]) -> None:
    table = t.Draft.__table__
    session.connection().execute(
        delete(table).where(  # type: ignore[arg-type]
            table.c.organisation_id == row.organisation_id, table.c.task_id == row.task_id
        )
    )


def _assign(session: Session, row: Row[Any], user_id: UUID | None) -> None:
    session.execute(
        update(t.Task)
        .where(t.Task.organisation_id == row.organisation_id, t.Task.id == row.task_id)
        .values(assignee_id=user_id, claimed_at=clock.now() if user_id else None)
    )


def _outcome(step: steps.Step) -> Outcome:
    return Outcome(
        instance_id=step.case.id,
        state=step.case.state,
        open_tasks=steps.open_tasks(step),
    )


def _plain_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "instance_id": str(outcome.instance_id),
        "state": outcome.state,
        "open_tasks": [
            [str(v) if isinstance(v, UUID) else v for v in o] for o in outcome.open_tasks
        ],
    }


def _known_outcome(known: Mapping[str, Any]) -> Outcome:
    return Outcome(
        instance_id=UUID(known["instance_id"]),
        state=known["state"],
        open_tasks=[
            (UUID(o[0]), o[1], o[2], o[3], UUID(o[4]) if o[4] else None)
            for o in known["open_tasks"]
        ],
    )
