"""What was written for a printed report is there when the process asks for the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import task_forms
from engine.actors import Actor
from engine.errors import Refused
from engine.hazards.reports import TASKS
from engine.store import Draft, Task


def keep_for_task(session: Session, row: Any, texts: Mapping[str, str], *, actor: Actor) -> bool:
    """Keep a report's texts as the actor's own draft of the step that asks for them.

    Nothing is kept when no such step is open, when it is not the actor's turn, or when they have a
    draft of their own already. Says whether a draft was kept.

    Args:
        row: the major's row. texts: by the keys of the step's fields.
    """
    task_id = session.scalar(
        select(Task.id).where(
            Task.organisation_id == row.organisation_id,
            Task.instance_id == row.id,
            Task.key == TASKS["authority"],
            Task.state == "open",
        )
    )
    if task_id is None or _has_draft(session, row.organisation_id, task_id, actor):
        return False
    try:
        task_forms.save_draft(session, task_id, texts, actor=actor)
    except Refused:
        return False
    return True


def _has_draft(session: Session, organisation_id: UUID, task_id: UUID, actor: Actor) -> bool:
    key = (organisation_id, task_id, actor.user_id)
    return session.get(Draft, key) is not None
