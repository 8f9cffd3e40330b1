"""Zero statements 零报告: the principal signs that nothing was reported in a month (C3, C6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.coverage import records
from engine.coverage.evidence import own_enterprise
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, Message
from engine.hazards.months import months_back
from engine.presence import absence, absences
from engine.store import tables as t

#: How far back a month may still be signed for.
MONTHS: Final = 12
#: What a month that is over is to the principal.
STATES: Final = ("free", "signed", "reported", "absent")
_LONGEST: Final = 500


@dataclass(frozen=True)
class Standing:
    """A month that is over, and whether it can be signed for."""

    month: str
    #: One of STATES.
    state: str
    #: Why the enterprise was not there.
    why: Message | None = None


def sign(session: Session, month: str, note: str, *, actor: Actor) -> t.ZeroStatement:
    """Sign that nobody of the actor's enterprise reported anything in a month that is over.

    Args:
        month: "2026-10", one of the last `MONTHS` that are over. note: why there was nothing.

    Raises:
        NotAllowed: not the principal of an enterprise. InvalidAnswers: the month, the note.
        Conflict: something was reported, or the enterprise was not there in that month.
        AlreadyDone: it is signed.
    """
    own = own_enterprise(actor, "coverage:sign")
    plain = note.strip()
    if month not in signable():
        raise InvalidAnswers.at(
            "month",
            "只能为最近 12 个月内已经结束的月份签认。",
            "Only a month of the last twelve that is over can be signed for.",
        )
    if not plain or len(plain) > _LONGEST:
        raise InvalidAnswers.at(
            "note",
            f"请说明为什么没有报告，例如已经组织过哪些排查（不超过 {_LONGEST} 字）。",
            f"Say why there was nothing, such as which checks were made, in {_LONGEST} characters.",
        )
    _refuse_absent(session, own, month)
    _refuse_reported(session, own, month)
    before = session.get(t.ZeroStatement, (own, month))
    if before is not None:
        raise AlreadyDone(
            f"{month} 的零报告已经签认。",
            f"The zero statement for {month} is signed already.",
            by="",
            at=before.signed_at,
        )
    row = t.ZeroStatement(
        organisation_id=own,
        month=month,
        note=plain,
        signed_at=clock.now(),
        signed_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    records.refresh(session, own)
    return row


def listed(session: Session, organisation_id: UUID) -> Sequence[t.ZeroStatement]:
    """Give the statements of an enterprise that the caller may see, the newest first."""
    statement = (
        select(t.ZeroStatement)
        .where(t.ZeroStatement.organisation_id == organisation_id)
        .order_by(t.ZeroStatement.month.desc())
    )
    return session.scalars(statement).all()


def signable() -> list[str]:
    """Give the months that may be signed for, the latest first."""
    return list(reversed(months_back(clock.month_of(clock.now()), MONTHS + 1)[:-1]))


def standings(session: Session, organisation_id: UUID) -> list[Standing]:
    """Give the months that are over, the latest first, and which of them can be signed for."""
    reported = reported_in(session, organisation_id)
    signed = {row.month for row in listed(session, organisation_id)}
    absent = absences(session, organisation_id, signable())
    known = ((reported, "reported"), (signed, "signed"), (absent, "absent"))
    states = {
        month: next((state for months, state in known if month in months), "free")
        for month in signable()
    }
    return [Standing(month, state, absent.get(month)) for month, state in states.items()]


def reported_in(session: Session, organisation_id: UUID) -> frozenset[str]:
    """Give the months in which somebody of the enterprise reported something."""
    month = t.Month
    statement = select(month.month).where(
        month.organisation_id == organisation_id, month.reported + month.reported_suggestions > 0
    )
    return frozenset(session.scalars(statement))


def _refuse_absent(session: Session, own: UUID, month: str) -> None:
    why = absence(session, own, month)
    if why is not None:
        raise Conflict(why.zh, why.en)


def _refuse_reported(session: Session, own: UUID, month: str) -> None:
    if month in reported_in(session, own):
        raise Conflict(
            f"{month} 已经有人报告，不是零报告，无需签认。",
            f"Something was reported in {month}: there is no zero to sign for.",
        )
