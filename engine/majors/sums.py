"""Figures over the register: the open balance by level and age, what is missing (R-50)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.hazards.counts import LEDGER_STATES
from engine.majors.filters import AGES, IS_CLOSED_INSIDE, IS_MAJOR, MISSING, is_of_age
from engine.majors.filters import is_on_register as on_register
from engine.permissions import require
from engine.statistics.figures import IS_OPEN
from engine.statistics.span import month_span, present_month
from engine.store import Hazard, visible_to
from engine.store.visibility import UNDER, Sight


@dataclass(frozen=True)
class Overview:
    """The register in figures, over what the actor may see."""

    month: str
    opening: int
    new: int
    closed: int
    #: Bucket of AGES → open majors, and open general hazards.
    major_by_age: Mapping[str, int]
    general_by_age: Mapping[str, int]
    #: Key of MISSING → majors on the register.
    missing: Mapping[str, int]
    closed_inside: int
    supervised: int
    #: When the oldest open major was registered; when the last one was closed.
    oldest_at: datetime | None
    last_closed_at: datetime | None

    @property
    def closing(self) -> int:
        """Give what is open now."""
        return self.opening + self.new - self.closed

    @property
    def days_at_zero(self) -> int | None:
        """Give for how many days no major has been open; None while one is, or none ever was."""
        if self.closing or self.last_closed_at is None:
            return None
        return (clock.local_date() - clock.local_date(self.last_closed_at)).days

    @property
    def days_since_zero(self) -> int | None:
        """Give for how many days the oldest open major has been open; None when none is."""
        if not self.closing or self.oldest_at is None:
            return None
        return (clock.local_date() - clock.local_date(self.oldest_at)).days


def overview(session: Session, *, actor: Actor, sight: Sight = UNDER) -> Overview:
    """Give the figures of the register in two statements, however many majors there are.

    Args:
        sight: "beside" for the enterprises that the actor's department supervises besides.

    Raises:
        NotAllowed: the actor may not read the register.
    """
    require(actor, "major:read")
    span = month_span(present_month())
    counted = {
        "opening": and_(Hazard.registered_at < span.start, _open_before(span.start)),
        "new": Hazard.registered_at >= span.start,
        "closed": and_(Hazard.state == "closed", Hazard.closed_at >= span.start),
        "closed_inside": IS_CLOSED_INSIDE,
        "supervised": and_(on_register(), Hazard.supervised_on.is_not(None)),
        **{f"age_{key}": is_of_age(key) for key in AGES},
        **{f"missing_{key}": and_(on_register(), wanted()) for key, wanted in MISSING.items()},
    }
    columns = [_count(condition).label(name) for name, condition in counted.items()]
    oldest = func.min(case((IS_OPEN, Hazard.registered_at))).label("oldest_at")
    last = func.max(Hazard.closed_at).label("last_closed_at")
    statement = select(*columns, oldest, last).where(IS_MAJOR, Hazard.state.in_(LEDGER_STATES))
    row: dict[str, Any] = dict(
        session.execute(visible_to(actor, statement, sight=sight)).mappings().one()
    )
    majors = {key: row[f"age_{key}"] for key in AGES}
    return Overview(
        month=span.first,
        **{name: row[name] for name in ("opening", "new", "closed")},
        major_by_age=majors,
        general_by_age=_general(session, actor, majors, sight),
        missing={key: row[f"missing_{key}"] for key in MISSING},
        closed_inside=row["closed_inside"],
        supervised=row["supervised"],
        oldest_at=_moment(row["oldest_at"]),
        last_closed_at=_moment(row["last_closed_at"]),
    )


def _general(
    session: Session, actor: Actor, majors: Mapping[str, int], sight: Sight
) -> dict[str, int]:
    """Count all that is open by age along the index of open hazards, and take the majors away."""
    columns = [_count(is_of_age(key)).label(key) for key in AGES]
    statement = select(*columns).select_from(Hazard).where(Hazard.kind == "hazard", IS_OPEN)
    row = session.execute(visible_to(actor, statement, sight=sight)).mappings().one()
    return {key: row[key] - majors[key] for key in AGES}


def _open_before(moment: datetime) -> ColumnElement[bool]:
    """Say that a major on the ledger was not closed before `moment`."""
    return or_(Hazard.closed_at.is_(None), Hazard.closed_at >= moment)


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _moment(value: Any) -> datetime | None:
    found: datetime | None = value
    return found
