"""Monthly tables that were counted beside the pages, for districts of thousands of enterprises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.months import months_back
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
from engine.store import tables as t

KIND: Final = "monthly"


@dataclass(frozen=True)
class Shown:
    """A monthly table with the months before it, and when it was counted; None: this moment."""

    table: Table
    points: Sequence[Point]
    at: datetime | None


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
    """Give the monthly table and the year up to it, kept if they are, else counted now.

    Enterprises are counted now, a page of them; what is kept of them is their total.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: month, axis or cursor is wrong.
    """
    require(actor, "statistics:read")
    kept = _kept(session, actor, month)
    if kept is None or by not in kept.tables:
        told = monthly(session, actor=actor, month=month, by=by, after=after, limit=limit)
        return Shown(told, trend(session, actor=actor, month=month), None)
    found = kept.tables[by]
    if by != "enterprise":
        return Shown(found, kept.points, kept.at)
    page = monthly(
        session, actor=actor, month=month, by=by, after=after, limit=limit, total=found.total
    )
    return Shown(page, kept.points, kept.at)


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
    return {
        month: _written(
            tables(session, actor=actor, month=month),
            trend(session, actor=actor, month=month),
            balance(session, actor=actor, month=month),
        )
        for month in months_back(present_month(), 2)
    }


def _kept(session: Session, actor: Actor, month: str) -> _Kept | None:
    if actor.organisation_kind == "enterprise":
        return None
    row = session.execute(
        select(t.Rollup.content, t.Rollup.computed_at).where(
            t.Rollup.organisation_id == actor.organisation_id,
            t.Rollup.kind == KIND,
            t.Rollup.key == month,
        )
    ).one_or_none()
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
