"""The digest of a locked return: SHA-256 over its head, every line and every adjusting row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store import tables as t
from engine.store.types import microseconds

_AT_ONCE: Final = 1000
_LINE: Final[Any] = t.ReturnLine.__table__


def digest_of(session: Session, row: t.MonthlyReturn) -> bytes:
    """Give the digest of a return with the lines and adjusting rows that are kept of it."""
    digest = hashlib.sha256(_canonical(head_of(row)))
    for line in lines_in_order(session, row.organisation_id, row.month):
        digest.update(_canonical(_line(line)))
        digest.update(line.cases)
    for adjustment in session.scalars(_adjustments(row)):
        digest.update(_canonical(_adjustment(adjustment)))
    return digest.digest()


def lines_in_order(
    session: Session,
    unit_id: UUID,
    month: str,
    *,
    first: UUID | None = None,
    has_cases: bool = False,
) -> Iterator[Any]:
    """Yield the lines of a return by the enterprises' ids, as plain rows with the columns of one.

    They are read some at a time, so that a city's month needs no more memory than a town's.

    Args:
        first: from this enterprise on. has_cases: only those that count any case.
    """
    statement = (
        select(_LINE)
        .where(_LINE.c.organisation_id == unit_id, _LINE.c.month == month)
        .order_by(_LINE.c.enterprise_id)
        .limit(_AT_ONCE)
    )
    if has_cases:
        statement = statement.where(_LINE.c.cases != b"")
    if first is not None:
        statement = statement.where(_LINE.c.enterprise_id >= first)
    last: UUID | None = None
    while True:
        after = statement if last is None else statement.where(_LINE.c.enterprise_id > last)
        rows = session.execute(after).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].enterprise_id


def in_batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield rows `size` at a time."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def head_of(row: t.MonthlyReturn) -> dict[str, Any]:
    """Give what the digest covers of a return itself."""
    return {
        "unit": str(row.organisation_id),
        "month": row.month,
        "definitions": [row.definitions_version, row.definitions_digest.hex()],
        "figures": row.figures,
        "note": row.note,
        "signed": [_moment(row.signed_at), _id(row.signed_by)],
        "locked": [_moment(row.locked_at), _id(row.locked_by)],
    }


def _line(row: Any) -> dict[str, Any]:
    return {
        "enterprise": str(row.enterprise_id),
        "name": row.name,
        "department": _id(row.department_id),
        "town": _id(row.town_id),
        "group": _id(row.group_id),
        "sector": row.sector,
        "figures": row.figures,
    }


def _adjustments(row: t.MonthlyReturn) -> Any:
    return (
        select(t.Adjustment)
        .where(t.Adjustment.organisation_id == row.organisation_id, t.Adjustment.month == row.month)
        .order_by(t.Adjustment.id)
    )


def _adjustment(row: t.Adjustment) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "corrects": row.corrects,
        "enterprise": str(row.enterprise_id),
        "figure": row.figure,
        "delta": row.delta,
        "case": _id(row.instance_id),
        "origin": row.origin,
        "reason": row.reason,
        "signed": [_moment(row.signed_at), _id(row.signed_by)],
    }


def _canonical(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"


def _moment(moment: datetime | None) -> int | None:
    return None if moment is None else microseconds(moment)


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)
