"""What the two ledgers can be narrowed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine import clock
from engine.errors import Invalid
from engine.hazards import codes
from engine.hazards.counts import LEDGER_STATES
from engine.statistics.figures import IS_OPEN, is_overdue_at
from engine.statistics.paging import aside
from engine.statistics.span import month_span, present_month
from engine.store import Hazard, Instance, Reward

#: A moment, and what is true of a row for which it has come: as the balance counts it.
_Dated = tuple[Any, ...]
_IS_HAZARD: Final = Hazard.kind == "hazard"
_HAZARD_DATES: Final[Mapping[str, _Dated]] = {
    "": (Hazard.reported_at,),
    "registered": (Hazard.registered_at, _IS_HAZARD, Hazard.state.in_(LEDGER_STATES)),
    "closed": (Hazard.closed_at, _IS_HAZARD, Hazard.state == "closed"),
}
_REWARD_DATES: Final[Mapping[str, _Dated]] = {
    "": (Reward.proposed_at,),
    "approved": (Reward.approved_at, Reward.state.in_(("approved", "paid", "received"))),
    "paid": (Reward.paid_at, Reward.state.in_(("paid", "received"))),
    "received": (Reward.received_at, Reward.state == "received"),
}
_LONG_AGO: Final = month_span("2000-01").start
#: What the number of a hazard begins with: of its report, its entry in the ledger, its closure.
HAZARD_NUMBERS: Final = ("BG", "YH", "XH")
#: By which moments each ledger can be narrowed to a month, beside that of the report or proposal.
HAZARD_DATES: Final = tuple(filter(None, _HAZARD_DATES))
REWARD_DATES: Final = tuple(filter(None, _REWARD_DATES))
#: "open" stands for both states in which a registered hazard waits.
HAZARD_STATES: Final = (
    "open", "reported", "verified", "rectified", "closed", "dismissed", "cancelled",
)  # fmt: skip
REWARD_STATES: Final = ("proposed", "approved", "paid", "received", "refused")
LEVELS: Final = ("general", "major")
CATEGORIES: Final = ("human", "object", "environment", "management")
KINDS: Final = ("hazard", "suggestion")
SOURCES: Final = tuple(codes.SOURCES)
CHANNELS: Final = tuple(codes.CHANNELS)
#: How long a hazard has been on the ledger, in days: key → from, and before.
AGES: Final[Mapping[str, tuple[int, int | None]]] = {
    "week": (0, 7),
    "month": (7, 30),
    "quarter": (30, 90),
    "older": (90, None),
}


@dataclass(frozen=True, kw_only=True)
class HazardFilters:
    """Which hazards to list; whatever is empty does not narrow."""

    state: str = ""
    level: str = ""
    category: str = ""
    kind: str = ""
    #: Where it is from, and by which way it came in (C1 4 and 23).
    source: str = ""
    channel: str = ""
    #: Part of the place's name.
    place: str = ""
    month: str = ""
    #: The moment that belongs to the month and orders the list: a key of HAZARD_DATES.
    dated: str = ""
    #: A number (BG-…, YH-…, XH-…), or words of the description or place.
    text: str = ""
    #: Only those past their day today.
    overdue: bool = False
    #: How long it has been on the ledger: a key of AGES.
    age: str = ""
    organisation_id: UUID | None = None
    #: Part of the enterprise's name, for those who see many.
    unit: str = ""

    @property
    def moment(self) -> Any:
        """Give the column of the moment that orders the list."""
        return _HAZARD_DATES[self.dated][0]

    @property
    def leave_few(self) -> bool:
        """Say whether an index leads straight to the few rows that are left over."""
        return self.overdue or bool(number_kind(self.text))


@dataclass(frozen=True, kw_only=True)
class RewardFilters:
    """Which rewards to list; whatever is empty does not narrow."""

    state: str = ""
    month: str = ""
    #: The moment that belongs to the month and orders the list: a key of REWARD_DATES.
    dated: str = ""
    #: A number (JL-…, BG-…, YH-…) or a voucher.
    text: str = ""
    organisation_id: UUID | None = None
    #: Part of the enterprise's name, for those who see many.
    unit: str = ""

    @property
    def moment(self) -> Any:
        """Give the column of the moment that orders the list."""
        return _REWARD_DATES[self.dated][0]

    @property
    def leave_few(self) -> bool:
        """Say whether an index leads straight to the few rows that are left over."""
        return bool(number_kind(self.text))


def of_hazards(filters: HazardFilters) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the filters; Invalid when one has a value that does not exist."""
    if filters.state == "open":
        yield and_(Hazard.kind == "hazard", IS_OPEN)
    elif filters.state:
        yield Hazard.state == _known("state", filters.state, HAZARD_STATES)
    if filters.level:
        yield Hazard.level == _known("level", filters.level, LEVELS)
    if filters.category:
        yield Hazard.category == _known("category", filters.category, CATEGORIES)
    if filters.kind:
        yield Hazard.kind == _known("kind", filters.kind, KINDS)
    if filters.source:
        yield Hazard.source == _known("source", filters.source, SOURCES)
    if filters.channel:
        yield Hazard.channel == _known("channel", filters.channel, CHANNELS)
    if filters.overdue:
        yield is_overdue_at(month_span(present_month()))
    if filters.age:
        yield _has_age(_known("age", filters.age, tuple(AGES)))
    yield from _dated(filters, _HAZARD_DATES)
    if filters.organisation_id is not None:
        yield Hazard.organisation_id == filters.organisation_id
    if filters.place:
        yield Hazard.place.contains(filters.place, autoescape=True)
    if filters.text:
        yield _says(filters.text.strip())


