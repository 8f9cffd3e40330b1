"""Jobs that stand for ever: one of a kind for an organisation, which comes due again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import clock
from engine.jobs import Job
from engine.store import tables as t
from engine.store import upsert


def row(
    organisation_id: UUID, job_id: UUID, kind: str, due_at: datetime | None = None
) -> dict[str, Any]:
    """Give the row of a job that is due at a moment, by default now."""
    now = clock.now()
    return {
        "organisation_id": organisation_id,
        "id": job_id,
        "kind": kind,
        "state": "waiting",
        "due_at": due_at or now,
        "attempts": 0,
        "payload": {},
        "created_at": now,
    }


def begin(
    session: Session,
    kind: str,
    wanted: Mapping[UUID, UUID],
    at: Callable[[UUID], datetime] | None = None,
) -> int:
    """Give organisations their standing job; say how many.

    Args:
        wanted: organisation → the id of its job, always the same, so that two runners that begin
            at once write one row.
        at: gives when an organisation's job is due for the first time; without it, now.
    """
    rows = [row(owner, job_id, kind, at(owner) if at else None) for owner, job_id in wanted.items()]
    if rows:
        session.execute(upsert(session)(t.Job).on_conflict_do_nothing(), rows)
    return len(rows)


def turn(organisation_id: UUID) -> float:
    """Give an organisation's place among all, from 0 to 1: always the same, and evenly spread.

    Ids follow each other in time; their digests do not.
    """
    digest = sha256(organisation_id.bytes).digest()
    return int.from_bytes(digest[:6]) / (1 << 48)


def again(session: Session, job: Job, at: datetime) -> None:
    """Let a job that was done come due again at `at`."""
    session.execute(
        update(t.Job)
        .where(t.Job.organisation_id == job.organisation_id, t.Job.id == job.id)
        .values(due_at=at, attempts=0, error=None, lease_until=None, leased_by=None)
    )
