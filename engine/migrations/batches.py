"""A batch: begin to move the running cases of a version, stop, and try once more.

The items are the truth. A case is moved and its item noted in one transaction, so a process that
dies in between leaves nothing half done, and whoever goes on finds what still waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, Invalid
from engine.migrations.cases import running_ids
from engine.migrations.plans import plan
from engine.migrations.progress import AGAIN, get_row
from engine.store import new_id
from engine.store import tables as t

#: The kind of the job that works on a batch.
JOB: Final = "migrate"
_LONGEST_REASON: Final = 500


def start(
    session: Session,
    source_id: UUID,
    target_id: UUID,
    mapping: Mapping[str, str],
    *,
    reason: str,
    actor: Actor,
) -> UUID:
    """Begin to move the running cases of a version; the work is left to a job.

    Raises:
        NotFound, Invalid: as `plan` does; or no reason is given, or there is no case.
        Conflict: another batch of the same version is going on.
    """
    found = plan(session, source_id, target_id, mapping, actor=actor)
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise Invalid("请写明理由，最多 500 字。", "State a reason, at most 500 characters.",
                      field="reason")  # fmt: skip
    _require_alone(session, source_id, actor)
    ids = running_ids(session, source_id, actor=actor)
    if not ids:
        raise Invalid("这一版没有正在办的事项。", "No case runs by this version.")
    row = t.Migration(
        organisation_id=actor.organisation_id,
        id=new_id(),
        source_id=source_id,
        target_id=target_id,
        state="running",
        mapping=dict(found.mapping),
        reason=reason.strip(),
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    session.execute(
        insert(t.MigrationItem),
        [
            {
                "organisation_id": actor.organisation_id,
                "migration_id": row.id,
                "instance_id": instance_id,
                "state": "waiting",
            }
            for instance_id in ids
        ],
    )
    _queue(session, row)
    return row.id


def stop(session: Session, migration_id: UUID, *, actor: Actor) -> None:
    """Move no further case; those that were moved stay where they are."""
    row = get_row(session, migration_id, actor, lock=True)
    if row.state == "running":
        row.state, row.ended_at = "stopped", clock.now()


def retry(session: Session, migration_id: UUID, *, actor: Actor) -> None:
    """Try once more what was refused, failed, or not come to.

    Raises:
        Conflict: it is still going on, or another one of the same version is.
    """
    row = get_row(session, migration_id, actor, lock=True)
    if row.state == "running":
        raise _going_on()
    _require_alone(session, row.source_id, actor)
    item = t.MigrationItem
    session.execute(
        update(item)
        .where(
            item.organisation_id == row.organisation_id,
            item.migration_id == row.id,
            item.state.in_(AGAIN),
        )
        .values(state="waiting", at=None, zh=None, en=None)
    )
    row.state, row.ended_at = "running", None
    _queue(session, row)


def _require_alone(session: Session, source_id: UUID, actor: Actor) -> None:
    """Raise while another batch goes on; two that begin at once look one after the other."""
    own = select(t.Organisation.id).where(t.Organisation.id == actor.organisation_id)
    session.execute(own.with_for_update())
    going_on = select(t.Migration.id).where(
        t.Migration.organisation_id == actor.organisation_id,
        t.Migration.source_id == source_id,
        t.Migration.state == "running",
    )
    if session.scalar(going_on.limit(1)) is not None:
        raise _going_on()


def _going_on() -> Conflict:
    return Conflict(
        "这一版的事项正在迁移，请等它结束，或先停止。",
        "Cases of this version are being moved already; wait for the end, or stop it first.",
    )


def _queue(session: Session, row: t.Migration) -> None:
    """Leave the work to a job of its own."""
    session.add(
        t.Job(
            organisation_id=row.organisation_id,
            id=new_id(),
            kind=JOB,
            state="waiting",
            due_at=clock.now(),
            payload={"migration": str(row.id)},
            created_at=clock.now(),
        )
    )
