"""How the figures moved from month to month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.months import months_back
from engine.permissions import require
from engine.statistics.moved import Moved, moved
from engine.statistics.span import month_span
from engine.statistics.sums import total
from engine.store import Month, visible_to

_SHOWN: Final = (
    "reported", "verified", "closed", "approved_fen", "paid_fen", "noncash_fen",
    "noncash_count", "received_fen",
)  # fmt: skip
#: Month → figure → number
_ByMonth = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Point:
    """One month of a trend: its counters and what was open when it ended."""

    month: str
    figures: Mapping[str, int]


def trend(session: Session, *, actor: Actor, month: str, count: int = 12) -> Sequence[Point]:
    """Give `count` months up to `month`, oldest first, over what the actor may see.

    An enterprise counts in the months at whose end it stood under the actor, as in their tables.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: the month is wrong.
    """
    require(actor, "statistics:read")
    months = months_back(month_span(month).last, count)
    others = moved(session, actor, months)
    told = _sums(session, actor, _SHOWN, Month.month.between(months[0], months[-1]), others)
    before = _sums(session, actor, ("verified", "closed"), Month.month < months[0], others)
    still_open = sum(one["verified"] - one["closed"] for one in before.values())
    points = []
    for each in months:
        figures = told.get(each) or dict.fromkeys(_SHOWN, 0)
        still_open += figures["verified"] - figures["closed"]
        of_moved = others.figures(each, _SHOWN)
        shown = {name: figures[name] + of_moved[name] for name in _SHOWN}
        points.append(Point(each, {**shown, "closing": still_open + of_moved["closing"]}))
    return points


def _sums(
    session: Session,
    actor: Actor,
    names: Sequence[str],
    condition: ColumnElement[bool],
    others: Moved,
) -> _ByMonth:
    """Give the counters for each month in which anything happened, without those that moved."""
    statement: Any = select(Month.month, *map(total, names)).where(condition).group_by(Month.month)
    if others.ids is not None:
        statement = statement.where(Month.organisation_id.not_in(others.ids))
    rows = session.execute(visible_to(actor, statement)).all()
    return {row[0]: dict(zip(names, map(int, row[1:]), strict=True)) for row in rows}
