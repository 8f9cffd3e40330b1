"""What is behind a figure: exactly the cases it counts, and nothing else (R-57)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import allows, require
from engine.statistics.figures import STANDING, Figure, get_figure
from engine.statistics.overlaps import Region
from engine.statistics.paging import Page, newest_first
from engine.statistics.scope import Enterprise, chosen_ids, enterprises, then
from engine.statistics.span import Span, month_span, year_span
from engine.store import Hazard, Month, Organisation, Reward, User
from engine.store.tables import MechanismRecord, Team, TeamArea

#: What the list of hazards shows; the reporter is not among it and cannot be.
HAZARD_COLUMNS = (
    *Hazard.__table__.c,
    Organisation.name.label("organisation_name"),
    Organisation.settings.label("organisation_settings"),
    User.name.label("rectifier_name"),
    Team.name.label("team_name"),
)
REWARD_COLUMNS = (
    *Reward.__table__.c,
    Organisation.name.label("organisation_name"),
    Hazard.report_number,
    Hazard.number.label("hazard_number"),
    Hazard.level,
    Hazard.kind,
)

#: What a list shows → the permission to read it, beside that for the figures themselves.
_LEDGERS: Final = {"hazard": ("ledger:read",), "reward": ("reward:read",)}


@dataclass(frozen=True)
class _Scope:
    """Over which enterprises, and which part of the list."""

    ids: Select[Any]
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
    region: Region | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Give the hazards, rewards or enterprises that a figure of the monthly table counts.

    Args:
        month, by, key: the figure's line; without a key the total's.
        indicator: the figure's key.
        cumulative: the figure from January on instead of the month's own.
        region: only of the enterprises in these parts of the table of overlaps.
        after: the cursor of the page before.

    Raises:
        NotAllowed: the actor may not read statistics, or not the ledger that the figure opens.
        Invalid: something is named that does not exist, or persons: they are never listed.
    """
    figure = get_figure(indicator)
    for permission in _permissions(figure):
        require(actor, permission)
    span = _span(figure, month, cumulative)
    ids = chosen_ids(actor, by, key, span)
    scope = _Scope(ids if region is None else region.narrow(ids, span), after, limit)
    match figure.opens:
        case "hazard":
            return _listed(session, select_hazards(), Hazard, figure, span, scope)
        case "reward":
            return _listed(session, select_rewards(), Reward, figure, span, scope)
        case "enterprise":
            return _enterprises(session, actor, figure, span, scope)
    raise Invalid(
        "人数不展开成名单，以保护报告人。",
        "Persons are counted, never listed, to protect those who report.",
        field="indicator",
    )


def may_open(actor: Actor, figure: Figure) -> bool:
    """Say whether the actor may see the list behind a figure, if it has one."""
    return bool(figure.opens) and all(allows(actor, needed) for needed in _permissions(figure))


def _permissions(figure: Figure) -> tuple[str, ...]:
    return ("statistics:read", *_LEDGERS.get(figure.opens, ()))


def select_hazards() -> Any:
    """Select hazards with the names of their enterprise and of who has to rectify them.

    And of the team that looks after the place, which is no team of whoever reported it.
    """
    area = and_(TeamArea.organisation_id == Hazard.organisation_id, TeamArea.place == Hazard.place)
    team = and_(Team.organisation_id == TeamArea.organisation_id, Team.id == TeamArea.team_id)
    return (
        select(*HAZARD_COLUMNS)
        .join(Organisation, Organisation.id == Hazard.organisation_id)
        .outerjoin(User, User.id == Hazard.rectifier_id)
        .outerjoin(TeamArea, area)
        .outerjoin(Team, team)
    )


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


def _listed(
    session: Session, shown: Any, table: Any, figure: Figure, span: Span, scope: _Scope
) -> Page[Row[Any]]:
    chosen = select(table.organisation_id, table.id).where(figure.condition(span))
    at, owners = figure.moment, scope.ids
    return newest_first(session, shown, chosen, at, scope.after, scope.limit, owners=owners)


def _enterprises(
    session: Session, actor: Actor, figure: Figure, span: Span, scope: _Scope
) -> Page[Enterprise]:
    """Give a page of enterprises in order of their names; the cursor is the id of the last."""
    status = then(Organisation.status, span.stood_on)
    is_active = getattr(status, "element", status) == "active"
    condition = and_(is_active, Organisation.id.in_(scope.ids), *_reached(figure, span))
    found = enterprises(session, actor, span, condition, scope.after, scope.limit + 1)
    is_last = len(found) <= scope.limit
    return Page(found[: scope.limit], None if is_last else found[scope.limit - 1].id.hex)


def _reached(figure: Figure, span: Span) -> list[ColumnElement[bool]]:
    """Say in SQL what of an active enterprise a figure asks."""
    established, implemented = MechanismRecord.established_on, MechanismRecord.implemented_on
    if figure.key == "silent":
        heard = select(Month.month).where(
            Month.organisation_id == Organisation.id,
            Month.month.between(span.first, span.last),
            Month.reported > 0,
        )
        return [~heard.exists()]
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "established": [established <= span.last_on],
        "established_new": [established.between(span.last_on.replace(day=1), span.last_on)],
        "implemented": [implemented <= span.last_on],
    }
    return conditions.get(figure.key, [])
