"""Checking seals: whoever changes a sealed day of history, or a seal, is found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, seals, secrets
from engine.store import tables as t

_Place = tuple[UUID, int]


@dataclass(frozen=True, kw_only=True)
class SealBreak:
    """The first seal of an organisation that does not hold."""

    organisation_id: UUID
    day: date
    #: previous (the one before is missing or another) | altered | key | signature | history (the
    #: history is no longer the one that was sealed)
    fault: str
    #: The history that changed.
    instance_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """How far one history lies under seals."""

    #: Up to which event, 0 for none; by the seal of which day, with which hash.
    sequence: int = 0
    day: date | None = None
    hash: bytes = b""
    broken: SealBreak | None = None


def verify(session: Session, *, organisation_id: UUID | None = None) -> Iterator[SealBreak]:
    """Check every seal against its chain, its signature and the history; yield the first broken
    one of each organisation that has one.

    Args:
        organisation_id: check only its seals.
    """
    owners = select(t.Seal.organisation_id).distinct().order_by(t.Seal.organisation_id)
    if organisation_id is not None:
        owners = owners.where(t.Seal.organisation_id == organisation_id)
    keys = secrets.of(session).seal_keys.known()
    for owner in session.scalars(owners).all():
        found = _first_broken(session, owner, keys)
        if found is not None:
            yield found


def newest(session: Session, *, organisation_id: UUID | None = None) -> list[tuple[str, date, str]]:
    """Give (code, day, hash) of each organisation's newest seal: what is published outside."""
    days = select(t.Seal.organisation_id, func.max(t.Seal.day).label("day"))
    if organisation_id is not None:
        days = days.where(t.Seal.organisation_id == organisation_id)
    last = days.group_by(t.Seal.organisation_id).subquery()
    found = session.execute(
        select(t.Organisation.code, t.Seal.day, t.Seal.hash)
        .join(last, (last.c.organisation_id == t.Seal.organisation_id) & (last.c.day == t.Seal.day))
        .join(t.Organisation, t.Organisation.id == t.Seal.organisation_id)
        .order_by(t.Organisation.code)
    )
    return [(row.code, row.day, row.hash.hex()) for row in found]


def is_kept(session: Session, code: str, day: date, published: str) -> bool:
    """Say whether a seal that was published outside is still there, and the same."""
    found = session.scalar(
        select(t.Seal.hash)
        .join(t.Organisation, t.Organisation.id == t.Seal.organisation_id)
        .where(t.Organisation.code == code, t.Seal.day == day)
    )
    return found is not None and found.hex() == published


def of_case(session: Session, organisation_id: UUID, instance_id: UUID) -> Sealed:
    """Say how far one history lies under seals, and which of them does not hold."""
    keys = secrets.of(session).seal_keys.known()
    hashes = _hashes(session, organisation_id, instance_id)
    reached = Sealed()
    for row in seals_of_case(session, organisation_id, instance_id):
        fault = _fault_by_itself(row, keys)
        head = _head_in(row, instance_id)
        if fault is None and head is not None and hashes.get(head.sequence) != head.hash:
            fault = "history"
        if fault is not None:
            return Sealed(broken=_break(row, fault, instance_id if fault == "history" else None))
        if head is not None and head.sequence > reached.sequence:
            reached = Sealed(sequence=head.sequence, day=row["day"], hash=row["hash"])
    return reached


def seals_of_case(session: Session, organisation_id: UUID, instance_id: UUID) -> list[Any]:
    """Give the seals of the days on which a case's history moved, the earliest first."""
    moments = session.scalars(
        select(t.Event.at).where(
            t.Event.organisation_id == organisation_id, t.Event.instance_id == instance_id
        )
    )
    days = {clock.local_date(moment) for moment in moments}
    return list(
        session.execute(
            _seals(organisation_id).where(t.Seal.__table__.c.day.in_(sorted(days)))
        ).mappings()
    )


def _first_broken(
    session: Session, organisation_id: UUID, keys: Mapping[str, bytes]
) -> SealBreak | None:
    """Check an organisation's seals in order; then what the good ones sealed, in one pass."""
    previous, broken = seals.GENESIS, None
    wanted: dict[_Place, tuple[bytes, date]] = {}
    for row in session.execute(_seals(organisation_id)).mappings():
        fault = "previous" if row["previous"] != previous else _fault_by_itself(row, keys)
        if fault is not None:
            broken = _break(row, fault)
            break
        previous = row["hash"]
        for head in seals.heads_of(seals.leaves_of(row["leaves"])):
            wanted[head.instance_id, head.sequence] = (head.hash, row["day"])
    return _changed(session, organisation_id, wanted) or broken


def _changed(
    session: Session, organisation_id: UUID, wanted: dict[_Place, tuple[bytes, date]]
) -> SealBreak | None:
    """Give the earliest seal over an event that is gone or is another now."""
    events = session.execute(
        select(t.Event.instance_id, t.Event.sequence, t.Event.hash).where(
            t.Event.organisation_id == organisation_id
        )
    )
    for event in events.yield_per(1000):
        place = (event.instance_id, event.sequence)
        if place in wanted and wanted[place][0] == event.hash:
            del wanted[place]
    changed = [(day, place[0].bytes) for place, (_, day) in wanted.items()]
    if not changed:
        return None
    day, instance = min(changed)
    return SealBreak(
        organisation_id=organisation_id,
        day=day,
        fault="history",
        instance_id=UUID(bytes=instance),
    )


def _fault_by_itself(row: Any, keys: Mapping[str, bytes]) -> str | None:
    return seals.fault_of(row, keys) or (None if seals.leaves_fit(row) else "altered")


def _head_in(row: Any, instance_id: UUID) -> seals.Head | None:
    heads = seals.heads_of(seals.leaves_of(row["leaves"]))
    return next((head for head in heads if head.instance_id == instance_id), None)


def _hashes(session: Session, organisation_id: UUID, instance_id: UUID) -> dict[int, bytes]:
    found = session.execute(
        select(t.Event.sequence, t.Event.hash).where(
            t.Event.organisation_id == organisation_id, t.Event.instance_id == instance_id
        )
    )
    return {row.sequence: row.hash for row in found}


def _break(row: Any, fault: str, instance_id: UUID | None = None) -> SealBreak:
    return SealBreak(
        organisation_id=row["organisation_id"],
        day=row["day"],
        fault=fault,
        instance_id=instance_id,
    )


def _seals(organisation_id: UUID) -> Any:
    table = t.Seal.__table__
    return select(table).where(table.c.organisation_id == organisation_id).order_by(table.c.day)
