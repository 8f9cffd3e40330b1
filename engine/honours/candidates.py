"""Who might be honoured, counted: people who agreed to be named, and teams (R-30).

Of people only what they reported by name counts, without the cases they declined to be named for.
Nobody is on the list who did not agree, and nobody at all while too few others are left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine import naming
from engine.actors import Actor
from engine.errors import NotAllowed
from engine.hazards.counts import LEDGER_STATES
from engine.honours import crews, rules
from engine.permissions import require
from engine.statistics.span import Span
from engine.store import Hazard, Instance, Reporter, User
from engine.store import tables as t

#: So many of each are shown.
MOST: Final = 20
_MOST_FOUND: Final = 30
_LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class Candidate:
    """A person or a team, and what was counted in the period."""

    #: None for a team.
    user_id: UUID | None
    name: str = field(repr=False)
    basis: Mapping[str, int]
    #: Of the register of teams; None for a place that stands for one.
    team_id: UUID | None = None


@dataclass(frozen=True)
class Candidates:
    """Those with something to show, the best first."""

    people: Sequence[Candidate]
    teams: Sequence[Candidate]
    #: Whether people are left out because their names would give others away.
    is_held_back: bool
    #: Whether the teams are those of the register; else places stand for them.
    are_registered: bool = False


def candidates(session: Session, period: str, *, actor: Actor) -> Candidates:
    """Count the actor's enterprise in a period; a few statements.

    Raises:
        NotAllowed: the role, or no enterprise. Invalid: the period.
    """
    require(actor, "honour:propose")
    span = rules.span_of(period)
    people, held_back = _people(session, enterprise_of(actor), span)
    people.sort(key=lambda one: (-one.basis["verified"] - one.basis["adopted"], one.name))
    found, registered = crews.candidates(session, period, actor=actor)
    teams = [Candidate(None, one.name, one.basis, one.team_id) for one in found[:MOST]]
    return Candidates(people[:MOST], teams, held_back, registered)


def basis_of(
    session: Session, period: str, *, user_id: UUID | None, team: str, actor: Actor
) -> dict[str, int]:
    """Give what was counted of one person or team; empty where nothing is, or may be, said.

    Args:
        team: the path of a team of the register, or a place.
    """
    span = rules.span_of(period)
    if user_id is None:
        return crews.basis_of(session, period, team, actor=actor)
    people, _held_back = _people(session, enterprise_of(actor), span)
    return next((dict(one.basis) for one in people if one.user_id == user_id), {})


def enterprise_of(actor: Actor) -> UUID:
    """Give the actor's enterprise.

    Raises:
        NotAllowed: they work for none.
    """
    if actor.organisation_kind != "enterprise" or actor.organisation_id is None:
        raise NotAllowed(
            "荣誉由企业自己评定。", "Honours are given by enterprises to their own people."
        )
    return actor.organisation_id


def _people(session: Session, own: UUID, span: Span) -> tuple[list[Candidate], bool]:
    """Give those who agreed and have something to show; whether they have to be left out."""
    known = naming.people(session, own)
    agreed = {key: one for key, one in known.items() if one.agrees}
    if not agreed:
        return [], False
    if not naming.leaves_enough(session, own, known, len(agreed)):
        return [], True
    counted = _of_people(session, own, span)
    found = [
        Candidate(one.user_id, one.name, counted[key])
        for key, one in agreed.items()
        if key in counted
    ]
    return found, False


def find_people(session: Session, words: str, *, actor: Actor) -> Sequence[Any]:
    """Find members to propose by a part of their name; columns: id, name. At most thirty.

    Raises:
        NotAllowed: the role.
    """
    require(actor, "honour:propose")
    wanted = " ".join(words.split())
    if not wanted.isprintable() or not 0 < len(wanted) <= _LONGEST_NAME:
        return []
    statement = (
        select(User.id, User.name)
        .where(
            User.id.in_(members_of(actor)),
            User.id != actor.user_id,
            User.disabled_at.is_(None),
            User.name.contains(wanted, autoescape=True),
        )
        .order_by(User.name, User.id)
        .limit(_MOST_FOUND)
    )
    return session.execute(statement).all()


def members_of(actor: Actor) -> Any:
    """Select the ids of those who work for the actor's enterprise."""
    return select(t.Membership.user_id).where(t.Membership.organisation_id == actor.organisation_id)


def _of_people(session: Session, own: UUID, span: Span) -> dict[bytes, dict[str, int]]:
    """Count what was reported by name, by what the vault keeps of each reporter."""
    is_hazard = Hazard.kind == "hazard"
    registered = and_(
        is_hazard, Hazard.state.in_(LEDGER_STATES), _within(Hazard.registered_at, span)
    )
    adopted = and_(~is_hazard, Hazard.state == "closed", _within(Hazard.closed_at, span))
    choice = t.NamingChoice
    statement = (
        select(
            Reporter.user_digest,
            _count(registered).label("verified"),
            _count(and_(registered, Hazard.level == "major")).label("major"),
            _count(and_(registered, Hazard.state == "closed")).label("closed"),
            _count(adopted).label("adopted"),
        )
        .select_from(Hazard)
        .join(Instance, and_(Instance.organisation_id == own, Instance.id == Hazard.id))
        .join(Reporter, and_(Reporter.organisation_id == own, Reporter.instance_id == Hazard.id))
        .outerjoin(choice, and_(choice.organisation_id == own, choice.instance_id == Hazard.id))
        .where(
            Hazard.organisation_id == own,
            or_(registered, adopted),
            Instance.identity_mode == "named",
            Reporter.mode == "named",
            Reporter.user_digest.is_not(None),
            choice.agreed.is_not(False),
            or_(choice.agreed.is_(True), naming.is_own(own, Hazard.id)),
        )
        .group_by(Reporter.user_digest)
    )
    return {
        row.user_digest: {
            "verified": row.verified,
            "major": row.major,
            "closed": row.closed,
            "adopted": row.adopted,
        }
        for row in session.execute(statement)
    }


def _within(column: Any, span: Span) -> ColumnElement[bool]:
    return and_(column >= span.start, column < span.end)


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
