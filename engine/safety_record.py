"""The personal safety record 个人安全贡献记录: what somebody's reports brought about (R-30).

Nothing is kept of it: it is counted when it is read. The vault answers "is it me?" for the person
alone; those who appraise see the records of people who agreed to it, and only as much as they
agreed to. Reports made in confidence count for others only when the person says so; anonymous
ones are bound to nobody, and count for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from engine import clock, reporters
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.store import tables as t
from engine.store import upsert
from engine.store.types import Id

SCOPES: Final[Mapping[str, Message]] = {
    "counts": Message("只看件数，实名报告", "Counts of what I reported by name"),
    "counts_and_amounts": Message("件数和奖励金额，实名报告", "Counts and rewards, by name"),
    "all_counts": Message("只看件数，实名和保密报告", "Counts, by name and in confidence"),
    "all_counts_and_amounts": Message(
        "件数和奖励金额，实名和保密报告", "Counts and rewards, by name and in confidence"
    ),
}
_CONFIDENTIAL: Final = "all_"
#: So many records one list shows.
MOST: Final = 200


@dataclass(frozen=True)
class Record:
    """What somebody contributed, in one year or in all."""

    #: None for all years together.
    year: int | None
    reported: int
    verified: int
    major: int
    closed: int
    suggestions: int
    adopted: int
    rewards: int
    #: Paid, in fen; None where it is not to be seen.
    paid_fen: int | None


@dataclass(frozen=True)
class Shown:
    """The record of somebody who agreed that it is seen."""

    user_id: UUID
    name: str
    scope: str
    given_at: datetime
    total: Record


def own(session: Session, *, actor: Actor) -> list[Record]:
    """Give the actor's own record: all years together first, then each, the latest first."""
    require(actor, "safety_record:own")
    ids = reporters.own_ids(session, actor=actor)
    if ids is None:
        return [_summed(None, [])]
    mine = ids.subquery()
    cases = session.execute(_counted(mine, actor.organisation_id)).all()
    years = sorted({_year(row) for row in cases}, reverse=True)
    each = [_summed(year, [row for row in cases if _year(row) == year]) for year in years]
    return [_summed(None, cases), *each]


def consent_of(session: Session, *, actor: Actor) -> t.SafetyConsent | None:
    """Give what the actor agreed to, None when they did not or took it back."""
    require(actor, "safety_record:own")
    row = session.get(t.SafetyConsent, (actor.organisation_id, actor.user_id))
    return row if row is not None and row.withdrawn_at is None else None


def consent(session: Session, scope: str, *, actor: Actor) -> None:
    """Agree that those who appraise see one's record, as far as `scope` says.

    Raises:
        InvalidAnswers: there is no such scope.
    """
    require(actor, "safety_record:own")
    if scope not in SCOPES:
        raise InvalidAnswers({"scope": [Message("请选择一项。", "Choose one.")]})
    if actor.user_id is None:
        raise NotFound()
    statement = upsert(session)(t.SafetyConsent.__table__).values(
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        scope=scope,
        given_at=clock.now(),
        withdrawn_at=None,
    )
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "user_id"],
            set_={
                "scope": statement.excluded.scope,
                "given_at": statement.excluded.given_at,
                "withdrawn_at": None,
            },
        )
    )


def withdraw(session: Session, *, actor: Actor) -> None:
    """Take one's consent back: from then on nobody else sees the record."""
    require(actor, "safety_record:own")
    row = session.get(t.SafetyConsent, (actor.organisation_id, actor.user_id))
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = clock.now()


