"""Evidence for the mechanism 机制建设档案: entered by the enterprise, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, clock
from engine.actors import Actor
from engine.coverage import kinds, records
from engine.errors import Conflict, Invalid, InvalidAnswers, Message, NotAllowed, NotFound
from engine.hazards.mechanism import QUARTER
from engine.permissions import require
from engine.store import new_id
from engine.store import tables as t

#: What holds the files of a piece of evidence.
HOLDER: Final = "evidence"
MOST_FILES: Final = 9
#: What the union says of the rules (安法 7).
UNION_OPINION: Final = "union_opinion"
_LONGEST: Final = 500


@dataclass(frozen=True, kw_only=True)
class Given:
    """A piece of evidence as somebody gives it."""

    kind: str
    on: date | None
    title: str = ""
    #: The number of a document 文号.
    number: str = ""
    #: As `kinds.KINDS` asks for it.
    details: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[str | UUID] = ()
    note: str = ""


def enter(session: Session, given: Given, *, actor: Actor) -> t.Evidence:
    """Enter evidence for the actor's own enterprise; its stage follows at once.

    Raises:
        NotAllowed: the role, or not an enterprise. InvalidAnswers: field by field.
    """
    own = own_enterprise(actor, entering(given.kind))
    return add(session, own, _cleaned(given), by=actor.user_id)


def entering(kind: str) -> str:
    """Give the permission to enter a kind of evidence; the union enters its own opinion (R-10)."""
    return "coverage:enter" if kind == UNION_OPINION else "coverage:record"


def add(session: Session, own: UUID, given: Given, *, by: UUID | None) -> t.Evidence:
    """Write a piece of evidence that was checked, hold its files and refresh the record."""
    row = t.Evidence(
        organisation_id=own,
        id=new_id(),
        kind=given.kind,
        on=given.on,
        title=given.title,
        number=given.number or None,
        details=dict(given.details),
        files=[str(one) for one in given.files],
        note=given.note or None,
        entered_at=clock.now(),
        entered_by=by,
    )
    session.add(row)
    attachments.hold(session, own, given.files, by=HOLDER)
    session.flush()
    records.refresh(session, own)
    return row


def withdraw(session: Session, evidence_id: UUID, reason: str, *, actor: Actor) -> t.Evidence:
    """Withdraw a piece of evidence: it stays to be read, and proves nothing any more.

    Raises:
        NotAllowed: the role. NotFound: not one of the actor's own enterprise.
        InvalidAnswers: no reason. Conflict: it is withdrawn already, or is a signature.
    """
    own = own_enterprise(actor, "coverage:record")
    row = session.get(t.Evidence, (own, evidence_id), with_for_update=True)
    if row is None:
        raise NotFound()
    if row.withdrawn_at is not None:
        raise Conflict("这条材料已经撤回。", "This evidence is withdrawn already.")
    if row.kind == QUARTER:
        raise Conflict(
            "季度签认不能撤回。如有更正，请在下一季度说明。",
            "A quarter's signature cannot be withdrawn. Say in the next one what was wrong.",
        )
    plain = reason.strip()
    if not plain or len(plain) > _LONGEST:
        raise InvalidAnswers.at(
            "reason",
            f"请写明撤回的原因（不超过 {_LONGEST} 字）。",
            f"Say why it is withdrawn, in at most {_LONGEST} characters.",
        )
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = clock.now(), actor.user_id, plain
    session.flush()
    records.refresh(session, own)
    return row


def listed(session: Session, organisation_id: UUID) -> Sequence[t.Evidence]:
    """Give all evidence of an enterprise that the caller may see, the newest first."""
    statement = (
        select(t.Evidence)
        .where(t.Evidence.organisation_id == organisation_id)
        .order_by(t.Evidence.on.desc(), t.Evidence.id.desc())
    )
    return session.scalars(statement).all()


def own_enterprise(actor: Actor, permission: str) -> UUID:
    """Give the enterprise in whose name the actor may do something.

    Raises:
        NotAllowed: the role lacks the permission, or those above an enterprise try.
    """
    require(actor, permission)
    if actor.organisation_kind != "enterprise" or actor.organisation_id is None:
        raise NotAllowed(
            "机制材料由企业自己登记，监管单位只能查看、说明和提醒。",
            "An enterprise enters its own evidence; those above look, explain and remind.",
        )
    return actor.organisation_id


def _cleaned(given: Given) -> Given:
    """Give the evidence in its plain form, or say of every field what is wrong."""
    if given.kind not in kinds.KINDS:
        raise Invalid("没有这类材料。", "There is no such kind of evidence.")
    kind, wrong = kinds.KINDS[given.kind], dict[str, list[Message]]()
    title = given.title.strip() or kind.name.zh
    if len(title) > 200:
        wrong["title"] = [Message("名称不超过 200 字。", "At most 200 characters.")]
    if len(given.number.strip()) > 60:
        wrong["number"] = [Message("文号不超过 60 字。", "At most 60 characters.")]
    if len(given.note.strip()) > 2000:
        wrong["note"] = [Message("说明不超过 2000 字。", "At most 2000 characters.")]
    if fault := _day_fault(given.on):
        wrong["on"] = [fault]
    if fault := _file_fault(kind, given):
        wrong["files"] = [fault]
    details = kind.clean(given.details, wrong)
    if wrong:
        raise InvalidAnswers(wrong)
    return Given(
        kind=given.kind,
        on=given.on,
        title=title,
        number=given.number.strip(),
        details=details,
        files=given.files,
        note=given.note.strip(),
    )


def _day_fault(on: date | None) -> Message | None:
    if on is None:
        return Message("请填写日期。", "Give the day.")
    if on > clock.local_date():
        return Message("日期还没有到，请填写已经发生的日子。", "That day is yet to come.")
    if on.year < 2000:
        return Message("日期太早，请检查年份。", "That is too long ago; check the year.")
    return None


def _file_fault(kind: kinds.Kind, given: Given) -> Message | None:
    if kind.needs_file and not given.files:
        return Message("请上传照片或 PDF。", "Upload a photo or a PDF.")
    if len(given.files) > MOST_FILES:
        return Message(f"最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files.")
    return None
