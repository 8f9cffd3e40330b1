"""Telling an organisation that an enterprise granted it by name what it may read, and its end.

A notice says who granted, the grant's number, and of one case its number; nothing else of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.jobs import Job, handler
from engine.store import tables as t

#: The job that tells of the end when its day comes; it bears the id of the grant.
TELL_END: Final = "tell_grant_ended"
#: Who reads what was granted by name (engine/permissions.py).
_ADDRESSED: Final = ("director", "officer", "principal")


def given(session: Session, ground: t.AuditGround) -> None:
    """Tell that a grant was given, and see to it that its end is told."""
    day = clock.local_date(ground.expires_at - timedelta(seconds=1))
    _tell(session, ground, "grant_given", until=day.isoformat())
    session.add(
        t.Job(
            organisation_id=ground.organisation_id,
            id=ground.id,
            kind=TELL_END,
            due_at=ground.expires_at,
            payload={},
            created_at=clock.now(),
        )
    )


def withdrawn(session: Session, ground: t.AuditGround) -> None:
    """Tell that a grant was withdrawn before its day."""
    own = (t.Job.organisation_id == ground.organisation_id, t.Job.id == ground.id)
    session.execute(delete(t.Job).where(*own, t.Job.kind == TELL_END))
    _tell(session, ground, "grant_withdrawn")


@handler(TELL_END)
def tell_end(session: Session, job: Job) -> None:
    """Tell that a grant's day is over."""
    ground = session.get(t.AuditGround, (job.organisation_id, job.id))
    if ground is not None:
        _tell(session, ground, "grant_over")


def _tell(session: Session, ground: t.AuditGround, key: str, **facts: str) -> None:
    by = session.scalar(
        select(t.Organisation.name).where(t.Organisation.id == ground.enterprise_id)
    )
    number = session.scalar(
        select(t.Instance.number).where(
            t.Instance.organisation_id == ground.enterprise_id, t.Instance.id == ground.instance_id
        )
    )
    said = {
        "by": by or "",
        "reference": ground.reference,
        "what": f"事项 {number}" if number else "全部事项",
        "what_en": f"case {number}" if number else "all its cases",
    }
    notifications.notify(
        session,
        organisation_id=ground.organisation_id,
        roles=_ADDRESSED,
        key=key,
        facts={**said, **facts},
    )
