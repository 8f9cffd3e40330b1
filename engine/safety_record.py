"""The personal safety record 个人安全贡献记录: what somebody's reports brought about (R-30).

Nothing is kept of it: it is counted when it is read. The vault answers "is it me?" for the person
alone; those who appraise see the records of people who agreed to it, and only as much as they
agreed to. Reports made in confidence count for others only when the person says so; anonymous
ones are bound to nobody, and count for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine import clock, reporters
from engine.actors import Actor
from engine.errors import InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.store import tables as t
from engine.store import upsert

SCOPES: Final[Mapping[str, Message]] = {
    "counts": Message("只看件数，实名报告", "Counts of what I reported by name"),
    "counts_and_amounts": Message("件数和奖励金额，实名报告", "Counts and rewards, by name"),
    "all_counts": Message("只看件数，实名和保密报告", "Counts, by name and in confidence"),
    "all_counts_and_amounts": Message(
        "件数和奖励金额，实名和保密报告", "Counts and rewards, by name and in confidence"
    ),
}


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
    #: What it is worth that was given instead of money.
    noncash_fen: int | None


def own(session: Session, *, actor: Actor) -> list[Record]:
    """Give the actor's own record: all years together first, then each, the latest first."""
    require(actor, "safety_record:own")
    ids = reporters.own_ids(session, actor=actor)
    if ids is None:
        return [_summed(None, [])]
    mine = ids.subquery()
    cases = session.execute(counted(mine, actor.organisation_id)).all()
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


def counted(source: Any, owner: UUID | None, *more: Any) -> Any:
    """Select what of each case counts: one row a case, with what was paid and given for it."""
    rewarded = or_(t.Reward.paid_fen > 0, t.Reward.noncash_fen.is_not(None))
    given = {
        "paid": func.sum(t.Reward.paid_fen),
        "noncash": func.sum(t.Reward.noncash_fen),
        "rewarded": func.max(case((rewarded, 1), else_=0)),
    }
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
            *(_of_rewards(name, what) for name, what in given.items()),
        )
        .select_from(source)
        .join(
            t.Hazard,
            and_(t.Hazard.organisation_id == owner, t.Hazard.id == source.c.instance_id),
        )
        .join(t.Instance, and_(t.Instance.organisation_id == owner, t.Instance.id == t.Hazard.id))
    )


def _of_rewards(name: str, what: Any) -> Any:
    """Give in SQL what the rewards of a case come to, 0 when there are none."""
    same = (
        t.Reward.organisation_id == t.Hazard.organisation_id,
        t.Reward.instance_id == t.Hazard.id,
    )
    found = select(what).where(*same).correlate(t.Hazard).scalar_subquery()
    return func.coalesce(found, 0).label(name)


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
        rewards=sum(row.rewarded for row in cases),
        paid_fen=sum(int(row.paid) for row in cases),
        noncash_fen=sum(int(row.noncash) for row in cases),
    )
