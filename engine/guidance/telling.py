"""Telling the visited enterprise, after the step that had something to say."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import notifications
from engine.guidance.services import TELL
from engine.jobs import Job, handler
from engine.store import tables as t

#: Those in an enterprise who have to do with a visit.
_ADDRESSED: Final = ("principal", "verifier")
#: What is not said once everything is answered.
_ONLY_WHILE_OPEN: Final = frozenset({"follow_up_overdue"})


@handler(TELL)
def tell(session: Session, job: Job) -> None:
    """Leave the principal and the safety officers a notification about the visit."""
    key = job.payload["message"]
    if key in _ONLY_WHILE_OPEN and not _has_open(session, job):
        return
    notifications.notify(
        session,
        organisation_id=UUID(job.payload["enterprise"]),
        # A visit that is only planned has no page yet that the enterprise could open.
        instance_id=None if key == "visit_planned" else job.instance_id,
        roles=_ADDRESSED,
        key=key,
        facts=job.payload["facts"],
    )


def _has_open(session: Session, job: Job) -> bool:
    open_ones = exists().where(
        t.FollowUp.visitor_id == job.organisation_id,
        t.FollowUp.visit_id == job.instance_id,
        t.FollowUp.state == "open",
    )
    return bool(session.scalar(select(open_ones)))
