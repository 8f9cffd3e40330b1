"""What the enterprise enters into the register beside the steps of the process (R-72, R-73).

Each entry is an event of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers
from engine.hazards.reports import ADDRESSEES, METHODS, TASKS
from engine.majors import asked, own
from engine.majors.files import take
from engine.store import Task, new_id
from engine.store.tables import MajorReport


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
    row = own.own(session, instance_id, actor, "major:report")
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
    own.note(session, row, "major:reported", data, actor, "major:report")
    return entry


def guard(session: Session, instance_id: UUID, *, text: str, actor: Actor) -> None:
    """Note measures that keep people safe until a major is fixed (order 16 art. 16; R-73).

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: nothing is written.
        Conflict: the major is closed.
    """
    row = own.own(session, instance_id, actor, "major:guard")
    wrong = asked.Wrong()
    wrong.need("text", text, 1000)
    wrong.stop()
    if row.state == "closed":
        raise Conflict(
            "这条隐患已销号，不用再写防范措施。", "It is closed; it needs no measures any more."
        )
    own.note(session, row, "major:guarded", {"text": text.strip()}, actor, "major:guard")


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
