"""Locking a month: every line with the cases it counts, the totals, a digest over all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import SYSTEM, Actor
from engine.errors import Conflict
from engine.jobs import Job, handler
from engine.permissions import require
from engine.returns import states
from engine.returns.digests import digest_of
from engine.returns.drafting import AT_ONCE, moved
from engine.returns.figures import Figures, balances, counted
from engine.returns.indicators import find_definitions
from engine.returns.lines import Composer, Line
from engine.returns.packing import BITS, Cases, pack
from engine.returns.roll import Roll
from engine.returns.totals import sum_of_lines
from engine.returns.units import Unit, get_unit, own_unit
from engine.store import Write, new_id
from engine.store import tables as t

LOCK: Final = "lock_return"
#: A return of more lines is locked by a job, piece by piece, so that nobody waits for it.
LARGEST_AT_ONCE: Final = 5_000
#: The figures that are exactly what their cases come to; the balance is checked on its own.
_BACKED: Final = tuple(
    key for key in BITS if key not in ("opening", "closing", "moved_in", "moved_out")
)
#: How many enterprises an answer names.
_NAMED: Final = 3
_COLUMNS: Final = tuple(column.key for column in t.ReturnLine.__table__.c)
_WRITE: Final = Write(insert(t.ReturnLine.__table__), _COLUMNS)  # type: ignore[arg-type]


def lock(session: Session, month: str, *, actor: Actor) -> t.MonthlyReturn:
    """Freeze a signed month of the actor's unit, all in this transaction.

    Raises:
        NotAllowed: the role does not lock, or it takes another person than the signer.
        Conflict: not signed, not over, or the figures have moved since they were signed.
        AlreadyDone: it is locked.
    """
    unit = _begin(session, month, actor)
    for lines in Composer(session, unit, month, with_cases=True).all(AT_ONCE):
        _write(session, unit, month, lines)
    return _finish(session, unit, month)


def lock_by_size(session: Session, month: str, *, actor: Actor) -> bool:
    """Lock as `lock` does, or leave it to a job when there are many lines; say which: True now."""
    require(actor, "returns:lock")
    unit = own_unit(session, actor)
    if Roll(session, unit, month).count() <= LARGEST_AT_ONCE:
        lock(session, month, actor=actor)
        return True
    _begin(session, month, actor)
    _queue(session, unit, month)
    return False


@dataclass(frozen=True)
class Progress:
    """How far a return is that a job locks."""

    written: int
    #: About how many lines there will be: those that left are not among them.
    of: int
    #: Whether nobody works on it any more: the job was given up, and there is an incident.
    is_stuck: bool


def progress(session: Session, unit: Unit, month: str) -> Progress:
    """Give how many lines are written so far, of how many."""
    lines = select(func.count()).select_from(t.ReturnLine)
    is_here = (t.ReturnLine.organisation_id == unit.id, t.ReturnLine.month == month)
    written = session.scalar(lines.where(*is_here)) or 0
    jobs = session.execute(
        select(t.Job.state, t.Job.payload).where(
            t.Job.organisation_id == unit.id, t.Job.kind == LOCK
        )
    )
    goes_on = any(job.payload["month"] == month and job.state != "failed" for job in jobs)
    count = Roll(session, unit, month).count()
    return Progress(written, max(written, count), is_stuck=not goes_on)


@handler(LOCK)
def lock_some(session: Session, job: Job) -> bool:
    """Write the next lines of a return that is being locked; the last turn finishes it.

    A signature that no longer fits what is counted ends it, as do ledgers that disagree: what was
    written is removed, and the signer is told why.
    """
    month = job.payload["month"]
    unit = get_unit(session, job.organisation_id, actor=SYSTEM)
    row = states.find(session, unit.id, month)
    if row is None or row.state != "locking":
        return False
    try:
        return _next(session, unit, month)
    except Conflict as error:
        _undo(session, unit, row, error)
        return False


def _begin(session: Session, month: str, actor: Actor) -> Unit:
    """Claim the return for locking: of two who try, one gets it."""
    require(actor, "returns:lock")
    unit = own_unit(session, actor)
    states.hold(session, unit.id)
    row = states.find(session, unit.id, month)
    if row is None or row.state != "signed":
        raise states.refusal(session, unit.id, month)
    states.check_two(row, actor)
    states.check_turn(session, unit, month)
    claimed = states.moved_on(
        session,
        unit.id,
        month,
        "signed",
        state="locking",
        locked_at=clock.now(),
        locked_by=actor.user_id,
    )
    if not claimed:
        raise states.refusal(session, unit.id, month)
    return unit


def _next(session: Session, unit: Unit, month: str) -> bool:
    last = session.scalar(
        select(t.ReturnLine.enterprise_id)
        .where(t.ReturnLine.organisation_id == unit.id, t.ReturnLine.month == month)
        .order_by(t.ReturnLine.enterprise_id.desc())
        .limit(1)
    )
    lines = Composer(session, unit, month, with_cases=True).some(last, AT_ONCE)
    if lines:
        _write(session, unit, month, lines)
        return True
    _finish(session, unit, month)
    return False


def _write(session: Session, unit: Unit, month: str, lines: list[Line]) -> None:
    _check(lines)
    _WRITE.run(
        session,
        [
            {
                "organisation_id": unit.id,
                "month": month,
                "enterprise_id": line.enterprise_id,
                "name": line.name,
                "department_id": line.department_id,
                "town_id": line.town_id,
                "group_id": line.group_id,
                "sector": line.sector,
                "figures": line.figures,
                "cases": pack(line.cases or Cases()),
            }
            for line in lines
        ],
    )


def _check(lines: list[Line]) -> None:
    """Raise unless every line is in balance and its cases come to its figures."""
    unsettled = [line for line in lines if line.unsettled]
    if unsettled:
        names = "、".join(line.name for line in unsettled[:_NAMED])
        raise Conflict(
            f"已锁定的月份之后有变动，{len(unsettled)} 家单位的期末数与办理记录不一致（{names}）。"
            "请先撤回签字，在“更正”里逐条确认差异，再重新签字。",
            f"Locked months have changed since: for {len(unsettled)} enterprise(s) ({names}) the "
            "closing balance is not what the histories say. Withdraw the signature, settle the "
            "differences under Corrections, and sign again.",
        )
    for line in lines:
        values = line.cases.values() if line.cases is not None else {}
        wrong = [key for key in _BACKED if values.get(key, 0) != counted(line.figures, key)]
        if wrong or not balances(line.figures):
            raise Conflict(
                f"“{line.name}”的台账与月计数不一致（{'、'.join(wrong)}），不能锁定。"
                "请运维人员运行 bihuan doctor。",
                f"The ledger and the month of {line.name} disagree ({', '.join(wrong)}); nothing "
                "was locked. Ask the operator to run bihuan doctor.",
            )


def _finish(session: Session, unit: Unit, month: str) -> t.MonthlyReturn:
    """Sum what was written, compare it with what was signed, and put the digest over it."""
    session.expire_all()
    row = states.get(session, unit.id, month)
    total = sum_of_lines(session, unit.id, month)
    _compare(row, total)
    row.figures, row.state = total, "locked"
    row.digest = digest_of(session, row)
    session.flush()
    return row


def _compare(row: t.MonthlyReturn, total: Figures) -> None:
    changed = moved(row.figures, total)
    if not changed:
        return
    known = find_definitions(row.definitions_version)
    shown: list[tuple[str, str]] = []
    for key in changed[:_NAMED]:
        names = known.indicators[key].name if known and key in known.indicators else None
        values = f"{row.figures.get(key, 0)} → {total.get(key, 0)}"
        shown.append(
            (f"{names.zh if names else key} {values}", f"{names.en if names else key} {values}")
        )
    raise Conflict(
        f"签字以后数字有变动（{'；'.join(zh for zh, _ in shown)}）。请撤回签字，核对后重新签字。",
        f"Figures have moved since they were signed ({'; '.join(en for _, en in shown)}). Withdraw "
        "the signature, look at them and sign again.",
    )


def _undo(session: Session, unit: Unit, row: t.MonthlyReturn, error: Conflict) -> None:
    session.execute(
        delete(t.ReturnLine).where(
            t.ReturnLine.organisation_id == unit.id, t.ReturnLine.month == row.month
        )
    )
    void: dict[str, Any] = dict.fromkeys(("signed_at", "signed_by", "locked_at", "locked_by"))
    states.moved_on(session, unit.id, row.month, "locking", state="draft", **void)
    notifications.notify(
        session,
        organisation_id=unit.id,
        roles=("director", "officer", "principal"),
        key="return_not_locked",
        facts={"month": row.month, "why": error.message.zh[:300], "why_en": error.message.en[:300]},
    )


def _queue(session: Session, unit: Unit, month: str) -> None:
    session.add(
        t.Job(
            organisation_id=unit.id,
            id=new_id(),
            kind=LOCK,
            state="waiting",
            due_at=clock.now(),
            payload={"month": month},
            created_at=clock.now(),
        )
    )
