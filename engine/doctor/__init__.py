"""Does what is derived say what the states and the history say? Looks, tells, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, seal_check, statistics
from engine.campaigns.examining import examine_campaigns
from engine.doctor.advice import ADVICE, advice_on
from engine.doctor.cases import examine_case
from engine.doctor.findings import Finding
from engine.doctor.kept import examine_kept
from engine.doctor.rows import examine_rows
from engine.doctor.teams import examine_teams
from engine.returns.examining import examine_returns
from engine.store import tables as t

__all__ = ["ADVICE", "Finding", "advice_on", "examine"]


def examine(session: Session, *, organisation_id: UUID | None = None) -> Iterator[Finding]:
    """Check every instance's history, seals, states and derived rows, then the ledgers and months.

    Args:
        organisation_id: look at one organisation only.
    """
    for found in audit.verify(session, organisation_id=organisation_id):
        yield Finding(
            organisation_id=found.organisation_id,
            instance_id=found.instance_id,
            subject="history",
            text=f"event {found.sequence}: {found.fault}",
        )
    for broken in seal_check.verify(session, organisation_id=organisation_id):
        yield Finding(
            organisation_id=broken.organisation_id,
            instance_id=broken.instance_id,
            subject="seals",
            text=f"seal {broken.day}: {broken.fault}",
        )
    statement = select(t.Instance).order_by(t.Instance.organisation_id, t.Instance.id)
    if organisation_id is not None:
        statement = statement.where(t.Instance.organisation_id == organisation_id)
    for instance in session.scalars(statement.execution_options(yield_per=200)):
        for subject, text in examine_case(session, instance):
            yield Finding(
                organisation_id=instance.organisation_id,
                instance_id=instance.id,
                subject=subject,
                text=text,
            )
    for difference in statistics.recount(session, organisation_id=organisation_id).differences:
        yield Finding(
            organisation_id=difference.organisation_id,
            instance_id=None,
            subject="ledger",
            text=str(difference),
        )
    for owner, text in examine_returns(session, organisation_id):
        yield Finding(organisation_id=owner, instance_id=None, subject="returns", text=text)
    for owner, text in examine_campaigns(session, organisation_id):
        yield Finding(organisation_id=owner, instance_id=None, subject="campaigns", text=text)
    yield from examine_rows(session, organisation_id)
    yield from examine_kept(session, organisation_id)
    yield from examine_teams(session, organisation_id)
