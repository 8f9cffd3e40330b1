"""Certificates as they are looked for: by number, by code, by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.certificates import statements
from engine.errors import IntegrityError, NotFound
from engine.store import Certificate, Job, Organisation, visible_to
from engine.store.visibility import UNDER, Sight

#: So many hexadecimal digits of a digest prove that somebody holds the paper.
PROOF_DIGITS: Final = 8


def get_by_number(
    session: Session, number: str, *, actor: Actor, sight: Sight = UNDER
) -> Certificate:
    """Give a certificate of an organisation the actor may see.

    Whether they may see its case is for the caller to ask (`engine.instances.may_read`).

    Args:
        sight: "both" where it is only read.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    statement = select(Certificate).where(Certificate.number == number)
    found = session.scalar(visible_to(actor, statement, sight=sight))
    if found is None:
        raise NotFound()
    return found


def find_by_code(session: Session, code: str) -> Certificate | None:
    """Give the certificate whose QR carries `code`, however it was typed."""
    wanted = statements.clean_code(code)
    return session.scalar(select(Certificate).where(Certificate.code == wanted))


def find_by_digest(session: Session, number: str, digest: str) -> Certificate | None:
    """Give the certificate of that number if `digest` begins like the one printed on it.

    The number alone is not enough: numbers are consecutive, and anybody may ask.
    """
    proof = "".join(digest.lower().split())
    if len(proof) < PROOF_DIGITS:
        return None
    found = session.scalar(select(Certificate).where(Certificate.number == number.strip().upper()))
    return found if found and found.statement_digest.hex().startswith(proof) else None


def of_instance(
    session: Session, organisation_id: UUID, instance_id: UUID
) -> Sequence[Certificate]:
    """Give an instance's certificates, oldest first."""
    return session.scalars(
        select(Certificate)
        .where(
            Certificate.organisation_id == organisation_id, Certificate.instance_id == instance_id
        )
        .order_by(Certificate.id)
    ).all()


def to_come(session: Session, organisation_id: UUID, instance_id: UUID) -> list[str]:
    """Give the kinds of certificates that a job is still to issue for an instance."""
    statement = select(Job.payload).where(
        Job.organisation_id == organisation_id,
        Job.instance_id == instance_id,
        Job.kind == "issue_certificate",
        Job.state == "waiting",
    )
    return [str(payload.get("kind")) for payload in session.scalars(statement)]


def get_by_id(session: Session, organisation_id: UUID, certificate_id: UUID) -> Certificate:
    """Give the certificate a job is for."""
    return session.get_one(Certificate, (organisation_id, certificate_id))


def issuer(session: Session, row: Certificate) -> str:
    """Give the name of the organisation that issued it."""
    return session.get_one(Organisation, row.organisation_id).name


def progress(session: Session, row: Certificate) -> str:
    """Say how far the PDF is: pending, failed (out of retries) or ready."""
    if row.pdf_digest is not None:
        return "ready"
    job = session.scalar(
        select(Job.state).where(Job.organisation_id == row.organisation_id, Job.id == row.id)
    )
    return "failed" if job == "failed" else "pending"


def read_intact(row: Certificate) -> dict[str, Any]:
    """Give the statement as plain data.

    Raises:
        IntegrityError: the text no longer has the digest it was issued with.
    """
    if statements.digest(row.statement) != row.statement_digest:
        raise IntegrityError(
            f"证书 {row.number} 的存证内容已被改动，请运行 bihuan audit verify 并联系运维人员。",
            f"The statement of certificate {row.number} was altered; run bihuan audit verify "
            "and tell the operator.",
        )
    return statements.read(row.statement)
