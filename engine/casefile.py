"""What stands in a case's file beside its history: who is asked now, its ledgers, what it cites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import forms, history
from engine.actors import GRANTEE, Actor
from engine.definitions import Loaded
from engine.store import tables as t

_CITED: Final = "checklist:cited"


def waiting(session: Session, row: Any) -> Sequence[Any]:
    """Give a case's open tasks, oldest first, as `engine.turns` asks for them.

    Columns: task_id, task_key, task_name, element, candidate_group, assignee_id, assignee,
    created_at, due_at; id and organisation_id are the case's.
    """
    task = t.Task
    return session.execute(
        select(
            task.instance_id.label("id"),
            task.organisation_id,
            task.id.label("task_id"),
            task.key.label("task_key"),
            task.name.label("task_name"),
            task.element,
            task.candidate_group,
            task.assignee_id,
            t.User.name.label("assignee"),
            task.created_at,
            task.due_at,
        )
        .outerjoin(t.User, t.User.id == task.assignee_id)
        .where(
            task.organisation_id == row.organisation_id,
            task.instance_id == row.id,
            task.state == "open",
        )
        .order_by(task.created_at, task.id)
    ).all()


def hazard(session: Session, row: Any) -> t.Hazard | None:
    """Give the case's line in the hazard ledger, or None: not every process keeps one."""
    return session.get(t.Hazard, (row.organisation_id, row.id))


def rewards(session: Session, row: Any) -> Sequence[t.Reward]:
    """Give the case's lines in the reward ledger, oldest first."""
    return session.scalars(
        select(t.Reward)
        .where(t.Reward.organisation_id == row.organisation_id, t.Reward.instance_id == row.id)
        .order_by(t.Reward.proposed_at, t.Reward.id)
    ).all()


def owner(session: Session, row: Any) -> t.Organisation:
    """Give the enterprise whose case it is."""
    return session.get_one(t.Organisation, row.organisation_id)


def definition(session: Session, row: Any) -> t.Definition:
    """Give the version of the process the case runs by."""
    return session.get_one(t.Definition, row.definition_id)


def cited_item(session: Session, row: Any) -> dict[str, Any] | None:
    """Give the checklist item the case cites, frozen as it was when it was cited, or None."""
    event = history.last(session, row.organisation_id, row.id, tag=_CITED)
    found: dict[str, Any] | None = orjson.loads(event.data)["item"] if event else None
    return found


def hidden_fields(loaded: Loaded, actor: Actor) -> frozenset[str]:
    """Give the fields that the diagram hides from the actor's roles (field rights of a task).

    A field is hidden when a task of one of their roles says so and no other task of theirs asks
    or shows it. Whoever looks on from above does no task, and nothing is hidden from them; a guest
    of the enterprise is shown nothing that is hidden from anybody.
    """
    hidden: set[str] = set()
    shown: set[str] = set()
    for element in loaded.model.elements.values():
        group = element.properties.get("candidateGroups") or element.lane_id or ""
        form = loaded.forms.get(element.properties.get("formKey", ""))
        if form is not None and actor.has(GRANTEE):
            hidden |= forms.Rights.of(element.properties).hidden
        elif form is not None and actor.has(group):
            rights = forms.Rights.of(element.properties)
            hidden |= rights.hidden
            shown |= {field.key for field in form.fields} - rights.hidden
    return frozenset(hidden - shown)


def tasks_named(session: Session, row: Any, ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Give (name, candidate group) of a case's tasks, open or not, by their ids."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = session.execute(
        select(t.Task.id, t.Task.name, t.Task.candidate_group).where(
            t.Task.organisation_id == row.organisation_id,
            t.Task.instance_id == row.id,
            t.Task.id.in_(wanted),
        )
    )
    return {task.id: (task.name, task.candidate_group) for task in found}
