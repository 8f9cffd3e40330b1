"""User tasks: claim, release, complete. Lists: engine/inbox.py; forms: engine/task_forms.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, update
from sqlalchemy.orm import Session

from engine import answers as answering
from engine import (
    attachments,
    clock,
    definitions,
    derived,
    forms,
    history,
    idempotency,
    separation,
    steps,
    voting,
)
from engine.actors import Actor
from engine.errors import Conflict, NotAllowed
from engine.hazards.case_rules import DECISIVE
from engine.permissions import require
from engine.store import tables as t
from engine.task_rows import get_task, lock_task, open_tasks_of, require_open
from engine.turns import require_turn, role_in
from engine.voting import rounds as vote_rounds

__all__ = ["Outcome", "claim", "complete", "get_task", "open_tasks_of", "release", "require_open"]


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
    require(actor, "task:work")
    row = lock_task(session, task_id, actor=actor)
    # Asked only now: the same request may have been answered while we waited for the lock.
    known = idempotency.find_answer(session, actor, "complete", idempotency_key, request)
    if known is not None:
        return _known_outcome(known)
    with _working(session, row, actor) as step:
        require_turn(session, row, actor)
        separation.check(session, row, step, actor)
        element = step.loaded.model.elements[row.element]
        current = voting.before_vote(element, step.workflow.task_data(task_id))
        cleaned = _clean(session, row, step, answers, current)
        event = _record(step, row, cleaned, current)
        attachments.cite(
            session,
            row.organisation_id,
            row.id,
            answering.files_in(step.loaded.form(row.form_key), cleaned) if row.form_key else [],
        )
        cited = answering.cite_checklist(step, cleaned)
        vote = voting.cast(step, row, cleaned, event)
        step.votes += [vote] if vote else []
        step.completed, step.completed_key = task_id, row.task_key
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
    require(actor, "task:work")
    row = lock_task(session, task_id, actor=actor)
    with _working(session, row, actor) as step:
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
    require(actor, "task:work")
    row = lock_task(session, task_id, actor=actor)
    with _working(session, row, actor) as step:
        if row.assignee_id is None or row.assignee_id != actor.user_id:
            raise Conflict(
                "这项任务不在您名下，无需退回。",
                "This task is not yours to give back.",
                instance_id=str(row.id),
                task_id=str(task_id),
            )
        if voting.is_personal(step, task_id):
            raise _own_vote(row)
        _assign(session, row, None)
        step.record_task("task:released", row)


def _own_vote(row: Row[Any]) -> Conflict:
    return Conflict(
        "表决任务是给您本人的，不能退回本岗位。",
        "This vote is yours alone; it cannot be given back to the group.",
        instance_id=str(row.id),
        task_id=str(row.task_id),
    )


@contextmanager
def _working(session: Session, row: Row[Any], actor: Actor) -> Iterator[steps.Step]:
    """Open a step on an open task's instance, in the role in which the actor does the task."""
    if row.task_state != "open":
        # Read once more: who did it was not locked, and PostgreSQL may have waited for them.
        found = get_task(session, row.task_id, actor=actor)
        vote_rounds.require_undecided(session, found, definitions.load(session, row.definition_id))
        require_open(found)
    with steps.open_step(session, row, actor=actor, role=role_in(row, actor)) as step:
        yield step


def _clean(
    session: Session,
    row: Row[Any],
    step: steps.Step,
    answers: Mapping[str, Any],
    current: Mapping[str, Any],
) -> dict[str, Any]:
    """Check the answers against the pinned form; a task without a form takes none."""
    if not row.form_key:
        return {}
    form = step.loaded.form(row.form_key)
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


def _record(
    step: steps.Step, row: Row[Any], cleaned: Mapping[str, Any], current: Mapping[str, Any]
) -> history.Event:
    """Note the answers that are new, changed or given anew, with what stood there before."""
    anew = _answered_anew(step, row)
    noted = {k: v for k, v in cleaned.items() if current.get(k) != v or k in anew}
    before = {k: current[k] for k, v in noted.items() if current.get(k) not in (None, v)}
    facts: dict[str, Any] = {"answers": noted}
    if before:
        facts["before"] = before
    if row.form_key:
        facts["form"] = str(step.loaded.pinned["form", row.form_key].id)
    if row.has_draft:
        _drop_draft(step.session, row)
    return step.record_task("task:completed", row, **facts)


def _answered_anew(step: steps.Step, row: Row[Any]) -> Set[str]:
    """Give the fields whose answer is a fact in every round: failing twice is two failures."""
    if not row.form_key:
        return DECISIVE
    return DECISIVE.union(f.key for f in step.loaded.form(row.form_key).fields if f.fresh)


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
    if step.open_before.isdisjoint(task.id for task in step.open_now):
        open_tasks = [derived.shown(step, task) for task in step.open_now]
    else:
        # Somebody may have claimed one that was open before.
        open_tasks = open_tasks_of(step.session, step.case)
    told = vote_rounds.unnamed(open_tasks, step.loaded, step.case.identity_mode)
    return Outcome(step.case.id, step.case.state, told)


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
