"""Work due at a moment: find it, lease it, run it, put it off or give it up.

A job row is the truth; a broker's message only says "look". A lease is taken by a conditional
update, so of two runners one gets it, and a runner that dies gives it back when the lease ends.
The job's effect and its removal are one transaction: the effect happens once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from engine import clock, incidents
from engine.commands import execute
from engine.derived import describe
from engine.due_jobs import PATIENT, find
from engine.store import new_id
from engine.store import tables as t

logger = logging.getLogger("bihuan.jobs")

LEASE: Final = timedelta(minutes=5)
#: How often a job that has more to do is called before others get their turn.
TURNS: Final = 50
#: Seconds for which such jobs are run before it is looked anew for others.
_PATIENCE: Final = 5.0
#: How long to wait after the 1st, 2nd … failure; after the last there is an incident.
BACK_OFF: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)


@dataclass(frozen=True)
class Job:
    """A leased job, as handlers see it."""

    organisation_id: UUID
    id: UUID
    instance_id: UUID | None
    task_id: UUID | None
    kind: str
    attempts: int
    payload: dict[str, Any]
    #: Names this lease; whoever took the job since has another.
    lease_id: UUID
    #: What the kind's `prepare` gave.
    prepared: Any = None


Handler = Callable[[Session, Job], bool | None]
Preparer = Callable[[Session, Job], Any]
_HANDLERS: Final[dict[str, Handler]] = {}
_PREPARERS: Final[dict[str, Preparer]] = {}


def handler(kind: str, *, prepare: Preparer | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`.

    It gets the session of a write transaction and the job, and must not commit. The job's row
    is removed in the same transaction, unless the handler ended the lease by a new moment. One
    that says True has more to do: it is called again, each time in a transaction of its own, and
    after `TURNS` the rest is a job of its own, so that others get their turn.

    Args:
        prepare: slow work that writes nothing, done before the write transaction so that nobody
            waits for it; the handler finds what it gave in `job.prepared`.
    """

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        if prepare is not None:
            _PREPARERS[kind] = prepare
        return function

    return register


def due(session: Session, *, limit: int = 50) -> Sequence[tuple[UUID, UUID]]:
    """Give (organisation id, job id) of jobs that are due and not leased, earliest first.

    What nobody waits for comes last, and of each kind of it no more than a tenth of `limit`.
    """
    return [(row.organisation_id, row.id) for row in find(session, limit)]


def run_due(session: Session, *, limit: int = 50) -> int:
    """Run what is due, one after the other; one failing job never stops the others.

    What nobody waits for makes way once it has taken `_PATIENCE`: others may have come due.

    Returns:
        how many jobs were run, failed ones included.
    """
    found = find(session, limit)
    session.rollback()
    count, since = 0, None
    for row in found:
        if row.kind in PATIENT:
            if since is None:
                since = time.monotonic()
            elif time.monotonic() - since > _PATIENCE:
                break
        count += run(session, row.organisation_id, row.id)
    return count


def run(session: Session, organisation_id: UUID, job_id: UUID) -> bool:
    """Lease one job and run it; say whether the lease was ours."""
    job = execute(session, lease, organisation_id, job_id)
    if job is None:
        return False
    try:
        _work(session, job)
    except Exception as error:
        logger.warning("job %s of kind %s failed: %s", job.id, job.kind, type(error).__name__)
        execute(session, fail, job, describe(error))
    return True


def _work(session: Session, job: Job) -> None:
    for _ in range(TURNS):
        if not execute(session, _perform, _prepared(session, job)):
            return
    execute(session, _pass_on, job)


def lease(session: Session, organisation_id: UUID, job_id: UUID) -> Job | None:
    """Take a due job for `LEASE`; None when somebody else has it or it is gone."""
    now = clock.now()
    row = session.execute(
        update(t.Job)
        .where(
            t.Job.organisation_id == organisation_id,
            t.Job.id == job_id,
            t.Job.state == "waiting",
            t.Job.due_at <= now,
            or_(t.Job.lease_until.is_(None), t.Job.lease_until < now),
        )
        .values(lease_until=now + LEASE, leased_by=new_id())
        .returning(
            t.Job.organisation_id,
            t.Job.id,
            t.Job.instance_id,
            t.Job.task_id,
            t.Job.kind,
            t.Job.attempts,
            t.Job.payload,
            t.Job.leased_by,
        )
    ).one_or_none()
    return Job(*row) if row is not None else None


