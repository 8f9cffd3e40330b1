"""Which of some cases an account reported: asked of the vault, for many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import secrets
from engine.reporters import case_digest, user_digest
from engine.store import Reporter


def among(session: Session, cases: Collection[tuple[UUID, UUID]], user_id: UUID) -> set[UUID]:
    """Give those of some cases, as (organisation id, instance id), that this user reported."""
    keys = secrets.of(session)
    digests = {user_digest(keys, owner, user_id) for owner, _ in cases}
    digests |= {case_digest(keys, instance_id, user_id) for _, instance_id in cases}
    statement = select(Reporter.instance_id).where(
        Reporter.organisation_id.in_({owner for owner, _ in cases}),
        Reporter.instance_id.in_({instance_id for _, instance_id in cases}),
        Reporter.user_digest.in_(digests),
    )
    return set(session.scalars(statement)) if cases else set()


def all_by(session: Session, organisation_id: UUID, user_id: UUID) -> Sequence[UUID]:
    """Give the ids of what a user reported in an organisation, openly or in confidence."""
    digest = user_digest(secrets.of(session), organisation_id, user_id)
    return session.scalars(
        select(Reporter.instance_id).where(
            Reporter.organisation_id == organisation_id, Reporter.user_digest == digest
        )
    ).all()
