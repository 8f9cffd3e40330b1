"""A task's form as its doer sees it: prefilled, with their own draft on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine import answers as answering
from engine import clock, definitions, forms, instances, tasks
from engine.actors import Actor
from engine.store import tables as t
from engine.store import upsert
from engine.turns import require_turn


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
    draft_saved_at: datetime | None


def open_form(session: Session, task_id: UUID, *, actor: Actor) -> TaskForm:
    """Give a task's form, prefilled, as its doer should see it.

    Raises:
        NotFound, NotAllowed, SeparationOfDuties, AlreadyDone, Conflict: as for `complete`.
    """
    row = tasks.get_task(session, task_id, actor=actor)
    tasks.require_open(row)
    require_turn(session, row, actor)
    loaded = definitions.load(session, row.definition_id)
    form = loaded.form(row.form_key) if row.form_key else None
    draft = session.execute(
        select(t.Draft.answers, t.Draft.saved_at).where(
            t.Draft.organisation_id == row.organisation_id,
            t.Draft.task_id == task_id,
            t.Draft.user_id == actor.user_id,
        )
    ).one_or_none()
    data = instances.read_data(session, row)
    values = forms.prefilled(form, data) if form else {}
    if draft is not None:
        values.update(draft.answers)
    choices = (
        answering.choices_for(session, form, row.organisation_id, data) if form is not None else {}
    )
    return TaskForm(
        row=row,
        loaded=loaded,
        form=forms.expand(form, choices) if form is not None else None,
        rights=forms.Rights.of(loaded.model.elements[row.element].properties),
        choices=choices,
        values=values,
        draft_saved_at=draft.saved_at if draft is not None else None,
    )


def save_draft(
    session: Session, task_id: UUID, answers: Mapping[str, Any], *, actor: Actor
) -> None:
    """Keep a half-filled form for its owner alone; nothing is checked but that it is theirs.

    A reporter's draft stays on their own device: here it would say who they are.
    """
    row = tasks.get_task(session, task_id, actor=actor)
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
