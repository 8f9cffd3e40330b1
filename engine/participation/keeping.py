"""Taking part over thousands of enterprises: counted by a job, kept, and shown with its moment.

Persons are counted each once over a whole period, which takes seconds for a city; a page may not.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.board.counted import (
    KINDS,
    Counting,
    find_counting,
    find_kept,
    is_over_few,
    keep,
    looking_from,
    order,
)
from engine.jobs import Job, handler
from engine.participation.axes import Line, Table, table
from engine.participation.figures import Figures
from engine.permissions import require
from engine.statistics.periods import periods, span_of
from engine.statistics.scope import check_axis

COUNT: Final = "count_participation"
_KIND: Final = "participation"
#: What goes on is counted anew when somebody looks after so long; what is over, after a day.
_STALE: Final = timedelta(hours=1)
_STALE_OVER: Final = timedelta(days=1)


@dataclass(frozen=True)
class Shown:
    """A table, and when it was counted."""

    #: None while it is counted for the first time.
    table: Table | None
    #: None: this moment.
    at: datetime | None = None
    #: It is to be counted, or counted anew.
    is_stale: bool = False


def read(
    session: Session,
    period: str,
    by: str,
    *,
    actor: Actor,
    after: str | None = None,
    limit: int = 50,
) -> Shown:
    """Give who takes part in a period, kept where it is over many enterprises.

    Raises:
        NotAllowed: the role. Invalid: period, axis or cursor.
    """
    require(actor, "participation:read")
    check_axis(by)
    span_of(period)
    owner = _owner(session, actor)
    if owner is None:
        return Shown(table(session, period, by, actor=actor, after=after, limit=limit))
    kept = find_kept(session, owner, _KIND, _key(period, by))
    if kept is None:
        return Shown(None, is_stale=True)
    found = _read(period, by, kept.content)
    if by == "enterprise":
        page = table(session, period, by, actor=actor, after=after, limit=limit, summed=False)
        found = replace(page, total=found.total)
    is_present = period in (periods()[0], *_around(periods()[0]))
    age = clock.now() - kept.computed_at
    return Shown(found, kept.computed_at, age > (_STALE if is_present else _STALE_OVER))


def ask(session: Session, period: str, by: str, *, actor: Actor) -> Counting | None:
    """Have a period counted by a job; None where every page counts for itself.

    Raises:
        NotAllowed: the role. Invalid: period or axis.
    """
    require(actor, "participation:read")
    check_axis(by)
    span_of(period)
    owner = _owner(session, actor)
    if owner is None:
        return None
    payload = {"period": period, "by": by, "kind": actor.organisation_kind}
    job_id, key = uuid5(owner, f"{COUNT} {period} {by}"), _key(period, by)
    known = find_counting(session, owner, job_id)
    return known or order(session, owner, job_id, COUNT, kept=_KIND, key=key, payload=payload)


def _count(session: Session, job: Job) -> tuple[str, datetime, int]:
    """Count outside of the write transaction: nobody waits for it."""
    begun, at = time.perf_counter(), clock.now()
    actor = looking_from(job.organisation_id, job.payload["kind"])
    found = table(session, job.payload["period"], job.payload["by"], actor=actor, limit=1)
    if found.by == "enterprise":
        # Its lines are counted page by page, when they are looked at.
        found = replace(found, lines=())
    return _written(found), at, int((time.perf_counter() - begun) * 1e3)


@handler(COUNT, prepare=_count)
def count_participation(session: Session, job: Job) -> None:
    """Keep what was counted."""
    text, at, took_ms = job.prepared
    key = _key(job.payload["period"], job.payload["by"])
    keep(session, job.organisation_id, text, at, took_ms, kind=_KIND, key=key)


def _owner(session: Session, actor: Actor) -> UUID | None:
    """Give for whom it is kept; None where every page counts for itself."""
    if actor.organisation_kind not in KINDS or is_over_few(session, actor):
        return None
    return actor.organisation_id


def _key(period: str, by: str) -> str:
    return f"{period} {by}"


def _around(month: str) -> tuple[str, str]:
    """Give the quarter and the year that a month lies in."""
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}", year


def _written(found: Table) -> str:
    lines = [asdict(line) for line in found.lines]
    return orjson.dumps({"lines": lines, "total": asdict(found.total)}).decode()


def _read(period: str, by: str, text: str) -> Table:
    kept: dict[str, Any] = orjson.loads(text)
    lines = [Line(**{**line, "figures": Figures(**line["figures"])}) for line in kept["lines"]]
    return Table(period, by, lines, Figures(**kept["total"]))
