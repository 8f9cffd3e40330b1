"""The steps of a return: signed by its director, locked, handed in (R-61). Each is decided once.

draft ──sign──▶ signed ──lock──▶ locked ──submit──▶ submitted
  ▲               │  └─▶ locking ─┘  (a long one, piece by piece)
  └──withdraw─────┘
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.errors import AlreadyDone, Conflict, Invalid, NotFound, SeparationOfDuties
from engine.permissions import require
from engine.presence import absence
from engine.returns.carrying import FROZEN, last_frozen
from engine.returns.drafting import drafted
from engine.returns.indicators import definitions_for
from engine.returns.units import Unit, own_unit
from engine.statistics import months_back
from engine.statistics.span import month_span
from engine.store import tables as t
from engine.store import upsert

#: State → what was done last, and the columns that say when and by whom.
_DONE: Final = {
    "signed": ("签字", "signed", "signed"),
    "locking": ("锁定（正在进行）", "being locked", "locked"),
    "locked": ("锁定", "locked", "locked"),
    "submitted": ("报送", "handed in", "submitted"),
}


def sign(session: Session, month: str, *, note: str = "", actor: Actor) -> t.MonthlyReturn:
    """Sign the figures of an ended month in the name of the actor's unit.

    Args:
        note: what the director adds in words.

    Raises:
        NotAllowed: the role does not sign. Conflict: the month is not over, or not its turn, or
        the enterprise was not there in it.
        AlreadyDone: somebody has signed, locked or handed it in.
    """
    require(actor, "returns:sign")
    unit = own_unit(session, actor)
    hold(session, unit.id)
    present = find(session, unit.id, month)
    if present is not None and present.state != "draft":
        raise _already(session, present)
    check_turn(session, unit, month)
    check_running(session, unit, month)
    figures = drafted(session, unit, month)
    definitions = definitions_for(month)
    at = clock.now()
    values = {
        "state": "signed",
        "definitions_version": definitions.version,
        "definitions_digest": definitions.digest,
        "figures": figures,
        "note": _clean(note),
        "by_two": unit.by_two,
        "signed_at": at,
        "signed_by": actor.user_id,
    }
    key = {"organisation_id": unit.id, "month": month, "drafted_at": at}
    written = upsert(session)(t.MonthlyReturn.__table__).values(**key, **values)
    done = session.connection().execute(
        written.on_conflict_do_update(
            index_elements=["organisation_id", "month"],
            set_=values,
            where=t.MonthlyReturn.__table__.c.state == "draft",
        )
    )
    if not done.rowcount:
        raise _already(session, get(session, unit.id, month))
    return get(session, unit.id, month)


def withdraw(session: Session, month: str, *, actor: Actor) -> None:
    """Take a signature back, so that something can be put right before the lock.

    Raises:
        NotAllowed: the role does not sign. Conflict: nothing is signed, or it is locked already.
    """
    require(actor, "returns:sign")
    unit = own_unit(session, actor)
    if not moved_on(
        session, unit.id, month, "signed", state="draft", signed_at=None, signed_by=None
    ):
        raise refusal(session, unit.id, month)


def submit(session: Session, month: str, *, actor: Actor) -> t.MonthlyReturn:
    """Hand a locked month in to the unit above, whose people are told.

    Raises:
        NotAllowed: the role does not lock. Conflict: it is not locked. AlreadyDone: handed in.
    """
    require(actor, "returns:lock")
    unit = own_unit(session, actor)
    done = moved_on(
        session,
        unit.id,
        month,
        "locked",
        state="submitted",
        submitted_at=clock.now(),
        submitted_by=actor.user_id,
        submitted_to=unit.above_id,
    )
    if not done:
        raise refusal(session, unit.id, month)
    if unit.above_id is not None:
        notifications.notify(
            session,
            organisation_id=unit.above_id,
            roles=("officer", "director"),
            key="return_submitted",
            facts={"unit": unit.name, "month": month},
        )
    return get(session, unit.id, month)


def hold(session: Session, unit_id: UUID) -> None:
    """Let one at a time sign, lock or correct for a unit, until the commit.

    A row that puts a month right must not come in while that month is being signed or locked.
    Cases of the unit go on: what refers to an organisation does not wait for this.
    """
    session.execute(
        select(t.Organisation.id)
        .where(t.Organisation.id == unit_id)
        .with_for_update(key_share=True)
    )


def find(session: Session, unit_id: UUID, month: str) -> t.MonthlyReturn | None:
    """Give a unit's return of a month; None as long as it was never signed."""
    return session.scalar(
        select(t.MonthlyReturn)
        .where(
            t.MonthlyReturn.organisation_id == unit_id,
            t.MonthlyReturn.month == month_span(month).first,
        )
        .execution_options(populate_existing=True)
    )


