"""What reports have brought about in an enterprise, for everybody who works there (R-21).

Only what people of the house reported: what inspections and sensors found is no thanks to them. No
names, no exact spots and no days of reports: who wants to be named stands on the publicity sheet
and the list of honours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.hazards.counts import HUMAN_SOURCES
from engine.permissions import require
from engine.statistics.paging import Page, newest_first
from engine.statistics.span import Span
from engine.store import tables as t
from engine.teams.register import below, tree

_LATEST: Final = 20


@dataclass(frozen=True)
class Thanks:
    """The year so far, and a page of the hazards that are gone, the latest first."""

    year: int
    reported: int
    verified: int
    closed: int
    rewarded: int
    adopted: int
    #: Columns: id, place, description, level, closed_at; and of the typical case that was made of
    #: it and published, if one was, slug and photos: those its enterprise agreed to show.
    gone: Page[Any]


@dataclass(frozen=True)
class Fixed:
    """A team, and how many hazards are gone this year from the places it looks after."""

    team_id: UUID
    name: str
    depth: int
    closed: int


def read(
    session: Session, *, actor: Actor, after: str | None = None, team_id: UUID | None = None
) -> Thanks:
    """Give what reports brought about in the actor's enterprise this year.

    Args:
        after: the cursor of the page before.
        team_id: list only what is gone from the places this team, or one below it, looks after.

    Raises:
        NotAllowed: the role. NotFound: the actor works for no enterprise, or no such team.
        Invalid: the cursor.
    """
    require(actor, "report:create")
    if actor.organisation_kind != "enterprise":
        raise NotFound()
    year = clock.local_date().year
    month = t.Month
    sums = session.execute(
        select(
            func.coalesce(func.sum(month.reported), 0).label("reported"),
            func.coalesce(func.sum(month.verified), 0).label("verified"),
            func.coalesce(func.sum(month.closed), 0).label("closed"),
            func.coalesce(func.sum(month.paid_count), 0).label("rewarded"),
            func.coalesce(func.sum(month.adopted), 0).label("adopted"),
        ).where(
            month.organisation_id == actor.organisation_id,
            month.month.between(f"{year}-01", f"{year}-12"),
        )
    ).one()
    hazard = t.Hazard
    chosen = select(hazard.organisation_id, hazard.id).where(
        hazard.organisation_id == actor.organisation_id,
        hazard.closed_at.is_not(None),
        hazard.kind == "hazard",
        hazard.state == "closed",
        hazard.source.in_(HUMAN_SOURCES),
    )
    if team_id is not None:
        chosen = chosen.where(hazard.place.in_(_places(session, actor, team_id)))
    practice = t.Practice
    shown = select(
        hazard.id,
        hazard.place,
        hazard.description,
        hazard.level,
        hazard.closed_at,
        practice.slug,
        practice.photos,
    ).outerjoin(
        practice,
        (practice.organisation_id == hazard.organisation_id)
        & (practice.instance_id == hazard.id)
        & (practice.state == "published"),
    )
    gone = newest_first(session, shown, chosen, hazard.closed_at, after, _LATEST)  # type: ignore[arg-type]
    return Thanks(
        year=year,
        reported=int(sums.reported),
        verified=int(sums.verified),
        closed=int(sums.closed),
        rewarded=int(sums.rewarded),
        adopted=int(sums.adopted),
        gone=gone,
    )


def by_team(session: Session, *, actor: Actor) -> list[Fixed]:
    """Give the open teams from the top down with what is gone this year from their places.

    It says nothing of who reported: where a hazard was is no team of whoever saw it.

    Raises:
        NotAllowed: the role. NotFound: the actor works for no enterprise.
    """
    require(actor, "report:create")
    if actor.organisation_kind != "enterprise":
        raise NotFound()
    own, hazard, area = actor.organisation_id, t.Hazard, t.TeamArea
    year = clock.local_date().year
    span = Span(f"{year}-01", f"{year}-12")
    counted = (
        select(area.team_id, func.count().label("closed"))
        .join(
            hazard, (hazard.organisation_id == area.organisation_id) & (hazard.place == area.place)
        )
        .where(
            hazard.organisation_id == own,
            hazard.kind == "hazard",
            hazard.state == "closed",
            hazard.source.in_(HUMAN_SOURCES),
            hazard.closed_at >= span.start,
            hazard.closed_at < span.end,
        )
        .group_by(area.team_id)
    )
    closed = {row.team_id: row.closed for row in session.execute(counted)}
    nodes = [node for node in tree(session, own) if node.row.closed_on is None]
    return [
        Fixed(
            node.id,
            node.row.name,
            node.depth,
            sum(closed.get(team, 0) for team in below(nodes, node.id)),
        )
        for node in nodes
    ]


def _places(session: Session, actor: Actor, team_id: UUID) -> Select[Any]:
    nodes = tree(session, actor.organisation_id)
    if all(node.id != team_id for node in nodes):
        raise NotFound()
    return select(t.TeamArea.place).where(
        t.TeamArea.organisation_id == actor.organisation_id,
        t.TeamArea.team_id.in_(below(nodes, team_id)),
    )
