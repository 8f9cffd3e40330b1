"""How much work waits: what an operator wants to know at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store import Job


@dataclass(frozen=True)
class Backlog:
    """Jobs of one kind in one state."""

    kind: str
    #: waiting | failed
    state: str
    count: int
    #: When the first of them is or was due.
    earliest: datetime


def summary(session: Session) -> list[Backlog]:
    """Give the jobs that wait or have failed, by kind and state."""
    rows = session.execute(
        select(Job.kind, Job.state, func.count(), func.min(Job.due_at))
        .group_by(Job.kind, Job.state)
        .order_by(Job.kind, Job.state)
    )
    return [Backlog(*row) for row in rows]
