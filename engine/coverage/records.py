"""The row that says how far an enterprise has come: always what its evidence comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.hazards.mechanism import Days, Proof, days_of
from engine.store import tables as t
from engine.store import upsert

#: Enterprise → the day on which a report on its ledger was first rewarded, and of which cases.
FirstRewards = Mapping[UUID, tuple[date, frozenset[UUID]]]
#: (organisation, column, kept, counted)
Difference = tuple[UUID, str, Any, Any]
#: So many enterprises are looked at together, whatever there are.
_CHUNK: Final = 500
_DAYS: Final = ("drafted_on", "established_on", "implemented_on", "implemented_by")


@dataclass
class _Facts:
    """What one enterprise's record follows from, beside the ledger."""

    proofs: list[Proof] = field(default_factory=list)
    zero_on: date | None = None


def refresh(session: Session, organisation_id: UUID) -> t.MechanismRecord:
    """Write the enterprise's record anew from its evidence, and give it, locked."""
    made = upsert(session)(t.MechanismRecord.__table__).values(
        organisation_id=organisation_id, updated_at=clock.now()
    )
    session.connection().execute(made.on_conflict_do_nothing())
    record = session.get_one(
        t.MechanismRecord, organisation_id, with_for_update=True, populate_existing=True
    )
    facts = _facts(session, [organisation_id]).get(organisation_id, _Facts())
    days = days_of(facts.proofs, zero_on=facts.zero_on, rewarded_on=record.rewarded_on)
    for name in _DAYS:
        setattr(record, name, getattr(days, name))
    record.updated_at = clock.now()
    session.flush()
    return record


def differences(
    session: Session, organisation_id: UUID | None, rewarded: FirstRewards
) -> Iterator[Difference]:
    """Yield where a kept record is not what evidence and history come to.

    Args:
        organisation_id: one enterprise; by default all.
        rewarded: what the history gives.
    """
    owners = sorted(_owners(session, organisation_id) | rewarded.keys(), key=str)
    for at in range(0, len(owners), _CHUNK):
        some = owners[at : at + _CHUNK]
        facts = _facts(session, some)
        record = t.MechanismRecord
        rows = session.scalars(select(record).where(record.organisation_id.in_(some)))
        kept = {row.organisation_id: row for row in rows}
        for owner in some:
            one = facts.get(owner, _Facts())
            on, cases = rewarded.get(owner, (None, frozenset[UUID]()))
            days = days_of(one.proofs, zero_on=one.zero_on, rewarded_on=on)
            yield from _compared(owner, kept.get(owner), days, on, cases)


def _owners(session: Session, organisation_id: UUID | None) -> set[UUID]:
    """Give every enterprise that has a record, or something for one to follow from."""
    if organisation_id is not None:
        return {organisation_id}
    found: set[UUID] = set()
    for table in (t.MechanismRecord, t.Evidence, t.ZeroStatement):
        found.update(session.scalars(select(table.organisation_id).distinct()))
    return found


def proofs_of(rows: Iterable[t.Evidence]) -> list[Proof]:
    """Give what evidence says to the stage; what was withdrawn is left out."""
    return [Proof(row.kind, row.on, row.details) for row in rows if row.withdrawn_at is None]


def _compared(
    owner: UUID,
    record: t.MechanismRecord | None,
    days: Days,
    rewarded_on: date | None,
    cases: frozenset[UUID],
) -> Iterator[Difference]:
    counted = {**vars(days), "rewarded_on": rewarded_on}
    for column, value in counted.items():
        before = getattr(record, column, None)
        if before != value:
            yield owner, column, before, value
    case = getattr(record, "rewarded_case", None)
    if case not in (cases or {None}):
        yield owner, "rewarded_case", case, min(cases, key=str, default=None)


def _facts(session: Session, owners: Sequence[UUID]) -> dict[UUID, _Facts]:
    found: dict[UUID, _Facts] = {}
    evidence, zero = t.Evidence, t.ZeroStatement
    rows = session.execute(
        select(evidence.organisation_id, evidence.kind, evidence.on, evidence.details).where(
            evidence.organisation_id.in_(owners), evidence.withdrawn_at.is_(None)
        )
    )
    for owner, kind, on, details in rows:
        found.setdefault(owner, _Facts()).proofs.append(Proof(kind, on, details))
    signed = (
        select(zero.organisation_id, func.min(zero.signed_at))
        .where(zero.organisation_id.in_(owners))
        .group_by(zero.organisation_id)
    )
    for owner, at in session.execute(signed):
        found.setdefault(owner, _Facts()).zero_on = clock.local_date(at)
    return found
