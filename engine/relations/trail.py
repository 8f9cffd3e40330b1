"""What was done to a relation, step by step; only ever added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Message
from engine.store import new_id
from engine.store import tables as t

STEPS: Final = {
    "proposed": Message("提出", "proposed it"),
    "invited": Message("发出邀请", "invited"),
    "entered": Message("对方已登记名录", "entered the other side into the register"),
    "confirmed": Message("确认", "confirmed it"),
    "refused": Message("没有确认", "declined it"),
    "withdrawn": Message("撤回", "withdrew it"),
    "changed": Message("更改", "changed it"),
    "agreement": Message("登记安全生产管理协议", "entered the safety agreement"),
    "ended": Message("结束", "ended it"),
    "passed": Message("转办一项隐患", "passed a hazard on"),
    "taken": Message("接收转办的隐患", "took a passed hazard on"),
    "sent_back": Message("退回转办的隐患", "sent a passed hazard back"),
    "called_back": Message("收回转办的隐患", "called a passed hazard back"),
}
_SHOWN: Final = 200


def note(
    session: Session,
    row: Any,
    what: str,
    actor: Actor,
    *,
    relation_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down one step; an unknown one is a KeyError.

    Args:
        row: the relation, or something of its host that names `relation_id`.
        data: JSON-plain facts that both sides may read.
    """
    if what not in STEPS:
        raise KeyError(what)
    session.add(
        t.RelationStep(
            organisation_id=row.organisation_id,
            id=new_id(),
            relation_id=relation_id or row.id,
            at=clock.now(),
            by=actor.user_id,
            unit_id=actor.organisation_id,
            what=what,
            data=dict(data or {}),
        )
    )
    session.flush()


def steps(session: Session, row: Any) -> Sequence[Any]:
    """Give the steps of a relation, the newest first: at, what, data, unit."""
    step = t.RelationStep
    return session.execute(
        select(step.at, step.what, step.data, t.Organisation.name.label("unit"))
        .outerjoin(t.Organisation, t.Organisation.id == step.unit_id)
        .where(step.organisation_id == row.organisation_id, step.relation_id == row.id)
        .order_by(step.id.desc())
        .limit(_SHOWN)
    ).all()
