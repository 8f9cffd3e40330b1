"""Checking histories: any altered, removed or swapped event is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import history
from engine.store import tables as t


@dataclass(frozen=True, kw_only=True)
class Break:
    """The first place where a chain does not hold."""

    organisation_id: UUID
    instance_id: UUID
    #: The event that is altered, missing or out of place; 0 when the instance row lies.
    sequence: int
    #: altered | missing | end
    fault: str


def verify(
    session: Session,
    *,
    organisation_id: UUID | None = None,
    instance_id: UUID | None = None,
) -> Iterator[Break]:
    """Check chains and yield the first break of each instance that has one.

    Args:
        organisation_id, instance_id: narrow the check; both empty checks everything.
    """
    instances = select(
        t.Instance.organisation_id, t.Instance.id, t.Instance.event_count, t.Instance.head_hash
    ).order_by(t.Instance.organisation_id, t.Instance.id)
    if organisation_id is not None:
        instances = instances.where(t.Instance.organisation_id == organisation_id)
    if instance_id is not None:
        instances = instances.where(t.Instance.id == instance_id)
    for owner, instance, count, head in session.execute(instances).all():
        found = _first_break(session, owner, instance, (count, head))
        if found is not None:
            yield Break(
                organisation_id=owner, instance_id=instance, sequence=found[0], fault=found[1]
            )
    yield from _orphans(session, organisation_id, instance_id)


def _first_break(
    session: Session, organisation_id: UUID, instance_id: UUID, end: tuple[int, bytes]
) -> tuple[int, str] | None:
    """Check one chain; once more when it moved on between reading its end and its events."""
    while True:
        found = check_chain(_rows(session, organisation_id, instance_id), *end)
        row = (
            found
            and session.execute(
                select(t.Instance.event_count, t.Instance.head_hash).where(
                    t.Instance.organisation_id == organisation_id, t.Instance.id == instance_id
                )
            ).one_or_none()
        )
        if not row or tuple(row) == end:
            return found
        end = (row.event_count, row.head_hash)


def check_chain(rows: Iterable[Any], count: int, head: bytes) -> tuple[int, str] | None:
    """Give (sequence, fault) of the first break in `rows`, or None when the chain holds."""
    previous, expected = history.GENESIS, 1
    for row in rows:
        if row["sequence"] != expected:
            return expected, "missing"
        if history.event_hash(row, previous) != row["hash"]:
            return expected, "altered"
        previous, expected = row["hash"], expected + 1
    if expected == 1:
        # Every case begins with an event; an empty history was emptied.
        return expected, "missing"
    return None if (expected - 1, previous) == (count, head) else (expected - 1, "end")


def _orphans(
    session: Session, organisation_id: UUID | None, instance_id: UUID | None
) -> Iterator[Break]:
    """Yield histories whose instance row is gone."""
    statement = (
        select(t.Event.organisation_id, t.Event.instance_id)
        .outerjoin(
            t.Instance,
            (t.Instance.organisation_id == t.Event.organisation_id)
            & (t.Instance.id == t.Event.instance_id),
        )
        .where(t.Instance.id.is_(None))
        .distinct()
    )
    if organisation_id is not None:
        statement = statement.where(t.Event.organisation_id == organisation_id)
    if instance_id is not None:
        statement = statement.where(t.Event.instance_id == instance_id)
    for owner, instance in session.execute(statement):
        yield Break(organisation_id=owner, instance_id=instance, sequence=0, fault="missing")


def _rows(session: Session, organisation_id: UUID, instance_id: UUID) -> Iterable[Any]:
    table = t.Event.__table__
    return session.execute(
        select(table)
        .where(table.c.organisation_id == organisation_id, table.c.instance_id == instance_id)
        .order_by(table.c.sequence)
    ).mappings()
