"""The hazard ledger and the reward ledger as lists, filtered and page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.hazards.counts import ORIGINS
from engine.permissions import require
from engine.statistics.cases import select_hazards, select_rewards
from engine.statistics.figures import IS_OPEN, is_overdue_at
from engine.statistics.paging import Page, aside, newest_first
from engine.statistics.scope import named_like, visible_in_order
from engine.statistics.span import Span, month_span, present_month
from engine.store import Hazard, Instance, Month, Reward, visible_to

#: "open" stands for both states in which a registered hazard waits.
HAZARD_STATES: Final = (
    "open", "reported", "verified", "rectified", "closed", "dismissed", "cancelled",
)  # fmt: skip
REWARD_STATES: Final = ("proposed", "approved", "paid", "received", "refused")
LEVELS: Final = ("general", "major")
CATEGORIES: Final = ("human", "object", "environment", "management")
KINDS: Final = ("hazard", "suggestion")
#: The rows of so many enterprises are found by enterprise; those of more by walking in time.
_FEW_UNITS: Final = 20


@dataclass(frozen=True, kw_only=True)
class HazardFilters:
    """Which hazards to list; whatever is empty does not narrow."""

    state: str = ""
    level: str = ""
    category: str = ""
    kind: str = ""
    #: Part of the place's name.
    place: str = ""
    #: The month of the report.
    month: str = ""
    #: A number (BG-…, YH-…, XH-…), or words of the description or place.
    text: str = ""
    #: Only those past their day today.
    overdue: bool = False
    organisation_id: UUID | None = None
    #: Part of the enterprise's name, for those who see many.
    unit: str = ""

    @property
    def leave_few(self) -> bool:
        """Say whether an index leads straight to the few rows that are left over."""
        return self.overdue or bool(_number(self.text))


@dataclass(frozen=True, kw_only=True)
class RewardFilters:
    """Which rewards to list; whatever is empty does not narrow."""

    state: str = ""
    #: The month in which it was proposed.
    month: str = ""
    #: A number (JL-…, BG-…, YH-…) or a voucher.
    text: str = ""
    organisation_id: UUID | None = None
    #: Part of the enterprise's name, for those who see many.
    unit: str = ""

    @property
    def leave_few(self) -> bool:
        """Say whether an index leads straight to the few rows that are left over."""
        return bool(_number(self.text))


@dataclass(frozen=True)
class Balance:
    """The ledger's balance in a month, over hazards of every source."""

    opening: int
    #: Put on the ledger in the month.
    new: int
    closed: int
    #: Of those open at the end, how many are past their day.
    overdue: int

    @property
    def closing(self) -> int:
        """Give what is open at the end."""
        return self.opening + self.new - self.closed


def hazards(
    session: Session,
    *,
    actor: Actor,
    filters: HazardFilters | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Row[Any]]:
    """Give a page of the hazard ledger, the newest report first.

    Each row has the columns of the hazard table and `organisation_name`.

    Raises:
        NotAllowed: the actor may not read the ledger. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "ledger:read")
    filters = filters or HazardFilters()
    chosen = select(Hazard.organisation_id, Hazard.id).where(*_of_hazards(filters))
    visible, few = _narrowed(session, actor, chosen, Hazard.organisation_id, filters)
    at = Hazard.reported_at
    return newest_first(session, select_hazards(), visible, at, after, limit, few=few)


def rewards(
    session: Session,
    *,
    actor: Actor,
    filters: RewardFilters | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Row[Any]]:
    """Give a page of the reward ledger, the latest proposal first.

    Each row has the columns of the reward table, `organisation_name`, and of its case
    `report_number`, `hazard_number`, `level` and `kind`. Nobody's name is among them.

    Raises:
        NotAllowed: the actor may not read the ledger. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "reward:read")
    filters = filters or RewardFilters()
    chosen = select(Reward.organisation_id, Reward.id).where(*_of_rewards(filters))
    visible, few = _narrowed(session, actor, chosen, Reward.organisation_id, filters)
    at = Reward.proposed_at
    return newest_first(session, select_rewards(), visible, at, after, limit, few=few)


