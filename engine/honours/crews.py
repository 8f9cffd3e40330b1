"""Teams that might be honoured: those of the register; where there is none, places stand for them.

Counted is what people reported in the places a team looks after, whoever they are, and how many of
the team reported by name, where that may be told (engine/participation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.hazards.counts import HUMAN_SOURCES, LEDGER_STATES, OPEN_STATES
from engine.honours import rules
from engine.participation.teams import by_team
from engine.statistics.span import Span
from engine.store import Hazard
from engine.store import tables as t
from engine.teams.register import Node, below, tree

#: So many places are looked at, where they stand for teams.
_MOST: Final = 20
_COUNTED: Final = ("verified", "closed", "overdue")
_NOTHING: Final[Mapping[str, int]] = dict.fromkeys(_COUNTED, 0)


@dataclass(frozen=True)
class Crew:
    """A team or a place, and what was counted in the period."""

    name: str
    basis: Mapping[str, int]
    team_id: UUID | None


def candidates(session: Session, period: str, *, actor: Actor) -> tuple[list[Crew], bool]:
    """Give those with something to show, the best first; and whether they are of the register.

    Raises:
        Invalid: the period.
    """
    nodes = _open(session, actor)
    if not nodes:
        return _places(session, actor, rules.span_of(period)), False
    found = [one for one in _crews(session, period, nodes, actor) if any(one.basis.values())]
    found.sort(key=lambda one: (-_of(one, "closed"), -_of(one, "verified"), one.name))
    return found, True


def basis_of(session: Session, period: str, team: str, *, actor: Actor) -> dict[str, int]:
    """Give what was counted of one team, by its path, or of one place.

    Raises:
        Invalid: the period.
    """
    node = find(session, team, actor=actor)
    if node is not None:
        nodes = _open(session, actor)
        crew = next(one for one in _crews(session, period, nodes, actor) if one.team_id == node.id)
        return dict(crew.basis)
    found = _places(session, actor, rules.span_of(period), team)
    return dict(found[0].basis) if found else {}


def find(session: Session, path: str, *, actor: Actor) -> Node | None:
    """Give the open team of the actor's enterprise with this path, or of this name if it is one's.

    None when there is none, or several have the name.
    """
    nodes = _open(session, actor)
    exact = next((node for node in nodes if node.path == path), None)
    named = [node for node in nodes if node.row.name == path]
    return exact or (named[0] if len(named) == 1 else None)


def _open(session: Session, actor: Actor) -> list[Node]:
    return [node for node in tree(session, actor.organisation_id) if node.row.closed_on is None]


def _crews(session: Session, period: str, nodes: list[Node], actor: Actor) -> list[Crew]:
    span = rules.span_of(period)
    counted = _by_area(session, actor.organisation_id, span)
    shown = {row.node.id: row.figures for row in by_team(session, period, actor=actor).rows}
    crews = []
    for node in nodes:
        parts = [counted.get(team, _NOTHING) for team in below(nodes, node.id)]
        basis = {key: sum(part[key] for part in parts) for key in _COUNTED}
        figures = shown.get(node.id)
        if figures is not None:
            basis["reporters"] = figures.reporters
        crews.append(Crew(node.path, basis, node.id))
    return crews


def _by_area(session: Session, own: UUID | None, span: Span) -> dict[UUID, Mapping[str, int]]:
    area = t.TeamArea
    same = and_(area.organisation_id == Hazard.organisation_id, area.place == Hazard.place)
    statement = (
        select(area.team_id, *_columns())
        .join(area, same)
        .where(*_found_by_people(own, span))
        .group_by(area.team_id)
    )
    return {row.team_id: _counts(row) for row in session.execute(statement)}


def _places(session: Session, actor: Actor, span: Span, place: str | None = None) -> list[Crew]:
    """Count by place what people reported there; of one place alone if given."""
    verified, closed, overdue = _columns()
    statement = (
        select(Hazard.place, verified, closed, overdue)
        .where(
            *_found_by_people(actor.organisation_id, span),
            Hazard.place != "" if place is None else Hazard.place == place,
            func.length(Hazard.place) <= rules.LONGEST["team"],
        )
        .group_by(Hazard.place)
        .order_by(closed.desc(), verified.desc(), Hazard.place)
        .limit(_MOST)
    )
    return [Crew(row.place, _counts(row), None) for row in session.execute(statement)]


def _found_by_people(own: UUID | None, span: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        Hazard.organisation_id == own,
        Hazard.kind == "hazard",
        Hazard.source.in_(HUMAN_SOURCES),
        Hazard.state.in_(LEDGER_STATES),
        Hazard.registered_at >= span.start,
        Hazard.registered_at < span.end,
    )


def _columns() -> tuple[Any, Any, Any]:
    is_late = and_(Hazard.state.in_(OPEN_STATES), Hazard.due_on < clock.local_date())
    return (
        func.count().label("verified"),
        _count(Hazard.state == "closed").label("closed"),
        _count(is_late).label("overdue"),
    )


def _counts(row: Any) -> Mapping[str, int]:
    return {key: int(getattr(row, key)) for key in _COUNTED}


def _of(crew: Crew, key: str) -> int:
    return crew.basis.get(key, 0)


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
