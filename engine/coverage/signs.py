"""Where one enterprise stands: its days, its last sign of life, the targets that mean it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.coverage.targets import meant
from engine.hazards.counts import HUMAN_SOURCES
from engine.hazards.mechanism import Days
from engine.store import tables as t


@dataclass(frozen=True)
class Standing:
    """What the record says, and when somebody last reported or signed."""

    record: t.MechanismRecord | None
    days: Days
    last_sign_on: date | None


def standing(session: Session, organisation_id: UUID) -> Standing:
    """Give where an enterprise that the caller may see stands."""
    record = session.get(t.MechanismRecord, organisation_id)
    days = Days()
    if record is not None:
        days = Days(
            record.drafted_on, record.established_on, record.implemented_on, record.implemented_by
        )
    reported = session.scalar(
        select(func.max(t.Hazard.reported_at)).where(
            t.Hazard.organisation_id == organisation_id, t.Hazard.source.in_(HUMAN_SOURCES)
        )
    )
    signed = session.scalar(
        select(func.max(t.ZeroStatement.signed_at)).where(
            t.ZeroStatement.organisation_id == organisation_id
        )
    )
    moments = [clock.local_date(at) for at in (reported, signed) if at is not None]
    return Standing(record, days, max(moments, default=None))


def meant_by(
    session: Session, organisation_id: UUID, known: Sequence[t.CoverageTarget]
) -> frozenset[UUID]:
    """Give which of the targets mean an enterprise that the caller may see, by their ids."""
    if not known:
        return frozenset()
    columns = [case((meant(one, known), 1), else_=0) for one in known]
    row = session.execute(
        select(*columns).select_from(t.Organisation).where(t.Organisation.id == organisation_id)
    ).one()
    return frozenset(one.id for one, is_meant in zip(known, row, strict=True) if is_meant)
