"""What is behind a figure: exactly the cases it counts, and nothing else (R-57)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import require
from engine.statistics.figures import STANDING, Figure, get_figure
from engine.statistics.monthly import mechanism_of
from engine.statistics.paging import Page, aside, newest_first
from engine.statistics.scope import Enterprise, chosen_ids, enterprises
from engine.statistics.span import Span, month_span, year_span
from engine.store import Hazard, Month, Organisation, Reward

#: What the list of hazards shows; the reporter is not among it and cannot be.
HAZARD_COLUMNS = (*Hazard.__table__.c, Organisation.name.label("organisation_name"))
REWARD_COLUMNS = (
    *Reward.__table__.c,
    Organisation.name.label("organisation_name"),
    Hazard.report_number,
    Hazard.number.label("hazard_number"),
    Hazard.level,
    Hazard.kind,
)

_BY_REPORT: Final = {"reported", "reported_suggestions", "signals", "others"}


@dataclass(frozen=True)
class _Scope:
    """Over which enterprises, and which part of the list."""

    ids: Select[Any]
    key: str | None
    after: str | None
    limit: int


def cases(
    session: Session,
    *,
    actor: Actor,
    month: str,
    indicator: str,
    by: str = "enterprise",
    key: str | None = None,
    cumulative: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Give the hazards, rewards or enterprises that a figure of the monthly table counts.

    Args:
        month, by, key: the figure's line; without a key the total's.
        indicator: the figure's key.
        cumulative: the figure from January on instead of the month's own.
        after: the cursor of the page before.

    Raises:
        NotAllowed: the actor may not read statistics or, for a reward, the reward ledger.
        Invalid: something is named that does not exist, or persons: they are never listed.
    """
    require(actor, "statistics:read")
    figure = get_figure(indicator)
    span = _span(figure, month, cumulative)
    scope = _Scope(chosen_ids(actor, by, key), key, after, limit)
    match figure.opens:
        case "hazard":
            return _hazards(session, figure, span, scope)
        case "reward":
            require(actor, "reward:read")
            return _rewards(session, figure, span, scope)
        case "enterprise":
            return Page(_enterprises(session, actor, figure, span, by, key), None)
    raise Invalid(
        "人数不展开成名单，以保护报告人。",
        "Persons are counted, never listed, to protect those who report.",
        field="indicator",
    )


def select_hazards() -> Any:
    """Select hazards with the name of their enterprise."""
    return select(*HAZARD_COLUMNS).join(Organisation, Organisation.id == Hazard.organisation_id)


def select_rewards() -> Any:
    """Select rewards with the name of their enterprise and the numbers of their case."""
    same_case = (Hazard.organisation_id == Reward.organisation_id) & (
        Hazard.id == Reward.instance_id
    )
    return (
        select(*REWARD_COLUMNS)
        .join(Organisation, Organisation.id == Reward.organisation_id)
        .outerjoin(Hazard, same_case)
    )


def _span(figure: Figure, month: str, cumulative: bool) -> Span:
    return year_span(month) if cumulative and figure.key not in STANDING else month_span(month)


def _hazards(session: Session, figure: Figure, span: Span, scope: _Scope) -> Page[Row[Any]]:
    # What is reported is asked by the moment that also orders the list.
    walked = figure.key in _BY_REPORT and scope.key is None
    owner = aside(Hazard.organisation_id) if walked else Hazard.organisation_id
    statement = select_hazards().where(figure.condition(span), owner.in_(scope.ids))
    at, id_ = Hazard.reported_at, Hazard.id
    return newest_first(session, statement, at, id_, scope.after, scope.limit, few=not walked)


def _rewards(session: Session, figure: Figure, span: Span, scope: _Scope) -> Page[Row[Any]]:
    owner = Reward.organisation_id.in_(scope.ids)
    statement = select_rewards().where(figure.condition(span), owner)
    at, id_ = Reward.proposed_at, Reward.id
    return newest_first(session, statement, at, id_, scope.after, scope.limit, few=True)


def _enterprises(
    session: Session, actor: Actor, figure: Figure, span: Span, by: str, key: str | None
) -> list[Enterprise]:
    chosen = [e for e in enterprises(session, actor, by) if key in (None, e.key)]
    if figure.key == "silent":
        heard = _heard(session, span, actor)
        return [e for e in chosen if e.is_active and e.id not in heard]
    return [e for e in chosen if mechanism_of(e, span)[figure.key]]


def _heard(session: Session, span: Span, actor: Actor) -> set[Any]:
    """Give the enterprises with at least one report in the span."""
    statement = (
        select(Month.organisation_id)
        .where(
            Month.month.between(span.first, span.last),
            Month.organisation_id.in_(chosen_ids(actor, "enterprise", None)),
        )
        .group_by(Month.organisation_id)
        .having(func.sum(Month.reported) > 0)
    )
    return set(session.scalars(statement))
