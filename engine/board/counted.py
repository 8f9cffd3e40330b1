"""What is counted beside the pages: how it is kept, and how far the next count of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine import clock, standing
from engine.actors import Actor
from engine.jobs import LEASE
from engine.store import organisations_of, upsert
from engine.store import tables as t

#: Kinds of organisations that have a board and tables over many enterprises.
KINDS: Final = ("office", "department", "town", "group")
#: What is over so few enterprises is counted when its page comes.
_FEW: Final = 300
#: Nobody has it counted again before so long, or twenty times what it took the last time.
_NOT_BEFORE: Final = timedelta(minutes=1)
_SHARE: Final = 20


@dataclass(frozen=True)
class Counting:
    """How far a count is."""

    #: waiting | running | failed
    state: str
    #: From when it may begin, or since when it runs; when it was to be tried.
    at: datetime


def is_over_few(session: Session, actor: Actor) -> bool:
    """Say whether the actor sees so few enterprises that nothing of them needs to be kept."""
    some = organisations_of(actor).limit(_FEW + 1).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one() <= _FEW


def looking_from(organisation_id: UUID, kind: str) -> Actor:
    """Give who sees what a director of that organisation sees: boards are theirs."""
    return Actor(
        user_id=None,
        name="",
        organisation_id=organisation_id,
        organisation_kind=kind,
        roles=frozenset({"director"}),
    )


def keep(
    session: Session,
    organisation_id: UUID,
    text: str,
    at: datetime,
    took_ms: int,
    *,
    kind: str = "board",
    key: str = "",
) -> None:
    """Keep what was counted, unless something younger is kept.

    Args:
        key: the month; of boards there is one for each month in which it was counted.
    """
    row = {
        "organisation_id": organisation_id,
        "kind": kind,
        "key": key or clock.month_of(at),
        "content": text,
        "computed_at": at,
        "took_ms": took_ms,
    }
    statement: Any = upsert(session)(t.Rollup).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[t.Rollup.organisation_id, t.Rollup.kind, t.Rollup.key],
            set_={name: row[name] for name in ("content", "computed_at", "took_ms")},
            where=t.Rollup.computed_at <= at,
        )
    )


def find_kept(session: Session, organisation_id: UUID | None, kind: str, key: str) -> Any:
    """Give (content, computed_at) of what is kept under a key; None when nothing is."""
    return session.execute(
        select(t.Rollup.content, t.Rollup.computed_at).where(
            t.Rollup.organisation_id == organisation_id,
            t.Rollup.kind == kind,
            t.Rollup.key == key,
        )
    ).one_or_none()


def find_counting(session: Session, organisation_id: UUID, job_id: UUID) -> Counting | None:
    """Give how far a count is; None when nobody is to do it."""
    job = session.execute(
        select(t.Job.state, t.Job.due_at, t.Job.lease_until).where(
            t.Job.organisation_id == organisation_id, t.Job.id == job_id
        )
    ).one_or_none()
    if job is None:
        return None
    if job.state == "failed":
        return Counting("failed", job.due_at)
    if job.lease_until is not None and job.lease_until >= clock.now():
        return Counting("running", job.lease_until - LEASE)
    return Counting("waiting", max(job.due_at, clock.now()))


def order(
    session: Session,
    organisation_id: UUID,
    job_id: UUID,
    kind: str,
    *,
    kept: str,
    key: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> Counting:
    """Have something counted as soon as somebody has time, but not over and over again.

    Pressing twice changes nothing; what is being counted is left alone; what was counted a moment
    ago waits until counting costs little beside the time between.

    Args:
        kept, key: kind and month of what is kept of it; without a month, whichever is youngest.
        payload: what the job has to know.
    """
    due = max(clock.now(), _not_before(session, organisation_id, kept, key))
    row = standing.row(organisation_id, job_id, kind, due) | {"payload": dict(payload or {})}
    now = clock.now()
    is_idle = or_(t.Job.lease_until.is_(None), t.Job.lease_until < now)
    is_later = and_(t.Job.state == "waiting", t.Job.due_at > due, is_idle)
    statement: Any = upsert(session)(t.Job).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[t.Job.organisation_id, t.Job.id],
            set_={"due_at": due},
            where=is_later,
        )
    )
    found = find_counting(session, organisation_id, job_id)
    return found or Counting("waiting", due)


def _not_before(session: Session, organisation_id: UUID, kept: str, key: str | None) -> datetime:
    statement = select(t.Rollup.computed_at, t.Rollup.took_ms).where(
        t.Rollup.organisation_id == organisation_id, t.Rollup.kind == kept
    )
    if key is not None:
        statement = statement.where(t.Rollup.key == key)
    last = session.execute(statement.order_by(t.Rollup.computed_at.desc()).limit(1)).one_or_none()
    if last is None:
        return clock.now()
    pause = max(_NOT_BEFORE, timedelta(milliseconds=_SHARE * last.took_ms))
    found: datetime = last.computed_at + pause
    return found
