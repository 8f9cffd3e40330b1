"""How much work waits: what an operator wants to know at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from engine.store import Job, visible_to


@dataclass(frozen=True)
class Backlog:
    """Jobs of one kind in one state."""

    kind: str
    #: waiting | held | failed
    state: str
    count: int
    #: When the first of them is or was due.
    earliest: datetime


def summary(session: Session, *, actor: Actor = SYSTEM) -> list[Backlog]:
    """Give the jobs that wait or have failed, by kind and state, as far as `actor` sees."""
    statement: Any = (
        select(Job.kind, Job.state, func.count(), func.min(Job.due_at))
        .group_by(Job.kind, Job.state)
        .order_by(Job.kind, Job.state)
    )
    return [Backlog(*row) for row in session.execute(visible_to(actor, statement))]
