"""The counters that the months keep, and how several months come together."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func

from engine.hazards.counts import MAXIMA
from engine.store import Month

#: The counters that `month` keeps.
COUNTERS: Final = tuple(
    column.key for column in Month.__table__.c if column.key not in ("organisation_id", "month")
)
#: Kind of person → the counter of such persons.
PERSON_COUNTERS: Final = {"reporter": "reporters", "rewarded": "rewarded"}


def total(name: str) -> Any:
    """Give in SQL a counter over several rows: their sum, or the largest of them."""
    column = getattr(Month, name)
    return func.max(column) if name in MAXIMA else func.sum(column)


def whole(value: Any) -> int:
    """Give what a sum came to, nothing for a sum of nothing."""
    return int(value or 0)
