"""The places that a team looks after, by the name that reports give them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Conflict, NotFound
from engine.membership import clean_name
from engine.store import Place
from engine.store import tables as t
from engine.teams.keeping import require_open
from engine.teams.register import enterprise_of, lock, note

_MOST_AREAS: Final = 1_000


def areas_of(session: Session, team_id: UUID, *, actor: Actor) -> list[str]:
    """Give the places a team looks after, by name.

    Raises:
        NotAllowed: the role.
    """
    own = enterprise_of(actor)
    statement = select(t.TeamArea.place).where(
        t.TeamArea.organisation_id == own, t.TeamArea.team_id == team_id
    )
    return sorted(session.scalars(statement))


def places_without_team(session: Session, *, actor: Actor) -> list[str]:
    """Give the places with a poster that no team looks after yet, by name.

    Raises:
        NotAllowed: the role.
    """
    own = enterprise_of(actor)
    taken = select(t.TeamArea.place).where(t.TeamArea.organisation_id == own)
    statement = select(Place.name).where(
        Place.organisation_id == own, Place.revoked_at.is_(None), Place.name.not_in(taken)
    )
    return sorted(session.scalars(statement.distinct()))


def team_of_places(session: Session, organisation_id: UUID | None) -> dict[str, UUID]:
    """Give which team looks after which place; for those who were asked already."""
    rows = session.execute(
        select(t.TeamArea.place, t.TeamArea.team_id).where(
            t.TeamArea.organisation_id == organisation_id
        )
    )
    return {row.place: row.team_id for row in rows}


def add_area(session: Session, team_id: UUID, place: str, *, actor: Actor) -> None:
    """Let a team look after a place; said twice, it does.

    Raises:
        NotAllowed: the role. NotFound: no such team. InvalidAnswers: the name.
        Conflict: the team is closed, or another one looks after the place.
    """
    own = enterprise_of(actor)
    place = clean_name(place)
    lock(session, own)
    team = session.get(t.Team, (own, team_id))
    if team is None:
        raise NotFound()
    require_open(team)
    known = session.get(t.TeamArea, (own, place), populate_existing=True)
    if known is not None and known.team_id == team_id:
        return
    if known is not None:
        other = session.get_one(t.Team, (own, known.team_id))
        raise Conflict(
            f"“{place}”已归“{other.name}”，请先从那里移出。",
            f"“{place}” is looked after by “{other.name}”; take it from there first.",
        )
    taken = team_of_places(session, own)
    if len(taken) >= _MOST_AREAS:
        raise Conflict(f"最多 {_MOST_AREAS} 个地点。", f"At most {_MOST_AREAS} places.")
    session.add(t.TeamArea(organisation_id=own, place=place, team_id=team_id))
    note(session, team, "area_added", {}, {"place": place}, actor=actor)


def remove_area(session: Session, team_id: UUID, place: str, *, actor: Actor) -> None:
    """Let a team no longer look after a place.

    Raises:
        NotAllowed: the role. NotFound: no such team.
    """
    own = enterprise_of(actor)
    lock(session, own)
    team = session.get(t.Team, (own, team_id))
    if team is None:
        raise NotFound()
    row = session.get(t.TeamArea, (own, " ".join(place.split())), populate_existing=True)
    if row is not None and row.team_id == team_id:
        session.delete(row)
        note(session, team, "area_removed", {"place": row.place}, {}, actor=actor)