def of_rewards(filters: RewardFilters) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the filters; Invalid when one has a value that does not exist."""
    if filters.state:
        yield Reward.state == _known("state", filters.state, REWARD_STATES)
    yield from _dated(filters, _REWARD_DATES)
    if filters.organisation_id is not None:
        yield Reward.organisation_id == filters.organisation_id
    if filters.text:
        yield _of_number(filters.text.strip().upper())


def _dated(
    filters: HazardFilters | RewardFilters, dates: Mapping[str, _Dated]
) -> Iterator[ColumnElement[bool]]:
    """Say that the chosen moment has come for a row, in the month if one is chosen."""
    column, *conditions = dates[_known("dated", filters.dated, tuple(dates))]
    yield from conditions
    if filters.month:
        span = month_span(filters.month)
        yield and_(column >= span.start, column < span.end)
    elif filters.dated:
        # A bound, not merely "has come", leads SQLite to the index of the moment.
        yield column >= _LONG_AGO


def _has_age(key: str) -> ColumnElement[bool]:
    """Say that a hazard came onto the ledger so many days ago."""
    since, before = AGES[key]
    now, registered = clock.now(), aside(Hazard.registered_at)
    younger = [] if before is None else [registered > now - timedelta(days=before)]
    return and_(registered <= now - timedelta(days=since), *younger)


def _says(text: str) -> ColumnElement[bool]:
    """Say that a hazard has this number, or these words; a number is looked up, not searched."""
    match number_kind(text):
        case "BG":
            return _is_case(Hazard.organisation_id, Hazard.id, Instance, text)
        case "YH":
            return Hazard.number == text.upper()
        case "XH":
            return Hazard.closure_number == text.upper()
    columns = (Hazard.description, Hazard.place, Hazard.part)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def _of_number(text: str) -> ColumnElement[bool]:
    """Say that a reward, its case or its voucher has this number."""
    match number_kind(text):
        case "JL":
            return Reward.number == text
        case "BG":
            return _is_case(Reward.organisation_id, Reward.instance_id, Instance, text)
        case "YH":
            return _is_case(Reward.organisation_id, Reward.instance_id, Hazard, text)
    return func.upper(Reward.voucher) == text


def _is_case(owner: Any, id_: Any, table: Any, number: str) -> ColumnElement[bool]:
    """Say that a row is the case which has `number` in `table`: one step by the key."""

    def found(column: Any) -> Any:
        return select(column).where(table.number == number.upper()).scalar_subquery()

    return and_(owner == found(table.organisation_id), id_ == found(table.id))


def number_kind(text: str) -> str:
    """Give the kind of number that `text` is, BG, YH, XH or JL, or nothing."""
    kind, dash, _ = text.strip().upper().partition("-")
    return kind if dash and kind in ("BG", "YH", "XH", "JL") else ""


def _known(name: str, value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        raise Invalid(
            f"筛选条件“{name}”没有“{value[:40]}”这一项。",
            f"The filter '{name}' has no value '{value[:40]}'.",
            field=name,
        )
    return value
