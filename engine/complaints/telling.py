"""Telling those of a union, and the enterprise's principal, after the step that had to say it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import notifications
from engine.complaints import contact
from engine.complaints.services import TELL_EMPLOYER, TELL_UNION
from engine.jobs import Job, handler
from engine.store import tables as t


@handler(TELL_UNION)
def tell_union(session: Session, job: Job) -> None:
    """Leave each who may handle the complaint a notification that says nothing of it."""
    row = _complaint(session, job)
    if row is None or row.closed_at is not None:
        return
    contact.tell_union(session, row, job.payload["message"])


@handler(TELL_EMPLOYER)
def tell_employer(session: Session, job: Job) -> None:
    """Tell the principal of the letter; once it is answered nobody is reminded."""
    row = _complaint(session, job)
    if row is None:
        return
    letter = session.scalars(
        select(t.UnionLetter)
        .where(
            t.UnionLetter.room_id == job.organisation_id,
            t.UnionLetter.complaint_id == job.instance_id,
            t.UnionLetter.state == "open",
        )
        .order_by(t.UnionLetter.round.desc())
        .limit(1)
    ).one_or_none()
    if letter is None:
        return
    notifications.notify(
        session,
        organisation_id=row.enterprise_id,
        roles=("principal",),
        key=job.payload["message"],
        facts={"number": letter.number, "reply_by": letter.reply_by.isoformat()},
    )


def _complaint(session: Session, job: Job) -> t.Complaint | None:
    return session.get(t.Complaint, (job.organisation_id, job.instance_id))
