"""The row of an instance: written once a step, and only as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import bindparam, update

from engine.errors import Stale
from engine.store import Write
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.steps import Step

_INSTANCE: Final[Any] = t.Instance.__table__
_MOVE_ON: Final = Write(
    update(_INSTANCE)
    .where(
        _INSTANCE.c.organisation_id == bindparam("owner"),
        _INSTANCE.c.id == bindparam("instance"),
        _INSTANCE.c.revision == bindparam("before"),
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "revision",
                "blob",
                "ended_at",
                "due_at",
                "event_count",
                "head_hash",
            )
        }
    )
)


def move_on(step: Step) -> None:
    """Write an instance's state at the end of a step; Stale when it has moved on meanwhile."""
    case = step.case
    values = {
        "owner": case.organisation_id,
        "instance": case.id,
        "before": case.revision,
        "state": case.state,
        "revision": case.revision + 1,
        "blob": step.workflow.dump(),
        "ended_at": case.ended_at,
        "due_at": case.due_at,
        "event_count": step.chain.count,
        "head_hash": step.chain.head,
    }
    require_one(_MOVE_ON.run(step.session, [values]), case.id)


def require_one(count: int, instance_id: UUID) -> None:
    """Raise Stale unless exactly the row that was read has been written."""
    if count != 1:
        raise Stale(
            "别人刚刚办理了同一件事，请刷新后再试。",
            "Somebody else has just worked on this; refresh and try again.",
            instance_id=str(instance_id),
        )
