"""Whether a certificate is what was issued: everything is computed anew from what is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.certificates import statements
from engine.certificates.issuing import ISSUED, READY, REVOKED
from engine.store import Certificate, Event


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What was found."""

    #: The stored statement has the digest it was issued with.
    statement: bool
    #: The stored PDF has the digest it was made with; None while it is being made.
    pdf: bool | None
    #: The case's hash chain holds and says the same digests and the same state.
    history: bool

    @property
    def intact(self) -> bool:
        """Say whether nothing contradicts anything."""
        return self.statement and self.history and self.pdf is not False


def check(session: Session, row: Certificate, pdf: bytes | None) -> Soundness:
    """Check a certificate.

    Args:
        pdf: the stored file; None while there is none or when it is lost.
    """
    return Soundness(
        statement=statements.digest(row.statement) == row.statement_digest,
        pdf=_check_pdf(row, pdf),
        history=_check_chain(session, row) and _check_events(session, row),
    )


def _check_pdf(row: Certificate, pdf: bytes | None) -> bool | None:
    if row.pdf_digest is None:
        return None
    return pdf is not None and hashlib.sha256(pdf).digest() == row.pdf_digest


def _check_chain(session: Session, row: Certificate) -> bool:
    broken = audit.verify(session, organisation_id=row.organisation_id, instance_id=row.instance_id)
    return not any(broken)


def _check_events(session: Session, row: Certificate) -> bool:
    """Compare the row with what the history said when it was issued, made and revoked."""
    said = _said(session, row)
    pdf = row.pdf_digest.hex() if row.pdf_digest else None
    return (
        said.get(ISSUED, {}).get("statement") == row.statement_digest.hex()
        and said.get(READY, {}).get("pdf") == pdf
        and (REVOKED in said) == (row.state == "revoked")
    )


def _said(session: Session, row: Certificate) -> dict[str, dict[str, Any]]:
    events = session.execute(
        select(Event.tag, Event.data).where(
            Event.organisation_id == row.organisation_id,
            Event.instance_id == row.instance_id,
            Event.tag.in_((ISSUED, READY, REVOKED)),
        )
    )
    facts = ((tag, orjson.loads(text)) for tag, text in events)
    return {tag: fact for tag, fact in facts if fact["number"] == row.number}
