"""What is done to a certificate: issue, note the PDF, revoke. Each is an event in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine import clock, history
from engine.actors import SYSTEM, Actor
from engine.cases import Case
from engine.certificates import facts as _facts
from engine.certificates import statements
from engine.certificates.facts import Facts
from engine.certificates.finding import get_by_number, of_instance
from engine.errors import Conflict, IntegrityError, InvalidAnswers, Message
from engine.permissions import require
from engine.store import Certificate, new_id
from engine.store import tables as t

#: The kind of the job that renders; its id is the certificate's.
JOB: Final = "render_certificate"
ISSUED: Final = "certificate:issued"
READY: Final = "certificate:ready"
REVOKED: Final = "certificate:revoked"
_REASON_LENGTH: Final = 200
#: Kinds that are laid out alike share a template; the others have one of their own name.
_TEMPLATES: Final = {
    **dict.fromkeys(("major_authority", "major_congress", "major_acceptance"), "major"),
    **dict.fromkeys(("union_letter", "union_referral"), "union"),
}


def issue(
    session: Session,
    *,
    kind: str,
    instance: Case,
    facts: Mapping[str, Any],
    actor: Actor,
    again: bool = False,
) -> Certificate:
    """Freeze a statement under its number, and leave the rendering to a job.

    Issued again while the first is in force, the first is given back; after a revocation, or when
    another is wanted, the number gets "-2", "-3", ….

    Args:
        kind: a key of `facts.KINDS`. facts: the fields of that class, as plain values.
        again: another beside the one in force, as a later report of a major 续报 is.

    Raises:
        DelegateError: the facts do not make a certificate of that kind.
    """
    read = _facts.read(kind, facts)
    earlier = _issued(session, instance, kind)
    if earlier and earlier[-1].state != "revoked" and not again:
        return earlier[-1]
    number = read.number() + (f"-{len(earlier) + 1}" if earlier else "")
    row = _new_row(session, instance, read, kind, number)
    session.add(row)
    _add_job(session, row)
    _note(session, row, ISSUED, actor, statement=row.statement_digest.hex())
    return row


def mark_ready(
    session: Session, row: Certificate, pdf_digest: bytes, *, actor: Actor = SYSTEM
) -> None:
    """Note the PDF that was made; making it again must give the same.

    Raises:
        IntegrityError: the certificate had another PDF before.
    """
    session.refresh(row, with_for_update=True)
    if row.pdf_digest is None:
        row.pdf_digest, row.ready_at = pdf_digest, clock.now()
        row.state = "ready" if row.state == "pending" else row.state
        _note(session, row, READY, actor, pdf=pdf_digest.hex())
    require_same(row, pdf_digest)


def require_same(row: Certificate, pdf_digest: bytes) -> None:
    """Raise IntegrityError unless a PDF made again is the one that was made first."""
    if row.pdf_digest != pdf_digest:
        raise IntegrityError(
            f"证书 {row.number} 重新生成的文件与原件不一致，可能是程序或字体版本已变化；"
            "请从备份恢复原文件。",
            f"Certificate {row.number} came out different from the original, perhaps because the "
            "program or its fonts changed; restore the file from a backup.",
        )


def revoke(session: Session, number: str, *, reason: str, actor: Actor) -> Certificate:
    """Declare a certificate void; its number is never given again.

    Raises:
        NotAllowed, NotFound: not theirs to revoke. Conflict: it is revoked already.
        InvalidAnswers: no reason is given, or a very long one.
    """
    require(actor, "certificate:revoke")
    row = get_by_number(session, number, actor=actor)
    session.refresh(row, with_for_update=True)
    if row.state == "revoked":
        raise Conflict(
            f"证书 {number} 已经作废。", f"Certificate {number} has been revoked already."
        )
    row.revoked_reason = _clean_reason(reason)
    row.state, row.revoked_at = "revoked", clock.now()
    _note(session, row, REVOKED, actor, reason=row.revoked_reason)
    return row


def _issued(session: Session, case: Case, kind: str) -> Sequence[Certificate]:
    """Give what of this kind the case already has, first the first.

    A case has one certificate of a kind in force. Rows of this very transaction may not be in
    the database yet: at the start of a case its own row is written last.
    """
    with session.no_autoflush:
        stored = of_instance(session, case.organisation_id, case.id)
    fresh = [row for row in session.new if isinstance(row, Certificate)]
    return [row for row in (*stored, *fresh) if row.kind == kind and row.instance_id == case.id]


def _new_row(session: Session, case: Case, read: Facts, kind: str, number: str) -> Certificate:
    code, at = statements.new_code(), clock.now()
    statement = statements.freeze(
        case, read, kind=kind, number=number, code=code, at=at, base=statements.base_url(session)
    )
    return Certificate(
        organisation_id=case.organisation_id,
        id=new_id(),
        instance_id=case.id,
        number=number,
        kind=kind,
        statement=statement,
        statement_digest=statements.digest(statement),
        code=code,
        state="pending",
        template=_TEMPLATES.get(kind, kind),
        issued_at=at,
    )


def _add_job(session: Session, row: Certificate) -> None:
    session.connection().execute(
        insert(t.Job.__table__),  # type: ignore[arg-type]
        {
            "organisation_id": row.organisation_id,
            "id": row.id,
            "instance_id": row.instance_id,
            "kind": JOB,
            "state": "waiting",
            "due_at": row.issued_at,
            "attempts": 0,
            "payload": {},
            "created_at": row.issued_at,
        },
    )


def _note(session: Session, row: Certificate, tag: str, actor: Actor, **data: Any) -> None:
    event = history.Event(
        tag=tag,
        data={"number": row.number, "kind": row.kind, **data},
        by_system=tag != REVOKED,
    )
    history.append(session, row.organisation_id, row.instance_id, [event], actor=actor)


def _clean_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > _REASON_LENGTH:
        raise InvalidAnswers(
            {
                "reason": [
                    Message(
                        f"请写明作废原因，不超过 {_REASON_LENGTH} 个字。",
                        f"Say why it is revoked, in at most {_REASON_LENGTH} characters.",
                    )
                ]
            }
        )
    return reason
