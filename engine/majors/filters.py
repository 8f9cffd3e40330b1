"""What the register of majors can be narrowed to, and what it says is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, literal_column, or_

from engine import clock
from engine.errors import Invalid
from engine.hazards.counts import LEDGER_STATES, OPEN_STATES
from engine.statistics.figures import IS_OPEN
from engine.statistics.filters import number_kind
from engine.statistics.span import month_span
from engine.store import Hazard

#: Written as in the index over majors; with parameters the index would not be used.
IS_MAJOR: Final = and_(Hazard.level == literal_column("'major'"), Hazard.registered_at.is_not(None))
#: Closed by the enterprise while an authority has not struck it off (domain.md 0.3 (7)).
IS_CLOSED_INSIDE: Final = and_(Hazard.state == "closed", Hazard.supervised_on.is_not(None))
_IS_ON_LEDGER: Final = Hazard.state.in_(LEDGER_STATES)
#: Bucket → days from and to (exclusive) that a major has been open.
AGES: Final[Mapping[str, tuple[int, int | None]]] = {
    "week": (0, 8),
    "month": (8, 31),
    "quarter": (31, 91),
    "longer": (91, None),
}
#: Which part of the register: by default all that stands on it.
STANDINGS: Final = ("open", "closed_inside", "closed", "all")
#: What may be missing. A report is owed until it was made; a plan and measures while it is open.
MISSING: Final[Mapping[str, Callable[[], ColumnElement[bool]]]] = {
    "determination": lambda: Hazard.determined_at.is_(None),
    "authority": lambda: Hazard.authority_on.is_(None),
    "congress": lambda: Hazard.congress_on.is_(None),
    "interim": lambda: and_(IS_OPEN, Hazard.guarded_at.is_(None)),
    "plan": lambda: and_(IS_OPEN, Hazard.planned_at.is_(None), Hazard.fixed_on_spot.is_(False)),
    "overdue": lambda: and_(IS_OPEN, Hazard.due_on < clock.local_date()),
}


@dataclass(frozen=True, kw_only=True)
class MajorFilters:
    """Which majors to list; whatever is empty does not narrow."""

    #: One of STANDINGS; empty: open, or closed inside and still supervised.
    standing: str = ""
    #: A key of MISSING, or "any".
    missing: str = ""
    #: A key of AGES: how long it has been open.
    age: str = ""
    sector: str = ""
    #: The month of registration, "2026-11", or of closing when `dated` says so.
    month: str = ""
    #: "" for the registration, "closed" for the closing.
    dated: str = ""
    #: A number, or words of the description or place.
    text: str = ""
    #: Only those that an authority supervises.
    supervised: bool = False
    #: Part of the enterprise's name, for those who see many.
    unit: str = ""


def conditions(filters: MajorFilters) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the filters; Invalid when one has a value that does not exist."""
    yield IS_MAJOR
    yield from _standing(filters)
    if filters.missing == "any":
        yield or_(*(condition() for condition in MISSING.values()))
    elif filters.missing:
        yield MISSING[_known("missing", filters.missing, MISSING)]()
    if filters.age:
        yield is_of_age(_known("age", filters.age, AGES))
    if filters.sector:
        yield Hazard.sector == filters.sector
    if filters.supervised:
        yield Hazard.supervised_on.is_not(None)
    dated = _known("dated", filters.dated, ("", "closed"))
    if filters.month:
        yield _in_month(filters.month, dated)
    if filters.text:
        yield _says(filters.text)


def is_on_register() -> ColumnElement[bool]:
    """Say that a major stands on the register: it is open, or closed inside only."""
    return or_(IS_OPEN, IS_CLOSED_INSIDE)


def is_of_age(bucket: str) -> ColumnElement[bool]:
    """Say that a major is open and was registered so many days ago."""
    first, end = AGES[bucket]
    today = clock.local_date()
    conditions = [IS_OPEN, Hazard.registered_at < _begin(today - timedelta(days=first - 1))]
    if end is not None:
        conditions.append(Hazard.registered_at >= _begin(today - timedelta(days=end - 1)))
    return and_(*conditions)


def age_of(registered_at: datetime, until: datetime | None = None) -> int:
    """Give for how many days a major has been open, counted in China."""
    return (clock.local_date(until) - clock.local_date(registered_at)).days


def _standing(filters: MajorFilters) -> Iterator[ColumnElement[bool]]:
    match filters.standing:
        case "":
            # A number or a month is looked for wherever it stands.
            yield _IS_ON_LEDGER if filters.text or filters.month else is_on_register()
        case "open":
            yield IS_OPEN
        case "closed_inside":
            yield IS_CLOSED_INSIDE
        case "closed":
            yield and_(Hazard.state == "closed", Hazard.supervised_on.is_(None))
        case "all":
            yield _IS_ON_LEDGER
        case other:
            _known("standing", other, STANDINGS)


def _in_month(month: str, dated: str) -> ColumnElement[bool]:
    span = month_span(month)
    if dated == "closed":
        is_closed = Hazard.state == "closed"
        return and_(is_closed, Hazard.closed_at >= span.start, Hazard.closed_at < span.end)
    return and_(Hazard.registered_at >= span.start, Hazard.registered_at < span.end)


def _says(text: str) -> ColumnElement[bool]:
    match number_kind(text):
        case "BG":
            return Hazard.report_number == text.strip().upper()
        case "YH":
            return Hazard.number == text.strip().upper()
        case "XH":
            return Hazard.closure_number == text.strip().upper()
    columns: tuple[Any, ...] = (Hazard.description, Hazard.place, Hazard.part)
    return or_(*(column.contains(text.strip(), autoescape=True) for column in columns))


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL_ZONE)


def _known(name: str, value: str, values: Any) -> str:
    if value not in values:
        raise Invalid(
            f"筛选条件“{name}”没有“{value[:40]}”这一项。",
            f"The filter '{name}' has no value '{value[:40]}'.",
            field=name,
        )
    return value


def is_open(state: str) -> bool:
    """Say whether a state is one in which a hazard waits to be put right or accepted."""
    return state in OPEN_STATES
