"""Process instances: look at, suspend, resume, cancel. Starting is in engine/starting.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine import definitions, history, reporters, spiff, steps
from engine.actors import Actor
from engine.errors import Conflict, Invalid, NotFound
from engine.permissions import allows, require, role_for
from engine.store import tables as t
from engine.store import visible_to
from engine.store.visibility import UNDER, Sight


def suspend(session: Session, instance_id: UUID, *, actor: Actor, reason: str) -> None:
    """Stop an instance where it is: nobody can work on it and no timer fires."""
    _change_state(session, instance_id, actor, "case:suspend", reason, ("active", "suspended"))


def resume(session: Session, instance_id: UUID, *, actor: Actor, reason: str) -> None:
    """Let a suspended instance go on; timers that fell due meanwhile fire at once."""
    _change_state(session, instance_id, actor, "case:suspend", reason, ("suspended", "active"))


def cancel(session: Session, instance_id: UUID, *, actor: Actor, reason: str) -> None:
    """End an instance before its end, for a stated reason; its history stays (R-49)."""
    require(actor, "case:cancel")
    _require_reason(reason)
    owner = get_instance(session, instance_id, actor=actor).organisation_id
    role = role_for(actor, "case:cancel")
    with steps.step(session, owner, instance_id, actor=actor, role=role) as step:
        step.workflow.cancel()
        step.case.state = "cancelled"
        step.case.ended_at = step.at
        step.record("instance:cancelled", reason=reason)


def get_instance(
    session: Session, instance_id: UUID, *, actor: Actor, sight: Sight = UNDER
) -> Row[Any]:
    """Give an instance's own columns, without its state.

    Args:
        sight: "both" where the door asks those who look from above for a ground.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    table = t.Instance.__table__
    columns = [column for column in table.c if column.key != "blob"]
    wanted = select(*columns).where(table.c.id == instance_id)
    statement = visible_to(actor, wanted, sight=sight)
    row = session.execute(statement).one_or_none()
    if row is None or not may_read(session, row, actor):
        raise NotFound()
    return row


def may_read(session: Session, row: Any, actor: Actor) -> bool:
    """Say whether the actor may read this case: by permission, or because they reported it."""
    if actor.receipt_for is not None:
        return bool(actor.receipt_for == row.id)
    return allows(actor, "case:read") or (
        actor.user_id is not None
        and reporters.is_reporter(session, row.organisation_id, row.id, actor.user_id)
    )


def read_data(session: Session, row: Any) -> dict[str, Any]:
    """Give an instance's data as its state holds it now."""
    loaded = definitions.load(session, row.definition_id)
    return spiff.read_data(loaded.model, read_blob(session, row))


def read_blob(session: Session, row: Any) -> bytes:
    """Give an instance's saved state."""
    statement = select(t.Instance.blob).where(
        t.Instance.organisation_id == row.organisation_id, t.Instance.id == row.id
    )
    return session.execute(statement).scalar_one()


def list_instances(
    session: Session,
    *,
    actor: Actor,
    state: str | None = None,
    definition_key: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Row[Any]]:
    """Give instances the actor may see, newest first; `after` is the last id of the page before."""
    require(actor, "case:list")
    table = t.Instance.__table__
    columns = [column for column in table.c if column.key != "blob"]
    statement = select(*columns).order_by(table.c.id.desc()).limit(limit)
    if state:
        statement = statement.where(table.c.state == state)
    if definition_key:
        statement = statement.where(table.c.key == definition_key)
    if after is not None:
        statement = statement.where(table.c.id < after)
    return session.execute(visible_to(actor, statement)).all()


def _change_state(
    session: Session,
    instance_id: UUID,
    actor: Actor,
    permission: str,
    reason: str,
    change: tuple[str, str],
) -> None:
    require(actor, permission)
    _require_reason(reason)
    row = get_instance(session, instance_id, actor=actor)
    before, after = change
    if row.state != before:
        raise Conflict(
            "目前的状态不允许这样做，请刷新后查看。",
            "Its present state does not allow this; refresh to see.",
            instance_id=str(instance_id),
            state=row.state,
        )
    steps.set_state(session, row, after)
    tag = "instance:suspended" if after == "suspended" else "instance:resumed"
    history.append(
        session,
        row.organisation_id,
        instance_id,
        [history.Event(tag=tag, data={"reason": reason})],
        actor=actor,
        role=role_for(actor, permission),
    )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("请写明理由。", "State a reason.", field="reason")
