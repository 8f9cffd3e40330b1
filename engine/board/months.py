"""Monthly tables that were counted beside the pages, for districts of thousands of enterprises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.months import months_back
from engine.permissions import require
from engine.statistics import Line, Table, monthly, present_month, tables
from engine.store import tables as t

KIND: Final = "monthly"


@dataclass(frozen=True)
class Shown:
    """A monthly table, and when it was counted; None: this moment."""

    table: Table
    at: datetime | None


def table(
    session: Session,
    *,
    actor: Actor,
    month: str,
    by: str,
    after: str | None = None,
    limit: int | None = None,
) -> Shown:
    """Give the monthly table, kept if it is, else counted now.

    Enterprises are counted now, a page of them; what is kept of them is their total.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: month, axis or cursor is wrong.
    """
    require(actor, "statistics:read")
    kept = _kept(session, actor, month)
    if kept is None or by not in kept[0]:
        told = monthly(session, actor=actor, month=month, by=by, after=after, limit=limit)
        return Shown(told, None)
    found, at = kept[0][by], kept[1]
    if by != "enterprise":
        return Shown(found, at)
    page = monthly(
        session, actor=actor, month=month, by=by, after=after, limit=limit, total=found.total
    )
    return Shown(page, at)


def count_months(session: Session, actor: Actor) -> dict[str, str]:
    """Count the tables of the present month and of the last; gives month → what to keep."""
    return {
        month: _written(tables(session, actor=actor, month=month))
        for month in months_back(present_month(), 2)
    }


def _kept(
    session: Session, actor: Actor, month: str
) -> tuple[Mapping[str, Table], datetime] | None:
    row = session.execute(
        select(t.Rollup.content, t.Rollup.computed_at).where(
            t.Rollup.organisation_id == actor.organisation_id,
            t.Rollup.kind == KIND,
            t.Rollup.key == month,
        )
    ).one_or_none()
    return None if row is None else (_read(month, row.content), row.computed_at)


def _written(found: Mapping[str, Table]) -> str:
    total = next(iter(found.values())).total
    lines = {by: [asdict(line) for line in table.lines] for by, table in found.items()}
    return orjson.dumps({"total": asdict(total), "lines": lines}).decode()


def _read(month: str, text: str) -> Mapping[str, Table]:
    kept: dict[str, Any] = orjson.loads(text)
    total = Line(**kept["total"])
    return {
        by: Table(month, by, [Line(**line) for line in lines], replace(total))
        for by, lines in kept["lines"].items()
    }
