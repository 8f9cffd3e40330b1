"""Whose turn a task is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, reporters
from engine.actors import Actor
from engine.errors import Conflict, NotAllowed, Refused
from engine.permissions import allows
from engine.store import tables as t


def require_turn(session: Session, row: Any, actor: Actor) -> None:
    """Raise unless the task is the actor's to do: assigned to them, or their group's and free.

    Args:
        row: a task as `engine.tasks.get_task` selects it.

    Raises:
        Conflict: somebody else has claimed it. NotAllowed: it is another role's.
    """
    facts = {"instance_id": str(row.id), "task_id": str(row.task_id)}
    if row.candidate_group == "reporter":
        if _is_reporter(session, row, actor):
            return
        raise NotAllowed(
            "这一步由报告人本人办理。", "This step is for the reporter alone.", **facts
        )
    if row.assignee_id is not None:
        if row.assignee_id == actor.user_id:
            return
        if _is_vote(session, row):
            raise NotAllowed(
                "这是另一位表决人的一票，只能由其本人投。",
                "This is another voter's vote; they alone can cast it.",
                **facts,
            )
        holder = session.get_one(t.User, row.assignee_id)
        raise Conflict(
            f"这项任务已由{holder.name}领取。如需接手，请对方先退回。",
            f"{holder.name} has claimed this task; ask them to release it first.",
            by=holder.name,
            **facts,
        )
    if not actor.has(row.candidate_group):
        raise NotAllowed("这项任务由其他岗位办理。", "This task is for another role.", **facts)


def is_turn(session: Session, row: Any, actor: Actor) -> bool:
    """Say whether the task is the actor's to do; see `require_turn`."""
    try:
        require_turn(session, row, actor)
    except Refused:
        return False
    return True


def may_know(session: Session, row: Any, actor: Actor) -> bool:
    """Say whether the actor may know of the task: it is theirs, or of a case that they may read."""
    if allows(actor, "case:read"):
        return True
    if row.assignee_id is not None and row.assignee_id == actor.user_id:
        return True
    if row.candidate_group != "reporter" and actor.has(row.candidate_group):
        return True
    return _is_reporter(session, row, actor)


def role_in(row: Any, actor: Actor) -> str:
    """Give the role in which the actor does the task."""
    if row.candidate_group == "reporter" or actor.has(row.candidate_group):
        return str(row.candidate_group)
    return ""


def _is_vote(session: Session, row: Any) -> bool:
    statement = select(t.Instance.definition_id).where(t.Instance.id == row.id)
    definition = session.scalars(statement).one()
    element = definitions.load(session, definition).model.elements.get(row.element)
    return element is not None and element.ballot is not None


def _is_reporter(session: Session, row: Any, actor: Actor) -> bool:
    if actor.receipt_for is not None:
        return bool(actor.receipt_for == row.id)
    return actor.user_id is not None and reporters.is_reporter(
        session, row.organisation_id, row.id, actor.user_id
    )
