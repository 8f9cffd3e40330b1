"""The hazard ledger and the reward ledger as lists, filtered and page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import NotFound
from engine.hazards.counts import ORIGINS
from engine.permissions import require
from engine.statistics.cases import select_hazards, select_rewards
from engine.statistics.figures import is_overdue_at
from engine.statistics.filters import (
    HAZARD_NUMBERS,
    HazardFilters,
    RewardFilters,
    number_kind,
    of_hazards,
    of_rewards,
)
from engine.statistics.paging import Page, aside, newest_first
from engine.statistics.scope import is_over_many, named_like, visible_in_order
from engine.statistics.span import month_span, present_month
from engine.store import Hazard, Month, Reward, organisations_of, visible_to
from engine.store.visibility import UNDER, Sight

#: The rows of so many enterprises are found by enterprise; those of more by walking in time.
_FEW_UNITS: Final = 20


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
    sight: Sight = UNDER,
) -> Page[Row[Any]]:
    """Give a page of the hazard ledger, the newest first.

    Each row has the columns of the hazard table and `organisation_name`.

    Args:
        sight: "beside" for the one enterprise of the filter that the actor's department supervises
            besides; whether a ground was stated is for the caller to ask.

    Raises:
        NotAllowed: the actor may not read the ledger. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "ledger:read")
    filters = filters or HazardFilters()
    chosen: Any = select(Hazard.organisation_id, Hazard.id).where(*of_hazards(filters))
    if sight == "beside":
        chosen = visible_to(actor, chosen, sight=sight)
        at: Any = filters.moment
        return newest_first(session, select_hazards(), chosen, at, after, limit, few=True)
    return _listed(session, actor, select_hazards(), chosen, filters, after, limit)


def get_hazard(session: Session, number: str, *, actor: Actor) -> Row[Any]:
    """Give the row of the hazard ledger that has this report, ledger or closure number.

    Raises:
        NotAllowed: the actor may not read the ledger. NotFound: none, or not theirs to see.
    """
    require(actor, "ledger:read")
    if number_kind(number) not in HAZARD_NUMBERS:
        raise NotFound()
    found = hazards(session, actor=actor, filters=HazardFilters(text=number), limit=1)
    if not found.items:
        raise NotFound()
    return found.items[0]


def rewards(
    session: Session,
    *,
    actor: Actor,
    filters: RewardFilters | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Row[Any]]:
    """Give a page of the reward ledger, the latest first.

    Each row has the columns of the reward table, `organisation_name`, and of its case
    `report_number`, `hazard_number`, `level` and `kind`. Nobody's name is among them.

    Raises:
        NotAllowed: the actor may not read the ledger. Invalid: a filter or the cursor is wrong.
    """
    require(actor, "reward:read")
    filters = filters or RewardFilters()
    chosen = select(Reward.organisation_id, Reward.id).where(*of_rewards(filters))
    return _listed(session, actor, select_rewards(), chosen, filters, after, limit)


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


def _listed(
    session: Session,
    actor: Actor,
    shown: Any,
    chosen: Any,
    filters: HazardFilters | RewardFilters,
    after: str | None,
    limit: int,
) -> Page[Row[Any]]:
    """Give a page of what the actor may see, along the index that leads to it soonest."""
    at, few, owners = filters.moment, filters.leave_few, None
    owner = at.class_.organisation_id
    if filters.unit:
        named = named_like(actor, filters.unit)
        some = session.scalars(named.limit(_FEW_UNITS + 1)).all()
        is_few = len(some) <= _FEW_UNITS
        chosen = chosen.where(owner.in_(some) if is_few else aside(owner).in_(named))
        few = few or is_few
    elif few:
        chosen = visible_to(actor, chosen)
    elif filters.dated and is_over_many(actor):
        owners = organisations_of(actor)
    else:
        chosen = visible_in_order(actor, chosen, owner)
    return newest_first(session, shown, chosen, at, after, limit, few=few, owners=owners)
