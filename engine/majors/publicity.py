"""The month's publicity sheet 公示单: hazards and rewards told to everybody, nobody named (R-71).

Staff are told how hazards are handled (安全生产法 arts. 41(2), 97(5)). A sheet on the wall must not
give away who reported: there are no names and no days of reports on it, and for a reporter who was
not named not the exact spot either (domain.md B7, C7.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import NotAllowed
from engine.permissions import require
from engine.statistics.span import Span, month_span
from engine.store import Hazard, Instance, Reward

#: A sheet is paper; a month with more is told in parts by its ledger.
MOST: Final = 300


@dataclass(frozen=True)
class Line:
    """One case on the sheet."""

    number: str
    #: hazard | suggestion
    kind: str
    description: str
    place: str
    level: str
    state: str
    #: Approved in the month, in fen; None when nothing was.
    reward_fen: int | None


@dataclass(frozen=True)
class Publicity:
    """What an enterprise makes public of a month."""

    month: str
    lines: Sequence[Line]
    #: Whether there are more than a sheet holds.
    is_cut: bool

    @property
    def total_fen(self) -> int:
        """Give the sum of the rewards on the sheet."""
        return sum(one.reward_fen or 0 for one in self.lines)


def publicity(session: Session, *, month: str, actor: Actor) -> Publicity:
    """Give what the actor's enterprise makes public of `month`: "2026-11".

    Cases entered into the ledger, closed or rewarded in the month; two statements.

    Raises:
        NotAllowed: the actor may not read both ledgers, or is of no enterprise.
        Invalid: the month is wrong.
    """
    require(actor, "ledger:read")
    require(actor, "reward:read")
    if actor.organisation_kind != "enterprise":
        raise NotAllowed(
            "公示单由企业自己印、自己贴。", "An enterprise prints and posts its own sheet."
        )
    span = month_span(month)
    rewards = _rewards(session, actor, span)
    rows = session.execute(_cases(actor, span)).all()
    lines = [_line(row, rewards.get(row.id)) for row in rows[:MOST]]
    return Publicity(month, lines, len(rows) > MOST)


def _rewards(session: Session, actor: Actor, span: Span) -> dict[Any, int]:
    statement = (
        select(Reward.instance_id, func.sum(Reward.approved_fen))
        .where(Reward.organisation_id == actor.organisation_id, *_approved_in(span))
        .group_by(Reward.instance_id)
    )
    return {row[0]: int(row[1] or 0) for row in session.execute(statement)}


def _cases(actor: Actor, span: Span) -> Any:
    rewarded = select(Reward.instance_id).where(
        Reward.organisation_id == actor.organisation_id, *_approved_in(span)
    )
    same = and_(Instance.organisation_id == Hazard.organisation_id, Instance.id == Hazard.id)
    return (
        select(
            Hazard.id,
            Hazard.number,
            Hazard.kind,
            Hazard.description,
            Hazard.place,
            Hazard.part,
            Hazard.level,
            Hazard.state,
            Instance.identity_mode,
        )
        .join(Instance, same)
        .where(
            Hazard.organisation_id == actor.organisation_id,
            Hazard.state.not_in(("dismissed", "cancelled")),
            or_(
                and_(Hazard.registered_at >= span.start, Hazard.registered_at < span.end),
                and_(Hazard.closed_at >= span.start, Hazard.closed_at < span.end),
                Hazard.id.in_(rewarded),
            ),
        )
        .order_by(Hazard.number, Hazard.id)
        .limit(MOST + 1)
    )


def _approved_in(span: Span) -> tuple[Any, ...]:
    return (
        Reward.state.in_(("approved", "paid", "received")),
        Reward.approved_at >= span.start,
        Reward.approved_at < span.end,
    )


def _line(row: Any, reward_fen: int | None) -> Line:
    named = row.identity_mode == "named"
    spot = (row.place, row.part) if named else (row.place,)
    return Line(
        # A suggestion has no number of the ledger, and its report's number tells its day.
        number=row.number or "",
        kind=row.kind,
        description=row.description or "",
        place=" ".join(part for part in spot if part),
        level=row.level or "",
        state=row.state,
        reward_fen=reward_fen,
    )
