"""The evidence of a long locked month: made by a job, kept for a while, then thrown away.

A short one is written while it is asked for. Whoever may take the month out may ask for it and
fetch it; both are asked each time, and a file is no way past it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any, Final
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine import clock, filestore, standing
from engine.actors import SYSTEM, Actor
from engine.commands import after_commit
from engine.errors import Conflict
from engine.jobs import Job, handler
from engine.permissions import require
from engine.returns.evidence import bundle, require_locked
from engine.returns.showing import View, view
from engine.store import tables as t
from engine.store import upsert

EVIDENCE: Final = "make_evidence"
#: A return of more lines, or of more cases, has its evidence made by a job: it takes seconds.
LARGEST_AT_ONCE: Final = 5_000
#: So long it can be fetched; after that it is made anew when somebody asks.
KEPT_FOR: Final = timedelta(days=7)
#: About so many bytes a case takes in a line (engine/returns/packing.py).
_BYTES_A_CASE: Final = 24


@dataclass(frozen=True)
class Bundle:
    """How it stands with the evidence of a locked month."""

    #: at_once (written when it is fetched) | none | waiting | failed | ready
    state: str
    asked_at: datetime | None = None
    #: Of one that is ready: bytes, when it was made, and until when it can be fetched.
    size: int = 0
    made_at: datetime | None = None
    expires_at: datetime | None = None
    sha256: bytes = b""


def evidence_of(session: Session, shown: View, *, actor: Actor) -> Bundle:
    """Say how it stands with the evidence of a locked return.

    Raises:
        NotAllowed: the role may not take whole months out. Conflict: it is not locked.
    """
    require(actor, "returns:export")
    require_locked(shown)
    if not _is_long(session, shown):
        return Bundle("at_once")
    row = session.get(t.ReturnBundle, (shown.unit.id, shown.month), populate_existing=True)
    if row is None or _is_over(session, row):
        return Bundle("none")
    if row.state == "ready":
        return Bundle(
            "ready", row.asked_at, row.size or 0, row.made_at, row.expires_at, row.sha256 or b""
        )
    job = session.get(t.Job, _job_key(row), populate_existing=True)
    is_given_up = job is None or job.state == "failed"
    return Bundle("failed" if is_given_up else "waiting", row.asked_at)


def ask(session: Session, month: str, *, unit_id: UUID | None = None, actor: Actor) -> Bundle:
    """Let a job make the evidence of a long locked month, unless it is there or being made.

    Args:
        unit_id: of another unit that the actor may see; by default of their own.

    Raises:
        NotAllowed: the role may not take whole months out. NotFound: no such unit for them.
        Invalid: the month is wrong. Conflict: it is not locked.
    """
    require(actor, "returns:export")
    shown = view(session, month, actor=actor, unit_id=unit_id)
    found = evidence_of(session, shown, actor=actor)
    if found.state not in ("none", "failed"):
        return found
    now = clock.now()
    row = {
        "organisation_id": shown.unit.id,
        "month": shown.month,
        "state": "waiting",
        "asked_at": now,
        "asked_by": actor.user_id,
        **dict.fromkeys(("sha256", "size", "made_at", "expires_at")),
    }
    _write(session, t.ReturnBundle, row, ("organisation_id", "month"))
    job = standing.row(shown.unit.id, _job_id(shown.unit.id, shown.month), EVIDENCE)
    job |= {"payload": {"month": shown.month}, "lease_until": None, "error": None}
    _write(session, t.Job, job, ("organisation_id", "id"))
    return Bundle("waiting", now)


def fetch(session: Session, found: Bundle) -> IO[bytes]:
    """Open the file of evidence that is ready.

    Raises:
        IntegrityError: it is not what was kept. Conflict: it is not ready.
    """
    if found.state != "ready":
        raise Conflict(
            "佐证材料包还没有做好，请在月报页面上制作，做好后下载。",
            "The evidence is not ready; have it made on the page of the return, then fetch it.",
        )
    return filestore.of(session).open(found.sha256)


@dataclass(frozen=True)
class _Made:
    sha256: bytes
    size: int


def _make(session: Session, job: Job) -> _Made | None:
    """Write the file beside everything else: nobody waits for it. None when it is to go."""
    key = (job.organisation_id, job.payload["month"])
    row = session.get(t.ReturnBundle, key, populate_existing=True)
    if row is None or row.state != "waiting":
        return None
    shown = view(session, row.month, actor=SYSTEM, unit_id=job.organisation_id)
    write = partial(bundle, session, shown, actor=SYSTEM)
    return _Made(*filestore.of(session).put_long(write))


@handler(EVIDENCE, prepare=_make)
def make_evidence(session: Session, job: Job) -> None:
    """Note that the file is there, and come back to throw it away when its time is over."""
    row = session.get(
        t.ReturnBundle,
        (job.organisation_id, job.payload["month"]),
        with_for_update=True,
        populate_existing=True,
    )
    if row is None:
        return
    made: _Made | None = job.prepared
    now = clock.now()
    if made is not None:
        row.state, row.sha256, row.size = "ready", made.sha256, made.size
        row.made_at, row.expires_at = now, now + KEPT_FOR
    if row.expires_at is not None and row.expires_at > now:
        standing.again(session, job, row.expires_at)
    elif row.state == "ready":
        _throw_away(session, row)
    session.flush()


def _throw_away(session: Session, row: t.ReturnBundle) -> None:
    if row.sha256 is not None:
        forget = partial(filestore.of(session).forget, row.sha256, clock.now())
        after_commit(session, forget)
    session.execute(
        delete(t.ReturnBundle).where(
            t.ReturnBundle.organisation_id == row.organisation_id,
            t.ReturnBundle.month == row.month,
        )
    )


def _is_long(session: Session, shown: View) -> bool:
    """Say whether a return has many lines or cases; looks at no more than it needs to."""
    some = (
        select(func.length(t.ReturnLine.cases).label("bytes"))
        .where(t.ReturnLine.organisation_id == shown.unit.id, t.ReturnLine.month == shown.month)
        .limit(LARGEST_AT_ONCE + 1)
        .subquery()
    )
    lines, size = session.execute(
        select(func.count(), func.coalesce(func.sum(some.c.bytes), 0)).select_from(some)
    ).one()
    return bool(max(lines, int(size) // _BYTES_A_CASE) > LARGEST_AT_ONCE)


def _is_over(session: Session, row: t.ReturnBundle) -> bool:
    """Say whether what was made is kept no longer, or is lost: it can always be made anew."""
    if row.state != "ready" or row.sha256 is None or row.expires_at is None:
        return False
    return row.expires_at <= clock.now() or not filestore.of(session).path(row.sha256).exists()


def _job_key(row: t.ReturnBundle) -> tuple[UUID, UUID]:
    return row.organisation_id, _job_id(row.organisation_id, row.month)


def _job_id(unit_id: UUID, month: str) -> UUID:
    """Give the id of the job of a month, always the same: two who ask write one row."""
    return uuid5(unit_id, f"{EVIDENCE} {month}")


def _write(session: Session, table: Any, row: dict[str, Any], key: tuple[str, ...]) -> None:
    statement: Any = upsert(session)(table).values(row)
    changed = {name: value for name, value in row.items() if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))
