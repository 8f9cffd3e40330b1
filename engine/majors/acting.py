"""What is entered into the register beside the steps of the process; each is an event of the case.

An authority's supervision 挂牌督办 and its end 核销 stand apart from the closure 销号: only the
authority strikes off, and what the enterprise closed stays on the register until then
(order 16 arts. 18, 23; domain.md 0.3 (7)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, history, ledger
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.hazards.major_facts import TOLD_ON
from engine.hazards.reports import ADDRESSEES, METHODS, TASKS
from engine.majors import asked
from engine.majors.files import take
from engine.majors.register import get_major
from engine.majors.standing import open_count
from engine.permissions import require, role_for
from engine.store import Instance, Task, new_id
from engine.store.tables import MajorReport, Supervision


def report(
    session: Session,
    instance_id: UUID,
    *,
    addressee: str,
    name: str,
    method: str,
    reported_on: date | None,
    note: str = "",
    files: Sequence[str] = (),
    certificate_number: str = "",
    actor: Actor,
) -> MajorReport:
    """Note that a major was reported to the authority or the workers' congress (安法 art. 41).

    Args:
        addressee: authority or congress. note: the proof in words, such as the receipt's number.
        certificate_number: the printed report that was handed over.

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: field by field; a report
        without any proof. Conflict: a step of the process asks for it; it is not entered twice.
    """
    row = _own(session, instance_id, actor, "major:report")
    wrong = asked.Wrong()
    wrong.choose("addressee", addressee, ADDRESSEES)
    wrong.choose("method", method, METHODS.get(addressee, ()))
    wrong.need("name", name, 200)
    wrong.past("reported_on", reported_on)
    wrong.most("note", note, 500)
    wrong.proof("files", files, note)
    wrong.stop()
    _not_asked_already(session, row, TASKS[addressee])
    _printed(session, row, certificate_number)
    entry = MajorReport(
        organisation_id=row.organisation_id,
        id=new_id(),
        instance_id=row.id,
        addressee=addressee,
        name=name.strip(),
        method=method,
        reported_on=reported_on,
        proof=take(session, row, files, actor=actor),
        certificate_number=certificate_number or None,
        note=note.strip() or None,
        entered_at=clock.now(),
        entered_by=actor.user_id,
    )
    session.add(entry)
    data = {
        "addressee": addressee,
        "name": entry.name,
        "method": method,
        "reported_on": str(reported_on),
        "proof": entry.note,
        "files": entry.proof,
        "certificate": entry.certificate_number,
    }
    _note(session, row, "major:reported", data, actor, "major:report")
    return entry


def guard(session: Session, instance_id: UUID, *, text: str, actor: Actor) -> None:
    """Note measures that keep people safe until a major is fixed (order 16 art. 16; R-73).

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: nothing is written.
        Conflict: the major is closed.
    """
    row = _own(session, instance_id, actor, "major:guard")
    wrong = asked.Wrong()
    wrong.need("text", text, 1000)
    wrong.stop()
    if row.state == "closed":
        raise Conflict(
            "这条隐患已销号，不用再写防范措施。", "It is closed; it needs no measures any more."
        )
    _note(session, row, "major:guarded", {"text": text.strip()}, actor, "major:guard")


def put_under_supervision(
    session: Session,
    instance_id: UUID,
    *,
    authority: str,
    case_number: str,
    listed_on: date | None,
    due_on: date | None = None,
    note: str = "",
    files: Sequence[str] = (),
    actor: Actor,
) -> Supervision:
    """Note that an authority supervises a major 挂牌督办: by itself, or by the enterprise.

    Raises:
        NotAllowed, NotFound: not the actor's to do; a group lists nothing.
        InvalidAnswers: field by field; the enterprise shows the authority's notice.
        Conflict: this authority supervises it already.
    """
    row = _watched(session, instance_id, actor)
    wrong = asked.Wrong()
    wrong.need("authority", authority, 200)
    wrong.need("case_number", case_number, 60)
    wrong.past("listed_on", listed_on)
    wrong.most("note", note, 500)
    if due_on is not None and listed_on is not None and due_on < listed_on:
        wrong.at("due_on", "督办期限不能早于挂牌日期。", "It cannot be due before it was listed.")
    if _is_own(row, actor):
        wrong.document("files", files)
    wrong.stop()
    for one in _rows(session, row):
        if one.authority == authority.strip() and one.cancelled_on is None:
            raise Conflict(
                f"{one.authority}已挂牌督办（{one.case_number}），不用再登记。",
                f"{one.authority} supervises it already ({one.case_number}).",
            )
    entry = Supervision(
        organisation_id=row.organisation_id,
        id=new_id(),
        instance_id=row.id,
        authority=authority.strip(),
        case_number=case_number.strip(),
        listed_on=listed_on,
        due_on=due_on,
        files=take(session, row, files, actor=actor),
        note=note.strip() or None,
        entered_at=clock.now(),
        entered_by=actor.user_id,
    )
    session.add(entry)
    data = {
        **_facts(entry),
        "listed_on": str(listed_on),
        "due_on": str(due_on) if due_on else None,
        "files": entry.files,
        "note": entry.note,
    }
    _note(session, row, "supervision:listed", data, actor, "major:supervise")
    return entry


def apply_for_check(
    session: Session,
    instance_id: UUID,
    supervision_id: UUID,
    *,
    applied_on: date | None,
    files: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Note that the enterprise asked the authority to check and strike off (order 16 art. 18).

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: the day is wrong.
        Conflict: it is struck off already.
    """
    row = _own(session, instance_id, actor, "major:supervise")
    entry = _supervision(session, row, supervision_id)
    wrong = asked.Wrong()
    wrong.past("applied_on", applied_on, since=entry.listed_on)
    wrong.stop()
    _require_listed(entry)
    entry.applied_on = applied_on
    entry.files = [*entry.files, *take(session, row, files, actor=actor)]
    data = {**_facts(entry), "applied_on": str(applied_on), "files": list(files)}
    _note(session, row, "supervision:applied", data, actor, "major:supervise")