def fail(session: Session, job: Job, error: str) -> None:
    """Put a failed job off, or give it up and open an incident when it is out of retries.

    Nothing happens when the lease was lost meanwhile: the job is somebody else's, or held.
    """
    attempts = job.attempts + 1
    exhausted = attempts > len(BACK_OFF)
    wait = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    changed = session.connection().execute(
        update(t.Job.__table__)  # type: ignore[arg-type]
        .where(*_leased(job))
        .values(
            attempts=attempts,
            due_at=clock.now() + wait,
            error=error[:2000],
            lease_until=None,
            leased_by=None,
            state="failed" if exhausted else "waiting",
        )
    )
    if exhausted and changed.rowcount:
        incidents.open_incident(
            session,
            organisation_id=job.organisation_id,
            job_id=job.id,
            instance_id=job.instance_id,
            kind=job.kind,
            element=job.payload.get("element"),
            error=error,
        )


def _prepared(session: Session, job: Job) -> Job:
    _load()
    prepare = _PREPARERS.get(job.kind)
    return replace(job, prepared=prepare(session, job)) if prepare else job


def _perform(session: Session, job: Job) -> bool:
    """Do the job and remove it, unless it was given a new moment meanwhile; say if more is left."""
    if not _keep_lease(session, job):
        return False
    has_more = bool(_handler_of(job.kind)(session, job))
    if not has_more:
        session.execute(delete(t.Job).where(*_leased(job)))
    return has_more


def _pass_on(session: Session, job: Job) -> None:
    """Leave the rest to a new job, unless the lease was lost meanwhile."""
    if session.execute(delete(t.Job).where(*_leased(job))).rowcount:  # type: ignore[attr-defined]
        session.add(
            t.Job(
                organisation_id=job.organisation_id,
                id=new_id(),
                instance_id=job.instance_id,
                task_id=job.task_id,
                kind=job.kind,
                state="waiting",
                due_at=clock.now(),
                payload=job.payload,
                created_at=clock.now(),
            )
        )


def _keep_lease(session: Session, job: Job) -> bool:
    """Say whether the lease is still ours, and let nobody take it until the transaction ends.

    A runner that stood still for longer than `LEASE` finds that another has done its job.
    """
    if job.instance_id is not None:
        # Steps lock an instance before its jobs: in one order, nobody waits in a ring.
        session.execute(
            select(t.Instance.id)
            .where(
                t.Instance.organisation_id == job.organisation_id,
                t.Instance.id == job.instance_id,
            )
            .with_for_update()
        )
    found = session.execute(select(t.Job.id).where(*_leased(job)).with_for_update())
    return found.one_or_none() is not None


def _leased(job: Job) -> tuple[ColumnElement[bool], ...]:
    return (
        t.Job.organisation_id == job.organisation_id,
        t.Job.id == job.id,
        t.Job.state == "waiting",
        t.Job.leased_by == job.lease_id,
    )


def _handler_of(kind: str) -> Handler:
    """Give the function that does jobs of `kind`."""
    _load()
    return _HANDLERS[kind]


def _load() -> None:
    """Let the engine's own handlers register."""
    # They import this module to do so, so they can only be imported once it is there.
    from engine import issuing, leaving, moves, sealing, taking_in  # noqa: F401
    from engine.analysis import keeping as analyses  # noqa: F401
    from engine.auditing import looks  # noqa: F401
    from engine.auditing import telling as grants  # noqa: F401
    from engine.board import keeping  # noqa: F401
    from engine.campaigns import telling as calls  # noqa: F401
    from engine.complaints import telling as complaints  # noqa: F401
    from engine.coverage import deadlines  # noqa: F401
    from engine.guidance import telling  # noqa: F401
    from engine.migrations import work  # noqa: F401
    from engine.participation import keeping as participation  # noqa: F401
    from engine.relations import reminding  # noqa: F401
    from engine.returns import compared, late, locking  # noqa: F401
