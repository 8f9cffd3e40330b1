"""The month's publicity sheet 公示单: hazards and rewards told to everybody (R-71).

Staff are told how hazards are handled (安全生产法 arts. 41(2), 97(5)). A sheet on the wall must not
give away who reported: there are no days of reports on it, and for a reporter who was not named not
the exact spot either. Beside a reward stands the name of its reporter if they agreed to that, and
only then (engine/naming; domain.md B7, C7.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine import naming
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

    id: UUID
    number: str
    #: hazard | suggestion
    kind: str
    description: str
    place: str
    level: str
    state: str
    #: Approved in the month, in fen; None when nothing was.
    reward_fen: int | None
    #: Whether its reporter agreed that their name stands there.
    is_signed: bool = False


@dataclass(frozen=True)
class Publicity:
    """What an enterprise makes public of a month."""

    month: str
    lines: Sequence[Line]
    #: Whether there are more than a sheet holds.
    is_cut: bool
    #: Whether names that were agreed to are left out, because they would give others away.
    is_held_back: bool = False

    @property
    def total_fen(self) -> int:
        """Give the sum of the rewards on the sheet."""
        return sum(one.reward_fen or 0 for one in self.lines)


def publicity(session: Session, *, month: str, actor: Actor) -> Publicity:
    """Give what the actor's enterprise makes public of `month`: "2026-11".

    Cases entered into the ledger, closed or rewarded in the month; a few statements.

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
    kept = rows[:MOST]
    found = _signed(session, actor, kept, rewards)
    lines = [_line(row, rewards.get(row.id), row.id in found.names) for row in kept]
    return Publicity(month, lines, len(rows) > MOST, found.is_held_back)


def names(session: Session, *, month: str, actor: Actor) -> dict[UUID, str]:
    """Give the names that stand on the sheet of `month`, by case, to print it now.

    Who prints a case's name for the first time is written into its history.

    Raises:
        as `publicity`. IntegrityError: the vault's key is missing.
    """
    found = publicity(session, month=month, actor=actor)
    if actor.organisation_id is None or not any(line.is_signed for line in found.lines):
        return {}
    wanted = [line.id for line in found.lines if line.is_signed]
    signed = naming.signed(session, actor.organisation_id, wanted, beside=len(found.lines))
    paper = f"publicity {month}"
    return naming.read_for_paper(session, actor.organisation_id, signed, paper, actor=actor)


def _signed(
    session: Session, actor: Actor, rows: Sequence[Any], rewards: dict[Any, int]
) -> naming.Signed:
    rewarded = [row.id for row in rows if row.id in rewards and row.identity_mode == "named"]
    if actor.organisation_id is None or not rewarded:
        return naming.NOBODY
    return naming.signed(session, actor.organisation_id, rewarded, beside=len(rows))


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


def _line(row: Any, reward_fen: int | None, is_signed: bool) -> Line:
    named = row.identity_mode == "named"
    spot = (row.place, row.part) if named else (row.place,)
    return Line(
        id=row.id,
        # A suggestion has no number of the ledger, and its report's number tells its day.
        number=row.number or "",
        kind=row.kind,
        description=row.description or "",
        place=" ".join(part for part in spot if part),
        level=row.level or "",
        state=row.state,
        reward_fen=reward_fen,
        is_signed=is_signed,
    )
