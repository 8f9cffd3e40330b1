"""What the doctor asks of locked returns: is the digest right, do the lines sum and balance?"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.returns.carrying import FROZEN
from engine.returns.digests import digest_of, lines_in_order
from engine.returns.figures import balances, total_of
from engine.returns.indicators import find_definitions
from engine.statistics import months_back
from engine.store import tables as t


def examine_returns(session: Session, organisation_id: UUID | None) -> Iterator[tuple[UUID, str]]:
    """Yield for each fault of a locked return whose it is, and what is wrong."""
    statement = select(t.MonthlyReturn).where(t.MonthlyReturn.state.in_(FROZEN))
    if organisation_id is not None:
        statement = statement.where(t.MonthlyReturn.organisation_id == organisation_id)
    order = (t.MonthlyReturn.organisation_id, t.MonthlyReturn.month)
    closings: dict[tuple[UUID, str], int] = {}
    for row in session.scalars(statement.order_by(*order)).all():
        closings[row.organisation_id, row.month] = row.figures.get("closing", 0)
        for fault in _faults(session, row):
            yield row.organisation_id, f"the return of {row.month}: {fault}"
        before = closings.get((row.organisation_id, months_back(row.month, 2)[0]))
        if before is not None and before != row.figures.get("opening", 0):
            yield row.organisation_id, f"the return of {row.month} does not open where it closed"


def _faults(session: Session, row: t.MonthlyReturn) -> Iterator[str]:
    if digest_of(session, row) != row.digest:
        yield "it is not what was locked (its digest differs)"
    wrong = 0

    def figures() -> Iterator[dict[str, int]]:
        nonlocal wrong
        for line in lines_in_order(session, row.organisation_id, row.month):
            wrong += not balances(line.figures)
            yield line.figures

    if total_of(figures()) != row.figures:
        yield "its lines do not come to its totals"
    if wrong or not balances(row.figures):
        yield f"{wrong} line(s) or the totals are not in balance"
    known = find_definitions(row.definitions_version)
    if known is None or known.digest != row.definitions_digest:
        yield f"its definitions, version {row.definitions_version}, are not those it was counted by"