def strike_off(
    session: Session,
    instance_id: UUID,
    supervision_id: UUID,
    *,
    cancelled_on: date | None,
    cancelled_by: str,
    files: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Note that the authority struck a major off 核销; this closes nothing.

    Args:
        cancelled_by: who decided, or the number of the decision.

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: field by field; the
        enterprise shows the decision. Conflict: it is struck off already.
    """
    row = _watched(session, instance_id, actor)
    entry = _supervision(session, row, supervision_id)
    wrong = asked.Wrong()
    wrong.past("cancelled_on", cancelled_on, since=entry.listed_on)
    wrong.need("cancelled_by", cancelled_by, 100)
    if _is_own(row, actor):
        wrong.document("files", files)
    wrong.stop()
    _require_listed(entry)
    entry.cancelled_on, entry.cancelled_by = cancelled_on, cancelled_by.strip()
    entry.files = [*entry.files, *take(session, row, files, actor=actor)]
    session.flush()
    data = {
        **_facts(entry),
        "cancelled_on": str(cancelled_on),
        "cancelled_by": entry.cancelled_by,
        "files": list(files),
        "remaining": open_count(session, row),
    }
    _note(session, row, "supervision:cancelled", data, actor, "major:supervise")


def _own(session: Session, instance_id: UUID, actor: Actor, permission: str) -> Any:
    """Give a major of the actor's own enterprise, locked; nobody else enters such a thing."""
    require(actor, permission)
    row = get_major(session, instance_id, actor=actor)
    if not _is_own(row, actor):
        raise asked.not_yours(
            "这一项由企业自己登记。", "The enterprise enters this itself.", instance_id
        )
    return _locked(session, row)


def _watched(session: Session, instance_id: UUID, actor: Actor) -> Any:
    require(actor, "major:supervise")
    row = get_major(session, instance_id, actor=actor)
    if actor.organisation_kind == "group":
        raise asked.not_yours(
            "集团不能挂牌督办或核销，请由监管部门登记。",
            "A group supervises nothing by law; the authority enters this.",
            instance_id,
        )
    return _locked(session, row)


def _locked(session: Session, row: Any) -> Any:
    """Hold the case, so that what is counted over it stays true until the commit."""
    statement = select(Instance.id).where(
        Instance.organisation_id == row.organisation_id, Instance.id == row.id
    )
    session.execute(statement.with_for_update())
    return row


def _is_own(row: Any, actor: Actor) -> bool:
    return bool(row.organisation_id == actor.organisation_id)


def _rows(session: Session, row: Any) -> Sequence[Supervision]:
    return session.scalars(
        select(Supervision).where(
            Supervision.organisation_id == row.organisation_id, Supervision.instance_id == row.id
        )
    ).all()


def _supervision(session: Session, row: Any, supervision_id: UUID) -> Supervision:
    found = session.get(Supervision, (row.organisation_id, supervision_id), with_for_update=True)
    if found is None or found.instance_id != row.id:
        raise NotFound()
    return found


def _require_listed(entry: Supervision) -> None:
    if entry.cancelled_on is not None:
        raise Conflict(
            f"{entry.authority}已于 {entry.cancelled_on} 核销。",
            f"{entry.authority} struck it off on {entry.cancelled_on}.",
        )


def _facts(entry: Supervision) -> dict[str, Any]:
    return {
        "supervision": str(entry.id),
        "authority": entry.authority,
        "case_number": entry.case_number,
    }


def _not_asked_already(session: Session, row: Any, task_key: str) -> None:
    open_task = session.scalar(
        select(Task.id).where(
            Task.organisation_id == row.organisation_id,
            Task.instance_id == row.id,
            Task.key == task_key,
            Task.state == "open",
        )
    )
    if open_task is not None:
        raise Conflict(
            "流程里的这一步正等人办理，请在任务里填写，不用登记两次。",
            "A step of the process is asking for this; answer it there, not twice.",
            task=str(open_task),
        )


def _printed(session: Session, row: Any, number: str) -> None:
    if number and number not in asked.printed_numbers(session, row):
        raise InvalidAnswers.at(
            "certificate_number", "没有这份报告单。", "There is no such printed report."
        )


def _note(
    session: Session, row: Any, tag: str, data: dict[str, Any], actor: Actor, permission: str
) -> None:
    """Put the entry into the case's history, and what follows from it into the ledger."""
    events = [history.Event(tag=tag, data=data)]
    role = role_for(actor, permission)
    rows = history.append(session, row.organisation_id, row.id, events, actor=actor, role=role)
    ledger.apply(session, row, rows)


__all__ = [
    "TOLD_ON",
    "apply_for_check",
    "guard",
    "put_under_supervision",
    "report",
    "strike_off",
]
