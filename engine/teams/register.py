"""The register of workshops and teams: a tree, and what was changed in it by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.permissions import require
from engine.store import Organisation, User, new_id
from engine.store import tables as t

_MOST_CHANGES: Final = 100


@dataclass(frozen=True)
class Node:
    """A team and where it stands in the tree."""

    row: t.Team
    #: The names from the top down to its own.
    names: tuple[str, ...]
    #: How many open accounts are in it now, without those below.
    people: int

    @property
    def id(self) -> UUID:
        """Give its id."""
        return self.row.id

    @property
    def depth(self) -> int:
        """Give how many stand above it."""
        return len(self.names) - 1

    @property
    def path(self) -> str:
        """Give its name with those above it in front."""
        return "/".join(self.names)


def tree(session: Session, organisation_id: UUID | None) -> list[Node]:
    """Give the teams of an enterprise from the top down, the closed ones as well; two statements.

    For those who have asked already whether it may be read.
    """
    statement = select(t.Team).where(t.Team.organisation_id == organisation_id)
    ordered = statement.order_by(t.Team.name, t.Team.id)
    rows = session.scalars(ordered.execution_options(populate_existing=True)).all()
    present = (
        select(t.TeamMember.team_id, func.count().label("people"))
        .join(User, User.id == t.TeamMember.user_id)
        .where(
            t.TeamMember.organisation_id == organisation_id,
            t.TeamMember.until_on.is_(None),
            User.disabled_at.is_(None),
        )
        .group_by(t.TeamMember.team_id)
    )
    counted = {row.team_id: row.people for row in session.execute(present)}
    return list(_ordered(rows, counted))


def listed(session: Session, *, actor: Actor) -> list[Node]:
    """Give the teams of the actor's enterprise from the top down.

    Raises:
        NotAllowed: the role. NotFound: the actor works for no enterprise.
    """
    return tree(session, enterprise_of(actor))


def get(session: Session, team_id: UUID, *, actor: Actor) -> Node:
    """Give one team of the actor's enterprise.

    Raises:
        NotAllowed: the role. NotFound: none such, or another's.
    """
    found = next((node for node in listed(session, actor=actor) if node.id == team_id), None)
    if found is None:
        raise NotFound()
    return found


def below(nodes: Iterable[Node], team_id: UUID) -> set[UUID]:
    """Give a team and all below it."""
    found = {team_id}
    for node in nodes:
        # Whoever stands above comes first.
        if node.row.parent_id in found:
            found.add(node.id)
    return found


def changes(session: Session, team_id: UUID, *, actor: Actor) -> Sequence[Row[Any]]:
    """Give the latest changes of a team, the last one first: a `TeamChange` and `person`'s name.

    Raises:
        NotAllowed: the role.
    """
    own = enterprise_of(actor)
    statement = (
        select(t.TeamChange, User.name.label("person"))
        .outerjoin(User, User.id == t.TeamChange.by)
        .where(t.TeamChange.organisation_id == own, t.TeamChange.team_id == team_id)
        .order_by(t.TeamChange.at.desc(), t.TeamChange.id.desc())
        .limit(_MOST_CHANGES)
    )
    found: Sequence[Any] = session.execute(statement).all()
    return found


def enterprise_of(actor: Actor) -> UUID:
    """Give the enterprise whose register the actor keeps.

    Raises:
        NotAllowed: the role. NotFound: they work for none.
    """
    require(actor, "team:manage")
    if actor.organisation_kind != "enterprise" or actor.organisation_id is None:
        raise NotFound()
    return actor.organisation_id


def lock(session: Session, organisation_id: UUID) -> None:
    """Let the enterprise's teams be changed by one after the other."""
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True)
    )


def note(
    session: Session,
    row: t.Team,
    kind: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    actor: Actor,
) -> None:
    """Write down what was changed of a team."""
    session.add(
        t.TeamChange(
            organisation_id=row.organisation_id,
            id=new_id(),
            team_id=row.id,
            kind=kind,
            before=dict(before),
            after=dict(after),
            at=clock.now(),
            by=actor.user_id,
        )
    )
    session.flush()


def _ordered(rows: Sequence[t.Team], counted: Mapping[UUID, int]) -> Iterable[Node]:
    children: dict[UUID | None, list[t.Team]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    top = reversed(children.get(None, []))
    waiting: list[tuple[t.Team, tuple[str, ...]]] = [(row, (row.name,)) for row in top]
    while waiting:
        row, names = waiting.pop()
        yield Node(row, names, counted.get(row.id, 0))
        waiting += [(one, (*names, one.name)) for one in reversed(children.get(row.id, []))]