def balance(session: Session, *, actor: Actor, month: str | None = None) -> Balance:
    """Give the balance of the ledger in `month`, by default the present one.

    Raises:
        NotAllowed: the actor may not read the ledger. Invalid: the month is wrong.
    """
    require(actor, "ledger:read")
    span = month_span(month or present_month())
    new, closed = (sum(getattr(Month, names[at]) for names in ORIGINS.values()) for at in (1, 2))
    before = _sum_of(session, actor, new - closed, Month.month < span.first)
    within = Month.month == span.first
    late = select(func.count()).select_from(Hazard).where(is_overdue_at(span))
    return Balance(
        opening=before,
        new=_sum_of(session, actor, new, within),
        closed=_sum_of(session, actor, closed, within),
        overdue=session.execute(visible_to(actor, late)).scalar_one(),
    )


def _sum_of(session: Session, actor: Actor, what: Any, condition: ColumnElement[bool]) -> int:
    statement = select(func.coalesce(func.sum(what), 0)).select_from(Month).where(condition)
    return int(session.execute(visible_to(actor, statement)).scalar_one())


def _of_hazards(filters: HazardFilters) -> Iterator[ColumnElement[bool]]:
    if filters.state == "open":
        yield IS_OPEN
    elif filters.state:
        yield Hazard.state == _known("state", filters.state, HAZARD_STATES)
    if filters.level:
        yield Hazard.level == _known("level", filters.level, LEVELS)
    if filters.category:
        yield Hazard.category == _known("category", filters.category, CATEGORIES)
    if filters.kind:
        yield Hazard.kind == _known("kind", filters.kind, KINDS)
    if filters.overdue:
        yield is_overdue_at(month_span(present_month()))
    if filters.month:
        yield from _in_month(Hazard.reported_at, month_span(filters.month))
    if filters.organisation_id is not None:
        yield Hazard.organisation_id == filters.organisation_id
    if filters.place:
        yield Hazard.place.contains(filters.place, autoescape=True)
    if filters.text:
        yield _says(filters.text.strip())


def _of_rewards(filters: RewardFilters) -> Iterator[ColumnElement[bool]]:
    if filters.state:
        yield Reward.state == _known("state", filters.state, REWARD_STATES)
    if filters.month:
        yield from _in_month(Reward.proposed_at, month_span(filters.month))
    if filters.organisation_id is not None:
        yield Reward.organisation_id == filters.organisation_id
    if filters.text:
        yield _of_number(filters.text.strip().upper())


def _in_month(column: Any, span: Span) -> Iterator[ColumnElement[bool]]:
    yield column >= span.start
    yield column < span.end


def _says(text: str) -> ColumnElement[bool]:
    """Say that a hazard has this number, or these words; a number is looked up, not searched."""
    match _number(text):
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
    match _number(text):
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


def _number(text: str) -> str:
    """Give the kind of number that `text` is, BG, YH, XH or JL, or nothing."""
    kind, dash, _ = text.strip().upper().partition("-")
    return kind if dash and kind in ("BG", "YH", "XH", "JL") else ""


def _narrowed(
    session: Session, actor: Actor, chosen: Any, owner: Any, filters: HazardFilters | RewardFilters
) -> tuple[Any, bool]:
    """Narrow to what the actor may see, and say whether that is found rather than walked to."""
    if filters.unit:
        named = named_like(actor, filters.unit)
        some = session.scalars(named.limit(_FEW_UNITS + 1)).all()
        if len(some) <= _FEW_UNITS:
            return chosen.where(owner.in_(some)), True
        return chosen.where(aside(owner).in_(named)), filters.leave_few
    if filters.leave_few:
        return visible_to(actor, chosen), True
    return visible_in_order(actor, chosen, owner), False


def _known(name: str, value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        raise Invalid(
            f"筛选条件“{name}”没有“{value[:40]}”这一项。",
            f"The filter '{name}' has no value '{value[:40]}'.",
            field=name,
        )
    return value
