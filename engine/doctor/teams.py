"""The register of teams: does the tree hold, and is everybody in one open team at a time?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.doctor.findings import Finding
from engine.store import Membership
from engine.store import tables as t
from engine.teams.keeping import DEEPEST

_TOGETHER = 1000


def examine_teams(session: Session, organisation_id: UUID | None) -> Iterator[Finding]:
    """Compare teams, those in them and their areas with each other.

    Args:
        organisation_id: look at the teams of one organisation only.
    """
    for owner, rows in groupby(_rows(session, t.Team, organisation_id), _owner):
        teams = {row.id: row for row in rows}
        for text in (*_tree(teams), *_stays(session, owner, teams), *_areas(session, owner, teams)):
            yield Finding(organisation_id=owner, instance_id=None, subject="teams", text=text)


def _tree(teams: dict[UUID, t.Team]) -> Iterator[str]:
    for row in teams.values():
        depth, at = 1, row
        while at.parent_id in teams and depth <= DEEPEST:
            depth, at = depth + 1, teams[at.parent_id]
        if depth > DEEPEST:
            yield f"{row.id}: it stands deeper than {DEEPEST} levels, or above itself"
        parent = teams.get(row.parent_id) if row.parent_id else None
        if parent is not None and row.closed_on is None and parent.closed_on is not None:
            yield f"{row.id}: it is open, and the one above it closed on {parent.closed_on}"


def _stays(session: Session, owner: UUID, teams: dict[UUID, t.Team]) -> Iterator[str]:
    """Nobody is in two teams on one day, in a closed one, or in one without working there."""
    members = set(
        session.scalars(select(Membership.user_id).where(Membership.organisation_id == owner))
    )
    before: Any = None
    for row in _rows(session, t.TeamMember, owner):
        what = f"{row.user_id} since {row.from_on}"
        if row.until_on is not None and row.until_on <= row.from_on:
            yield f"{what}: they left on {row.until_on}, before a day was over"
        if before is not None and before.user_id == row.user_id and _overlap(before, row):
            yield f"{what}: they are still in another team since {before.from_on}"
        team = teams.get(row.team_id)
        if row.until_on is None and team is not None and team.closed_on is not None:
            yield f"{what}: they are in {row.team_id}, which closed on {team.closed_on}"
        if row.until_on is None and row.user_id not in members:
            yield f"{what}: they are in {row.team_id} and do not work for the enterprise"
        before = row


def _overlap(before: Any, row: Any) -> bool:
    return before.until_on is None or before.until_on > row.from_on


def _areas(session: Session, owner: UUID, teams: dict[UUID, t.Team]) -> Iterator[str]:
    for row in _rows(session, t.TeamArea, owner):
        team = teams.get(row.team_id)
        if team is not None and team.closed_on is not None:
            yield f"{row.place}: {row.team_id} looks after it, which closed on {team.closed_on}"


def _rows(session: Session, table: Any, organisation_id: UUID | None) -> Iterator[Any]:
    statement = select(table).order_by(*table.__table__.primary_key.columns)
    if organisation_id is not None:
        statement = statement.where(table.organisation_id == organisation_id)
    yield from session.scalars(statement.execution_options(yield_per=_TOGETHER))


def _owner(row: Any) -> UUID:
    owner: UUID = row.organisation_id
    return owner
