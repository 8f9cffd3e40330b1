"""Looking in leaves a trace: audits are themselves audited (R-41; domain.md C6).

A look is a row that the enterprise reads, and an event in the case's own chain. Once a day for each
person, case, way of looking and ground: a page that is opened again says nothing new. Reading
never waits for whoever works on the case: if the chain's end is held, the row is written alone and
a job adds the event a moment later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import clock, history
from engine.actors import Actor
from engine.auditing.grounds import require_ground
from engine.errors import Message
from engine.jobs import Job, handler
from engine.permissions import role_for
from engine.store import new_id, upsert
from engine.store import tables as t

LOOKED: Final = "case:looked"
NOTE_LOOK: Final = "note_look"
#: Way of looking → what people call it.
WAYS: Final = {
    "history": Message("查看办理记录", "Read the history"),
    "replay": Message("回放经过", "Replayed the course"),
    "file": Message("下载存证文件", "Downloaded the audit file"),
    "analysis": Message("分析流程", "Analysed histories"),
    "export": Message("导出流程记录", "Exported histories"),
}
#: How long a reader waits for whoever holds the chain's end (PostgreSQL).
_PATIENCE: Final = "400ms"
_LOCK_NOT_AVAILABLE: Final = "55P03"
_RETRY_AFTER: Final = timedelta(seconds=5)
#: Looks over many enterprises are written so many rows at a time.
_BATCH: Final = 500


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look, before it is written."""

    #: The same look gives the same id, so that of two writers at once one writes.
    id: UUID
    #: The enterprise, and its case; None for a look over all its cases.
    organisation_id: UUID
    instance_id: UUID | None
    what: str
    ground_id: UUID
    ground_kind: str
    reference: str


def look_into(
    session: Session, organisation_id: UUID, instance_id: UUID, what: str, *, actor: Actor
) -> Look | None:
    """Give the look that has to be written before `actor` reads a case; None when there is none.

    That is: nobody looks from above, or the same look is on record today.

    Args:
        what: a key of `WAYS`.

    Raises:
        GroundNeeded: the actor looks from above and has stated no ground.
    """
    ground = require_ground(session, organisation_id, actor=actor)
    if ground is None:
        return None
    found = _look(organisation_id, instance_id, what, ground, actor)
    return None if _is_noted(session, found) else found


def look_as_granted(
    session: Session, ground: t.AuditGround, instance_id: UUID, what: str, *, actor: Actor
) -> Look | None:
    """Give the look that has to be written before a case is read that was granted by name.

    None when the same one is on record today.

    Args:
        ground: as `engine.auditing.named.open_case` gives it.
        what: a key of `WAYS`.
    """
    if ground.enterprise_id is None:
        return None
    found = _look(ground.enterprise_id, instance_id, what, ground, actor)
    return None if _is_noted(session, found) else found


def note(session: Session, look: Look, *, actor: Actor) -> bool:
    """Write a look and its event in the case's chain; False when somebody wrote it first."""
    statement = upsert(session)(t.AuditLook).values(_row(look, actor)).on_conflict_do_nothing()
    written = session.connection().execute(statement.returning(t.AuditLook.__table__.c.id))
    if written.one_or_none() is None:
        return False
    if look.instance_id is not None:
        facts = {
            "what": look.what,
            "ground": look.ground_kind,
            "reference": look.reference,
            "ground_id": str(look.ground_id),
        }
        _note_event(session, look.organisation_id, look.instance_id, facts, actor)
    return True


def note_own_file(
    session: Session, organisation_id: UUID, instance_id: UUID, *, actor: Actor
) -> bool:
    """Note that somebody of the enterprise itself took a case's audit file, once a day.

    They need no ground and are in no list of looks; what leaves the house is on record all the
    same.
    """
    began = datetime.combine(clock.local_date(), time(), clock.LOCAL_ZONE)
    noted = session.scalar(
        select(t.Event.sequence)
        .where(
            t.Event.organisation_id == organisation_id,
            t.Event.instance_id == instance_id,
            t.Event.tag == LOOKED,
            t.Event.actor_id == actor.user_id,
            t.Event.at >= began,
        )
        .limit(1)
    )
    if noted is not None:
        return False
    _note_event(session, organisation_id, instance_id, {"what": "file"}, actor)
    return True


def look_over(
    session: Session,
    organisation_ids: Iterable[UUID],
    what: str,
    *,
    ground: t.AuditGround,
    actor: Actor,
) -> None:
    """Write a look over all cases of some enterprises, as an analysis or an export takes one."""
    statement = upsert(session)(t.AuditLook).on_conflict_do_nothing()
    rows = [_row(_look(one, None, what, ground, actor), actor) for one in organisation_ids]
    for start in range(0, len(rows), _BATCH):
        session.connection().execute(statement, rows[start : start + _BATCH])


@handler(NOTE_LOOK)
def note_later(session: Session, job: Job) -> None:
    """Add the event of a look that could not be added at once."""
    given = job.payload
    # Who looked may have left since; the chain names them all the same.
    actor = Actor(user_id=UUID(given["user"]), name="", organisation_id=UUID(given["from"]))
    event = history.Event(tag=LOOKED, data=given["data"])
    history.append(
        session,
        job.organisation_id,
        UUID(given["case"]),
        [event],
        actor=actor,
        role=given["role"],
    )


def _look(
    organisation_id: UUID, instance_id: UUID | None, what: str, ground: t.AuditGround, actor: Actor
) -> Look:
    day = clock.local_date().isoformat()
    said = f"{instance_id} {what} {day} {actor.user_id} {ground.id}"
    return Look(
        id=uuid5(organisation_id, said),
        organisation_id=organisation_id,
        instance_id=instance_id,
        what=what,
        ground_id=ground.id,
        ground_kind=ground.kind,
        reference=ground.reference,
    )


def _is_noted(session: Session, look: Look) -> bool:
    key = t.AuditLook.organisation_id == look.organisation_id, t.AuditLook.id == look.id
    return session.scalar(select(t.AuditLook.id).where(*key)) is not None


def _row(look: Look, actor: Actor) -> dict[str, Any]:
    return {
        "organisation_id": look.organisation_id,
        "id": look.id,
        "instance_id": look.instance_id,
        "what": look.what,
        "at": clock.now(),
        "user_id": actor.user_id,
        "from_organisation_id": actor.organisation_id,
        "ground_id": look.ground_id,
    }


def _note_event(
    session: Session, organisation_id: UUID, case_id: UUID, facts: dict[str, Any], actor: Actor
) -> None:
    """Append the event; leave it to a job when somebody has held the chain's end for too long."""
    role = role_for(actor, "auditing:state") or role_for(actor, "audit:read")
    event = history.Event(tag=LOOKED, data=facts)
    try:
        with session.begin_nested():
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text(f"set local lock_timeout = '{_PATIENCE}'"))
            history.append(session, organisation_id, case_id, [event], actor=actor, role=role)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        payload = {
            "case": str(case_id),
            "user": str(actor.user_id),
            "from": str(actor.organisation_id),
            "role": role,
            "data": facts,
        }
        session.execute(insert(t.Job), [_job(organisation_id, case_id, payload)])


def _job(organisation_id: UUID, case_id: UUID, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "id": new_id(),
        "instance_id": case_id,
        "kind": NOTE_LOOK,
        "state": "waiting",
        "due_at": clock.now() + _RETRY_AFTER,
        "attempts": 0,
        "payload": payload,
        "created_at": clock.now(),
    }
