"""Where a kept row does not say what the history says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.hazards.ledger import CaseState, Projection
from engine.statistics.sums import COUNTERS
from engine.store import Hazard, Month, MonthPerson, Reward

#: (organisation, "2026-11")
MonthKey = tuple[UUID, str]
#: (organisation, month, reporter | rewarded) → digests of the persons, and whether anonymous ones
Persons = dict[tuple[UUID, str, str], set[tuple[bytes, bool]]]
#: Copied from the instance, not told by an event.
_COPIED: Final = {
    "organisation_id", "id", "instance_id", "department_id", "town_id", "group_id", "sector",
}  # fmt: skip
_HAZARD_COLUMNS: Final = [c.key for c in Hazard.__table__.c if c.key not in _COPIED]
_REWARD_COLUMNS: Final = [c.key for c in Reward.__table__.c if c.key not in _COPIED]


@dataclass(frozen=True)
class Replayed:
    """One case as its history gives it."""

    organisation_id: UUID
    id: UUID
    state: CaseState
    changes: Projection


@dataclass(frozen=True)
class Difference:
    """One column of a kept row that does not say what the history says."""

    #: hazard | reward | month | month_person | mechanism_record
    table: str
    organisation_id: UUID
    #: The case's id, the reward's number, or the month.
    key: str
    column: str
    kept: Any
    counted: Any


def compare_cases(session: Session, cases: list[Replayed]) -> Iterator[Difference]:
    """Yield the differences of the cases' rows in the two ledgers."""
    owners, ids = {case.organisation_id for case in cases}, [case.id for case in cases]
    hazards = _rows(session, Hazard, owners, Hazard.id, ids)
    kept = {row["id"]: row for row in hazards}
    rewards: dict[UUID, dict[str, Mapping[str, Any]]] = {}
    for row in _rows(session, Reward, owners, Reward.instance_id, ids):
        rewards.setdefault(row["instance_id"], {})[row["number"]] = row
    for case in cases:
        owner = case.organisation_id
        hazard, told = kept.get(case.id, {}), case.state.hazard or {}
        yield from _columns("hazard", owner, str(case.id), _HAZARD_COLUMNS, hazard, told)
        yield from _rewards(case, rewards.get(case.id, {}))


def compare_months(
    session: Session,
    organisation_id: UUID | None,
    month: str | None,
    counted: Mapping[MonthKey, Mapping[str, int]],
) -> Iterator[Difference]:
    """Yield the differences of the kept months; a row that is missing counts as nothing."""
    kept = {
        (row["organisation_id"], row["month"]): dict(row)
        for row in session.execute(_narrowed(Month, organisation_id, month)).mappings()
    }
    for key in sorted(kept.keys() | counted.keys(), key=str):
        zeros = dict.fromkeys(COUNTERS, 0)
        before, after = kept.get(key, zeros), {**zeros, **counted.get(key, {})}
        yield from _columns("month", key[0], key[1], COUNTERS, before, after)


def compare_persons(
    session: Session, organisation_id: UUID | None, month: str | None, counted: Persons
) -> Iterator[Difference]:
    """Yield where the persons kept for a month are not those of its cases; as numbers only."""
    kept: Persons = {}
    for row in session.execute(_narrowed(MonthPerson, organisation_id, month)).mappings():
        key = (row["organisation_id"], row["month"], row["kind"])
        kept.setdefault(key, set()).add((row["digest"], row["anonymous"]))
    for key in sorted(kept.keys() | counted.keys(), key=str):
        before, after = kept.get(key, set()), counted.get(key, set())
        if before != after and month in (None, key[1]):
            yield Difference("month_person", key[0], key[1], key[2], len(before), len(after))


def _rewards(case: Replayed, kept: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    told = case.state.rewards
    for number in sorted(kept.keys() | told.keys()):
        before, after = kept.get(number, {}), told.get(number, {})
        owner = case.organisation_id
        yield from _columns("reward", owner, number, _REWARD_COLUMNS, before, after)


def _columns(
    table: str,
    owner: UUID,
    key: str,
    columns: Iterable[str],
    kept: Mapping[str, Any],
    counted: Mapping[str, Any],
) -> Iterator[Difference]:
    for column in columns:
        if kept.get(column) != counted.get(column):
            yield Difference(table, owner, key, column, kept.get(column), counted.get(column))


def _rows(
    session: Session, table: Any, owners: set[UUID], column: Any, ids: list[UUID]
) -> list[Mapping[str, Any]]:
    statement = select(table.__table__).where(table.organisation_id.in_(owners), column.in_(ids))
    return [dict(row) for row in session.execute(statement).mappings()]


def _narrowed(table: Any, organisation_id: UUID | None, month: str | None) -> Any:
    statement = select(table.__table__)
    if organisation_id is not None:
        statement = statement.where(table.organisation_id == organisation_id)
    return statement if month is None else statement.where(table.month == month)
