"""Whose a major is to enter something about, and how an entry becomes an event of its case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import history, ledger
from engine.actors import Actor
from engine.majors import asked
from engine.majors.register import get_major
from engine.permissions import require, role_for
from engine.store import Instance


def own(session: Session, instance_id: UUID, actor: Actor, permission: str) -> Any:
    """Give a major of the actor's own enterprise, locked; nobody else enters such a thing."""
    require(actor, permission)
    row = get_major(session, instance_id, actor=actor)
    if not is_own(row, actor):
        raise asked.not_yours(
            "这一项由企业自己登记。", "The enterprise enters this itself.", instance_id
        )
    return _locked(session, row)


def watched(session: Session, instance_id: UUID, actor: Actor) -> Any:
    """Give a major that the actor's unit may supervise, locked; a group supervises nothing."""
    require(actor, "major:supervise")
    row = get_major(session, instance_id, actor=actor)
    if actor.organisation_kind == "group":
        raise asked.not_yours(
            "集团不能挂牌督办或核销，请由监管部门登记。",
            "A group supervises nothing by law; the authority enters this.",
            instance_id,
        )
    return _locked(session, row)


def _locked(session: Session, row: Any) -> Any:
    """Hold the case, so that what is counted over it stays true until the commit."""
    statement = select(Instance.id).where(
        Instance.organisation_id == row.organisation_id, Instance.id == row.id
    )
    session.execute(statement.with_for_update())
    return row


def is_own(row: Any, actor: Actor) -> bool:
    """Say whether the actor belongs to the enterprise."""
    return bool(row.organisation_id == actor.organisation_id)


def note(
    session: Session, row: Any, tag: str, data: dict[str, Any], actor: Actor, permission: str
) -> None:
    """Put the entry into the case's history, and what follows from it into the ledger."""
    events = [history.Event(tag=tag, data=data)]
    role = role_for(actor, permission)
    rows = history.append(session, row.organisation_id, row.id, events, actor=actor, role=role)
    ledger.apply(session, row, rows)
