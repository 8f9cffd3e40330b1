"""Jobs that ring a bell when they are done: for tests of those who run jobs."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, jobs
from engine.store import Job, new_id
from tests.cast import Cast

#: Seconds, longer than any machine needs; a test that waits so long has failed.
PATIENCE = 90


class Bell:
    """Rings when a job of the kind "ring" was done, and knows which were."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.rung = threading.Semaphore(0)

    def __call__(self, _session: Session, job: jobs.Job) -> None:
        """Do the job; the first try fails where its payload says so."""
        if job.payload.get("fails") and job.attempts == 0:
            raise OSError("the rope is torn")
        self.done.append(job.id)
        self.rung.release()

    def wait(self, times: int) -> None:
        """Wait until it has rung so many times more."""
        for _ in range(times):
            assert self.rung.acquire(timeout=PATIENCE)


def plan(
    session: Session, cast: Cast, *, due_in: timedelta = timedelta(), fails: bool = False
) -> UUID:
    """Write a job of the kind "ring", as a step would; give its id."""
    job_id = new_id()
    session.add(
        Job(
            organisation_id=cast.enterprise_id,
            id=job_id,
            kind="ring",
            state="waiting",
            due_at=clock.now() + due_in,
            attempts=0,
            payload={"fails": True} if fails else {},
            created_at=clock.now(),
        )
    )
    session.commit()
    return job_id


def left(session: Session) -> int:
    """Count the jobs that are left, but those that a runner gives every organisation for ever."""
    session.rollback()
    return session.scalar(select(func.count()).where(Job.kind == "ring")) or 0
