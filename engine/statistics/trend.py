"""How the figures moved from month to month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.months import months_back
from engine.permissions import require
from engine.statistics.span import month_span
from engine.statistics.sums import by_month
from engine.store import Month

_SHOWN: Final = (
    "reported", "verified", "closed", "approved_fen", "paid_fen", "received_fen",
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One month of a trend: its counters and what was open when it ended."""

    month: str
    figures: Mapping[str, int]


def trend(session: Session, *, actor: Actor, month: str, count: int = 12) -> Sequence[Point]:
    """Give `count` months up to `month`, oldest first, over what the actor may see.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: the month is wrong.
    """
    require(actor, "statistics:read")
    months = months_back(month_span(month).last, count)
    told = by_month(session, actor, _SHOWN, Month.month.between(months[0], months[-1]))
    before = by_month(session, actor, ("verified", "closed"), Month.month < months[0])
    still_open = sum(one["verified"] - one["closed"] for one in before.values())
    points = []
    for each in months:
        figures = told.get(each) or dict.fromkeys(_SHOWN, 0)
        still_open += figures["verified"] - figures["closed"]
        points.append(Point(each, {**figures, "closing": still_open}))
    return points
