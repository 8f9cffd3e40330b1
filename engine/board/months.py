"""Monthly tables that were counted beside the pages, for districts of thousands of enterprises."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from sqlalchemy import func, select
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
from engine.hazards.months import months_back
from engine.jobs import Job, handler
from engine.permissions import require
from engine.statistics import (
    Balance,
    Line,
    Point,
    Table,
    balance,
    monthly,
    present_month,
    tables,
    trend,
)
from engine.statistics.scope import check_axis
from engine.statistics.span import month_span
from engine.store import tables as t

KIND: Final = "monthly"
COUNT_MONTH: Final = "count_month"
#: This month and the last one are counted with the board, again and again.
_STANDING: Final = 2
#: A month that is over changes little: it is counted anew when somebody looks after so long.
_STALE: Final = timedelta(hours=24)
#: So many months of an organisation wait to be counted at most.
_MOST_WAITING: Final = 3


@dataclass(frozen=True)
class Shown:
    """A monthly table with the months before it, and when it was counted; None: this moment."""

    #: None while it is counted for the first time.
    table: Table | None
    points: Sequence[Point]
    at: datetime | None
    #: Nobody counts it by itself any more, and it is a while old: it is worth an order.
    is_stale: bool = False


@dataclass(frozen=True)
class _Kept:
    tables: Mapping[str, Table]
    points: Sequence[Point]
    balance: Balance
    at: datetime


def table(
    session: Session,
    *,
    actor: Actor,
    month: str,
    by: str,
    after: str | None = None,
    limit: int | None = None,
) -> Shown:
    """Give the monthly table and the year up to it: kept where it is over many enterprises.

    Over few it is counted now. Of many enterprises a page is counted now, beside the total that is
    kept; a month of which nothing is kept yet has to be ordered.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: month, axis or cursor is wrong.
    """
    require(actor, "statistics:read")
    month = month_span(month).first
    check_axis(by)
    kept = _kept(session, actor, month)
    if kept is None and is_over_few(session, actor):
        told = monthly(session, actor=actor, month=month, by=by, after=after, limit=limit)
        return Shown(told, trend(session, actor=actor, month=month), None)
    if kept is None:
        return Shown(None, (), None, is_stale=True)
    found = kept.tables[by]
    if by == "enterprise":
        found = monthly(
            session, actor=actor, month=month, by=by, after=after, limit=limit, total=found.total
        )
    is_old = month not in months_back(present_month(), _STANDING)
    return Shown(found, kept.points, kept.at, is_old and clock.now() - kept.at > _STALE)


def ask(session: Session, month: str, *, actor: Actor) -> Counting | None:
    """Have the tables of a month counted, or counted anew, by a job.

    Returns:
        when; None where nothing is kept, since every page counts for itself, or where so many
        months of the organisation wait already that this one has to be asked for again.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: the month is wrong.
    """
    require(actor, "statistics:read")
    month, owner = month_span(month).first, actor.organisation_id
    if owner is None or actor.organisation_kind not in KINDS or is_over_few(session, actor):
        return None
    job_id = uuid5(owner, f"{COUNT_MONTH} {month}")
    known = find_counting(session, owner, job_id)
    if known is None and _waiting(session, owner) >= _MOST_WAITING:
        return None
    payload = {"month": month, "kind": actor.organisation_kind}
    return order(session, owner, job_id, COUNT_MONTH, kept=KIND, key=month, payload=payload)


def _count(session: Session, job: Job) -> tuple[str, datetime, int]:
    """Count outside of the write transaction: nobody waits for it."""
    begun, at = time.perf_counter(), clock.now()
    actor = looking_from(job.organisation_id, job.payload["kind"])
    text = _counted(session, actor, job.payload["month"])
    return text, at, int((time.perf_counter() - begun) * 1e3)


@handler(COUNT_MONTH, prepare=_count)
def count_month(session: Session, job: Job) -> None:
    """Keep what was counted of a month that somebody asked for."""
    text, at, took_ms = job.prepared
    month = job.payload["month"]
    keep(session, job.organisation_id, text, at, took_ms, kind=KIND, key=month)


def _waiting(session: Session, owner: UUID) -> int:
    statement = select(func.count()).where(
        t.Job.organisation_id == owner, t.Job.kind == COUNT_MONTH, t.Job.state == "waiting"
    )
    return session.scalar(statement) or 0


def ledger(session: Session, *, actor: Actor) -> tuple[Balance, datetime | None]:
    """Give the ledger's balance in the present month, and when it was counted; None: now.

    Raises:
        NotAllowed: the actor may not read the ledger.
    """
    require(actor, "ledger:read")
    kept = _kept(session, actor, present_month())
    if kept is None:
        return balance(session, actor=actor), None
    return kept.balance, kept.at


def count_months(session: Session, actor: Actor) -> dict[str, str]:
    """Count the tables of the present month and of the last; gives month → what to keep."""
    months = months_back(present_month(), _STANDING)
    return {month: _counted(session, actor, month) for month in months}


def _counted(session: Session, actor: Actor, month: str) -> str:
    return _written(
        tables(session, actor=actor, month=month),
        trend(session, actor=actor, month=month),
        balance(session, actor=actor, month=month),
    )


def _kept(session: Session, actor: Actor, month: str) -> _Kept | None:
    if actor.organisation_kind == "enterprise":
        return None
    row = find_kept(session, actor.organisation_id, KIND, month)
    return None if row is None else _read(month, row.content, row.computed_at)


def _written(found: Mapping[str, Table], points: Sequence[Point], of: Balance) -> str:
    total = next(iter(found.values())).total
    lines = {by: [asdict(line) for line in table.lines] for by, table in found.items()}
    kept = {"total": total, "lines": lines, "points": list(points), "balance": of}
    return orjson.dumps(kept).decode()


def _read(month: str, text: str, at: datetime) -> _Kept:
    kept: dict[str, Any] = orjson.loads(text)
    total = Line(**kept["total"])
    return _Kept(
        tables={
            by: Table(month, by, [Line(**line) for line in lines], total)
            for by, lines in kept["lines"].items()
        },
        points=[Point(**one) for one in kept["points"]],
        balance=Balance(**kept["balance"]),
        at=at,
    )
