"""Who is in which team: moved from today on; what is over stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.statistics.paging import Page, after_name, name_cursor
from engine.store import Membership, User, new_id
from engine.store import tables as t
from engine.teams.keeping import require_open
from engine.teams.register import enterprise_of, lock

_PAGE: Final = 50
_MOST_FOUND: Final = 30
_LONGEST_NAME: Final = 100
#: As many parameters as every database takes in one statement.
_TOGETHER: Final = 500


@dataclass(frozen=True)
class Member:
    """Somebody with an account, and the team they are in."""

    user_id: UUID
    name: str
    login: str
    #: Their team and since when; None without one.
    team_id: UUID | None
    from_on: date | None


@dataclass(frozen=True)
class History:
    """A team somebody was in."""

    team_id: UUID
    from_on: date
    until_on: date | None


def put(session: Session, people: Mapping[UUID, UUID | None], *, actor: Actor) -> int:
    """Move members of the actor's enterprise into teams, or out of any, from today on.

    Args:
        people: user id → team id, None for no team.

    Returns:
        how many were moved; whoever is there already stays.

    Raises:
        NotAllowed: the role. NotFound: no such member or team. Conflict: the team is closed.
    """
    own = enterprise_of(actor)
    lock(session, own)
    _require_members(session, own, people)
    for wanted in {team for team in people.values() if team is not None}:
        row = session.get(t.Team, (own, wanted))
        if row is None:
            raise NotFound()
        require_open(row)
    present = _present(session, own, people)
    today = clock.local_date()
    moved = 0
    for user_id, team_id in people.items():
        here = present.get(user_id)
        if (here.team_id if here else None) == team_id:
            continue
        moved += 1
        _end(session, here, today, actor)
    session.flush()
    for user_id, team_id in people.items():
        here = present.get(user_id)
        if team_id is None or (here is not None and here.team_id == team_id):
            continue
        session.add(
            t.TeamMember(organisation_id=own, user_id=user_id, from_on=today, team_id=team_id)
        )
        _note(session, own, team_id, "joined", user_id, actor)
    session.flush()
    return moved


def members(
    session: Session,
    teams: Collection[UUID],
    *,
    actor: Actor,
    after: str | None = None,
    limit: int = _PAGE,
) -> Page[Member]:
    """Give a page of those who are in some teams now, in order of name.

    Raises:
        NotAllowed: the role. Invalid: the cursor.
    """
    own = enterprise_of(actor)
    statement = (
        select(User.id, User.name, User.login, t.TeamMember.team_id, t.TeamMember.from_on)
        .join(t.TeamMember, t.TeamMember.user_id == User.id)
        .where(
            t.TeamMember.organisation_id == own,
            t.TeamMember.until_on.is_(None),
            t.TeamMember.team_id.in_(list(teams)),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(after_name(User.name, User.id, after))
    rows = [Member(*row) for row in session.execute(statement)]
    if len(rows) <= limit:
        return Page(rows, None)
    last = rows[limit - 1]
    return Page(rows[:limit], name_cursor(last.user_id, last.name))


def find_people(session: Session, words: str, *, actor: Actor) -> Sequence[Member]:
    """Find members by a part of their name or their login, with their teams. At most thirty.

    Raises:
        NotAllowed: the role.
    """
    own = enterprise_of(actor)
    wanted = " ".join(words.split())
    if not wanted.isprintable() or not 0 < len(wanted) <= _LONGEST_NAME:
        return []
    theirs = select(Membership.user_id).where(Membership.organisation_id == own)
    place = t.TeamMember
    statement = (
        select(User.id, User.name, User.login, place.team_id, place.from_on)
        .outerjoin(
            place,
            (place.organisation_id == own) & (place.user_id == User.id) & place.until_on.is_(None),
        )
        .where(
            User.id.in_(theirs),
            User.disabled_at.is_(None),
            User.name.contains(wanted, autoescape=True) | (User.login == wanted.lower()),
        )
        .order_by(User.name, User.id)
        .limit(_MOST_FOUND)
    )
    return [Member(*row) for row in session.execute(statement)]


def member_by_login(session: Session, login: str, *, actor: Actor) -> UUID | None:
    """Give the member with this login, None when there is none.

    Raises:
        NotAllowed: the role.
    """
    own = enterprise_of(actor)
    theirs = select(Membership.user_id).where(Membership.organisation_id == own)
    wanted = login.strip().lower()
    if not wanted.isprintable():
        return None
    return session.scalar(select(User.id).where(User.login == wanted, User.id.in_(theirs)))


def teams_of(
    session: Session, organisation_id: UUID | None, people: Collection[UUID]
) -> dict[UUID, UUID]:
    """Give the team each of some people is in now; for those who were asked already."""
    if organisation_id is None:
        return {}
    present = _present(session, organisation_id, people)
    return {user_id: row.team_id for user_id, row in present.items()}


def history_of(session: Session, user_id: UUID, *, actor: Actor) -> list[History]:
    """Give the teams somebody was in, the latest first.

    Raises:
        NotAllowed: the role.
    """
    own = enterprise_of(actor)
    statement = (
        select(t.TeamMember.team_id, t.TeamMember.from_on, t.TeamMember.until_on)
        .where(t.TeamMember.organisation_id == own, t.TeamMember.user_id == user_id)
        .order_by(t.TeamMember.from_on.desc())
    )
    return [History(*row) for row in session.execute(statement)]


def _end(session: Session, here: t.TeamMember | None, today: date, actor: Actor) -> None:
    if here is None:
        return
    _note(session, here.organisation_id, here.team_id, "left", here.user_id, actor)
    if here.from_on == today:
        # They were not there for a day.
        session.delete(here)
    else:
        here.until_on = today


def _note(
    session: Session, own: UUID, team_id: UUID, kind: str, user_id: UUID, actor: Actor
) -> None:
    session.add(
        t.TeamChange(
            organisation_id=own, id=new_id(), team_id=team_id, kind=kind, before={},
            after={"user_id": str(user_id)}, at=clock.now(), by=actor.user_id,
        )
    )  # fmt: skip


def _present(session: Session, own: UUID, people: Collection[UUID]) -> dict[UUID, t.TeamMember]:
    found: dict[UUID, t.TeamMember] = {}
    for part in _parts(people):
        statement = select(t.TeamMember).where(
            t.TeamMember.organisation_id == own,
            t.TeamMember.user_id.in_(part),
            t.TeamMember.until_on.is_(None),
        )
        # Whoever waited for the lock reads what was written meanwhile.
        fresh = statement.execution_options(populate_existing=True)
        found |= {row.user_id: row for row in session.scalars(fresh)}
    return found


def _require_members(session: Session, own: UUID, people: Collection[UUID]) -> None:
    known: set[Any] = set()
    for part in _parts(people):
        statement = select(Membership.user_id).where(
            Membership.organisation_id == own, Membership.user_id.in_(part)
        )
        known |= set(session.scalars(statement))
    if not known.issuperset(people):
        raise NotFound()


def _parts(people: Collection[UUID]) -> list[list[UUID]]:
    ids = list(people)
    return [ids[at : at + _TOGETHER] for at in range(0, len(ids), _TOGETHER)]
