"""A task's form as its doer sees it: prefilled, with their own draft on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine import answers as answering
from engine import clock, definitions, forms, instances, separation, tasks, voting
from engine.actors import Actor
from engine.store import tables as t
from engine.store import upsert
from engine.turns import require_turn
from engine.voting import rounds as vote_rounds


@dataclass(frozen=True)
class TaskForm:
    """A task with all that is needed to show and fill in its form."""

    row: Row[Any]
    loaded: definitions.Loaded
    #: None for a task that asks nothing.
    form: forms.Form | None
    rights: forms.Rights
    choices: Mapping[str, Sequence[forms.Choice]]
    #: Prefilled from the case's data, then from the actor's own draft.
    values: Mapping[str, Any]
    #: The case's data, which conditions refer to.
    data: Mapping[str, Any]
    draft_saved_at: datetime | None


def read_form(session: Session, row: Row[Any]) -> TaskForm:
    """Give what a task asks, prefilled, whoever may do it and whether it is done or not.

    Args:
        row: the task as `engine.tasks.get_task` gives it.
    """
    loaded = definitions.load(session, row.definition_id)
    # What was done before the case was moved to another version may not be there any more.
    is_there = row.task_state == "open" or row.element in loaded.model.elements
    if not is_there:
        return _gone(row, loaded, instances.read_data(session, row))
    form = loaded.form(row.form_key) if row.form_key else None
    data = instances.read_data(session, row)
    choices = answering.choices_for(session, form, row.organisation_id, data) if form else {}
    form = forms.expand(form, choices) if form else None
    known = voting.before_vote(loaded.model.elements[row.element], data)
    return TaskForm(
        row=row,
        loaded=loaded,
        form=form,
        rights=forms.Rights.of(loaded.model.elements[row.element].properties),
        choices=choices,
        values=forms.prefilled(form, known) if form else {},
        data=data,
        draft_saved_at=None,
    )


def _gone(row: Row[Any], loaded: definitions.Loaded, data: Mapping[str, Any]) -> TaskForm:
    """Give a task that was done and that the case's version does not have; it asks nothing."""
    return TaskForm(
        row=row,
        loaded=loaded,
        form=None,
        rights=forms.Rights.of({}),
        choices={},
        values={},
        data=data,
        draft_saved_at=None,
    )


def open_form(session: Session, task_id: UUID, *, actor: Actor) -> TaskForm:
    """Give a task's form, prefilled, as its doer should see it.

    Raises:
        NotFound, NotAllowed, SeparationOfDuties, AlreadyDone, Conflict: as for `complete`.
    """
    row = tasks.get_task(session, task_id, actor=actor)
    if row.task_state != "open":
        loaded = definitions.load(session, row.definition_id)
        vote_rounds.require_undecided(session, row, loaded)
    tasks.require_open(row)
    require_turn(session, row, actor)
    opened = read_form(session, row)
    separation.foresee(session, row, opened.loaded, opened.data, actor)
    draft = session.execute(
        select(t.Draft.answers, t.Draft.saved_at).where(
            t.Draft.organisation_id == row.organisation_id,
            t.Draft.task_id == task_id,
            t.Draft.user_id == actor.user_id,
        )
    ).one_or_none()
    if draft is None:
        return opened
    values = {**opened.values, **draft.answers}
    return replace(opened, values=values, draft_saved_at=draft.saved_at)


def steps_before(session: Session, row: Any) -> Sequence[Row[Any]]:
    """Give the completed steps of a task's case in order, each as it was done last.

    Columns: key, name, form_key, done_by (None for a reporter), completed_at.
    """
    found = session.execute(
        select(
            t.Task.key,
            t.Task.name,
            t.Task.form_key,
            t.User.name.label("done_by"),
            t.Task.completed_at,
        )
        .outerjoin(t.User, t.User.id == t.Task.completed_by)
        .where(
            t.Task.organisation_id == row.organisation_id,
            t.Task.instance_id == row.id,
            t.Task.state == "completed",
        )
        .order_by(t.Task.completed_at, t.Task.id)
    ).all()
    last: dict[str, Any] = {}
    for step in found:
        last.pop(step.key, None)
        last[step.key] = step
    return list(last.values())


def save_draft(
    session: Session, task_id: UUID, answers: Mapping[str, Any], *, actor: Actor
) -> None:
    """Keep a half-filled form for its owner alone; nothing is checked but that it is theirs.

    A reporter's draft stays on their own device: here it would say who they are.
    """
    row = tasks.get_task(session, task_id, actor=actor)
    tasks.require_open(row)
    require_turn(session, row, actor)
    if row.candidate_group == "reporter":
        return
    statement = upsert(session)(t.Draft).values(
        organisation_id=row.organisation_id,
        task_id=task_id,
        user_id=actor.user_id,
        answers=dict(answers),
        saved_at=clock.now(),
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "task_id", "user_id"],
            set_={"answers": statement.excluded.answers, "saved_at": statement.excluded.saved_at},
        )
    )