def agreed(session: Session, *, actor: Actor, year: int | None = None) -> list[Shown]:
    """Give the records of the members who agreed to it, the most verified first.

    Args:
        year: of that year alone.

    Raises:
        NotAllowed: the actor does not appraise.
    """
    require(actor, "safety_record:appraise")
    people = _agreeing(session, actor)
    if not people:
        return []
    found: dict[UUID, list[Any]] = {}
    for row in session.execute(_of_many(session, people, actor)):
        if year is None or _year(row) == year:
            found.setdefault(row.person, []).append(row)
    shown = []
    for person in people:
        cases = found.get(person.user_id, [])
        if not person.scope.startswith(_CONFIDENTIAL):
            cases = [row for row in cases if row.mode == "named"]
        total = _summed(year, cases)
        if not person.scope.endswith("amounts"):
            total = replace(total, paid_fen=None)
        shown.append(Shown(person.user_id, person.name, person.scope, person.given_at, total))
    return sorted(shown, key=lambda one: (-one.total.verified, -one.total.reported, one.name))


def _agreeing(session: Session, actor: Actor) -> Sequence[Any]:
    member = (
        select(t.Membership.user_id)
        .where(t.Membership.organisation_id == actor.organisation_id)
        .distinct()
    )
    statement = (
        select(
            t.SafetyConsent.user_id, t.User.name, t.SafetyConsent.scope, t.SafetyConsent.given_at
        )
        .join(t.User, t.User.id == t.SafetyConsent.user_id)
        .where(
            t.SafetyConsent.organisation_id == actor.organisation_id,
            t.SafetyConsent.withdrawn_at.is_(None),
            t.User.disabled_at.is_(None),
            t.SafetyConsent.user_id.in_(member),
        )
        .order_by(t.User.name, t.User.id)
        .limit(MOST)
    )
    return session.execute(statement).all()


def _of_many(session: Session, people: Sequence[Any], actor: Actor) -> Any:
    """Select the cases of people who agreed; the vault is asked for each of them, in one query."""
    parts = []
    for one in people:
        person = replace(actor, user_id=one.user_id)
        ids = reporters.own_ids(session, actor=person).subquery()
        parts.append(select(literal(one.user_id, Id()).label("person"), ids.c.instance_id))
    theirs = union_all(*parts).subquery()
    return _counted(theirs, actor.organisation_id, theirs.c.person)


def _counted(source: Any, owner: UUID | None, *more: Any) -> Any:
    """Select what of each case counts: one row a case, with what was paid for it."""
    paid = (
        select(func.sum(t.Reward.paid_fen))
        .where(
            t.Reward.organisation_id == t.Hazard.organisation_id,
            t.Reward.instance_id == t.Hazard.id,
        )
        .correlate(t.Hazard)
        .scalar_subquery()
    )
    verified = and_(t.Hazard.registered_at.is_not(None), t.Hazard.state != "cancelled")
    return (
        select(
            *more,
            t.Hazard.kind,
            t.Hazard.state,
            t.Hazard.level,
            t.Hazard.reported_at,
            case((verified, 1), else_=0).label("verified"),
            t.Instance.identity_mode.label("mode"),
            func.coalesce(paid, 0).label("paid"),
        )
        .select_from(source)
        .join(
            t.Hazard,
            and_(t.Hazard.organisation_id == owner, t.Hazard.id == source.c.instance_id),
        )
        .join(t.Instance, and_(t.Instance.organisation_id == owner, t.Instance.id == t.Hazard.id))
    )


def _year(row: Any) -> int:
    return clock.local_date(row.reported_at).year


def _summed(year: int | None, cases: Sequence[Any]) -> Record:
    hazards = [row for row in cases if row.kind == "hazard"]
    others = [row for row in cases if row.kind != "hazard"]
    verified = [row for row in hazards if row.verified]
    return Record(
        year=year,
        reported=len(hazards),
        verified=len(verified),
        major=sum(row.level == "major" for row in verified),
        closed=sum(row.state == "closed" for row in verified),
        suggestions=len(others),
        adopted=sum(row.state == "closed" for row in others),
        rewards=sum(row.paid > 0 for row in cases),
        paid_fen=sum(int(row.paid) for row in cases),
    )