def get(session: Session, unit_id: UUID, month: str) -> t.MonthlyReturn:
    """Give a unit's return of a month.

    Raises:
        NotFound: it was never signed.
    """
    row = find(session, unit_id, month)
    if row is None:
        raise NotFound()
    return row


def check_turn(session: Session, unit: Unit, month: str) -> None:
    """Raise Conflict unless the month is over and follows on the unit's last locked one."""
    if month_span(month).end > clock.now():
        raise Conflict(
            f"{month} 还没有结束，月末过后才能签字和锁定。",
            f"{month} is not over; it can be signed and locked after its last day.",
        )
    last = last_frozen(session, unit)
    if last is None or months_back(month, 2)[0] == last:
        return
    if month <= last:
        raise Conflict(
            f"{last} 已经锁定，不能再补报更早的 {month}。差错请在下一个月用调整行更正。",
            f"{last} is locked, so the earlier {month} cannot be handed in any more; put things "
            "right by an adjusting row in the next month.",
        )
    raise Conflict(
        f"请按月份顺序锁定：上一次锁定的是 {last}，下一个是它的后一个月。",
        f"Lock the months in order: the last locked is {last}, next comes the one after it.",
    )


def check_running(session: Session, unit: Unit, month: str) -> None:
    """Raise Conflict when the unit is an enterprise that was not there in the month at all."""
    why = absence(session, unit.id, month) if unit.kind == "enterprise" else None
    if why is not None:
        raise Conflict(why.zh, why.en)


def check_two(row: t.MonthlyReturn, actor: Actor) -> None:
    """Raise SeparationOfDuties when one person would sign and lock where it takes two.

    It takes as many as it took when the month was signed, whatever was set since.
    """
    if row.by_two and row.signed_by is not None and row.signed_by == actor.user_id:
        raise SeparationOfDuties(
            "这份月报签字时规定由两人办理：签字的人不能自己锁定，请另一位同事锁定。",
            "When it was signed it took two people: whoever signed cannot lock; ask a colleague "
            "to.",
        )


def moved_on(session: Session, unit_id: UUID, month: str, before: str, **values: Any) -> bool:
    """Bring a return from one state into another; False when it was not in that state."""
    done = session.connection().execute(
        update(t.MonthlyReturn.__table__)  # type: ignore[arg-type]
        .where(
            t.MonthlyReturn.organisation_id == unit_id,
            t.MonthlyReturn.month == month_span(month).first,
            t.MonthlyReturn.state == before,
        )
        .values(**values)
    )
    return bool(done.rowcount)


def refusal(session: Session, unit_id: UUID, month: str) -> Conflict:
    """Give why the next step is not possible: who was first, or what has to come before."""
    row = find(session, unit_id, month)
    if row is None or row.state == "draft":
        return Conflict(
            f"{month} 的月报还没有签字，请先由负责人签字。",
            f"The return of {month} is not signed; its director signs first.",
        )
    if row.state == "signed":
        return Conflict(
            f"{month} 的月报还没有锁定，请先锁定再报送。",
            f"The return of {month} is not locked; lock it before handing it in.",
        )
    return _already(session, row)


def is_frozen(row: t.MonthlyReturn | None) -> bool:
    """Say whether a return can never change any more."""
    return row is not None and row.state in FROZEN


def _already(session: Session, row: t.MonthlyReturn) -> AlreadyDone:
    zh, en, column = _DONE[row.state]
    at: datetime | None = getattr(row, f"{column}_at")
    user = session.get(t.User, getattr(row, f"{column}_by") or UUID(int=0))
    by = user.name if user else "系统"
    day = f"{at.astimezone(clock.LOCAL_ZONE):%Y-%m-%d %H:%M}" if at else ""
    return AlreadyDone(
        f"{row.month} 的月报已由{by}于 {day} {zh}。请刷新页面查看。",
        f"The return of {row.month} was {en} by {by} at {day}. Load the page again.",
        by=by,
        at=at,
    )


def _clean(note: str) -> str | None:
    text = note.strip()
    if len(text) > 500:
        raise Invalid("说明最多 500 字。", "The note has at most 500 characters.", field="note")
    return text or None
