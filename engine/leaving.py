"""Votes that wait for somebody who has left go on without them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import steps
from engine.actors import SYSTEM
from engine.departures import COUNT_OUT
from engine.jobs import Job, handler
from engine.store import tables as t
from engine.voting import voters


@handler(COUNT_OUT)
def count_out(session: Session, job: Job) -> None:
    """Count somebody who left out of a case's votes; who has come back meanwhile stays a voter."""
    state = session.execute(
        select(t.Instance.state).where(
            t.Instance.organisation_id == job.organisation_id, t.Instance.id == job.instance_id
        )
    ).scalar_one_or_none()
    voter = str(job.payload["user"])
    if state != "active" or job.instance_id is None:
        return
    if voters.is_member(session, job.organisation_id, voter):
        return
    with steps.step(session, job.organisation_id, job.instance_id, actor=SYSTEM) as step:
        step.workflow.count_out(voter)
