"""What is counted of the register's particulars, and by which axes (R-47, R-67)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, true

from engine import clock
from engine.errors import Invalid
from engine.hazards.codes import STANDARD_SECTORS
from engine.registry import codes
from engine.statistics.scope import AXES
from engine.store import Organisation

#: A standardisation that ends within so many days is told of.
SOON: Final = timedelta(days=90)
_PLACES: Final = ("department", "town", "group")


@dataclass(frozen=True)
class Axis:
    """By what lines are told: a column, and the words for its codes where it holds codes."""

    column: Any
    words: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class View:
    """Some enterprises, counted in several ways."""

    key: str
    #: Which of those that work are counted at all.
    among: Callable[[], ColumnElement[bool]]
    #: count → which of them; the first is all of them.
    counts: Callable[[], Mapping[str, ColumnElement[bool]]]
    axes: Mapping[str, Axis]
    #: The count that is told as a percentage of all of them.
    share: str
    #: Counts whose enterprises are listed in order of the day until which a standard holds.
    dated: frozenset[str] = frozenset()

    def axis(self, by: str) -> Axis:
        """Give an axis; Invalid when there is none of that name."""
        if by not in self.axes:
            raise Invalid("汇总口径不对。", "There is no such axis.", field="by")
        return self.axes[by]

    def condition(self, count: str) -> ColumnElement[bool]:
        """Say in SQL who is counted so; Invalid when there is no such count."""
        found = self.counts().get(count)
        if found is None:
            raise Invalid(
                f"没有“{count[:20]}”这一栏。", f"There is no column '{count[:20]}'.", field="count"
            )
        return found


def state_of(organisation: Organisation) -> str:
    """Say of an enterprise which count of `STANDARDS` it is in."""
    until, today = organisation.standard_until, clock.local_date()
    if until is None:
        known = organisation.standard_sector or organisation.standard_grade
        return "undated" if known else "none"
    if until < today:
        return "expired"
    return "soon" if until <= today + SOON else "later"


def _standards() -> Mapping[str, ColumnElement[bool]]:
    until, today = Organisation.standard_until, clock.local_date()
    ahead = today + SOON
    said = or_(Organisation.standard_sector.is_not(None), Organisation.standard_grade.is_not(None))
    return {
        "all": true(),
        "valid": and_(until.is_not(None), until >= today),
        "expired": and_(until.is_not(None), until < today),
        "soon": and_(until.is_not(None), until >= today, until <= ahead),
        "later": and_(until.is_not(None), until > ahead),
        "undated": and_(until.is_(None), said),
        "none": and_(until.is_(None), ~said),
    }


def _monitoring() -> Mapping[str, ColumnElement[bool]]:
    said = Organisation.monitoring
    return {
        "all": true(),
        "connected": and_(said.is_not(None), said == "yes"),
        "partly": and_(said.is_not(None), said == "partly"),
        "unconnected": and_(said.is_not(None), said == "no"),
        "unstated": said.is_(None),
    }


def _at_risk() -> ColumnElement[bool]:
    """Say who is to be monitored: a major hazard source, or oil in store."""
    oil = Organisation.oil_storage
    return or_(Organisation.hazard_source.is_not(None), and_(oil.is_not(None), oil == "yes"))


def _by(**more: Axis) -> Mapping[str, Axis]:
    return {**{name: Axis(AXES[name].expression) for name in _PLACES}, **more}


#: Until when the standardisation holds, and of whom that is not known.
STANDARDS: Final = View(
    "standards",
    true,
    _standards,
    _by(
        sector=Axis(Organisation.standard_sector, STANDARD_SECTORS),
        grade=Axis(Organisation.standard_grade, codes.GRADES),
    ),
    share="valid",
    dated=frozenset({"valid", "expired", "soon", "later"}),
)
#: Of those with a major hazard source or oil in store, who is connected to a platform.
MONITORING: Final = View(
    "monitoring",
    _at_risk,
    _monitoring,
    _by(source=Axis(Organisation.hazard_source, codes.SOURCES)),
    share="connected",
)
VIEWS: Final = {one.key: one for one in (STANDARDS, MONITORING)}
