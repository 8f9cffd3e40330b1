"""Counting everything again from the history, and saying where what is kept differs (R-57)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.coverage import records
from engine.hazards.case_rules import HAZARD_RULES
from engine.hazards.counts import MAXIMA
from engine.hazards.ledger import CaseState, project_all
from engine.hazards.reward_rules import REWARD_RULES
from engine.ledger import DECIDED, fact_of
from engine.statistics.compare import (
    Difference,
    MonthKey,
    Persons,
    Replayed,
    compare_cases,
    compare_months,
    compare_persons,
)
from engine.statistics.span import month_span
from engine.statistics.sums import PERSON_COUNTERS
from engine.store import Event, Reporter

_TAGS: Final = tuple(sorted(HAZARD_RULES.keys() | REWARD_RULES.keys() | {DECIDED}))
_CHUNK: Final = 500


@dataclass
class Recount:
    """The months as the history gives them, and every difference to what is kept."""

    rows: dict[MonthKey, dict[str, int]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def recount(
    session: Session, *, organisation_id: UUID | None = None, month: str | None = None
) -> Recount:
    """Replay the history and compare it with the ledgers, months and mechanism records kept.

    Nothing is repaired: a difference is a fault to be understood first.

    Args:
        organisation_id: one enterprise; by default all of them.
        month: compare only this month's row, "2026-11"; the ledgers are compared in any case.

    Raises:
        Invalid: the month is not written like 2026-11.
    """
    only = None if month is None else month_span(month).first
    result, persons = Recount(), Persons()
    rewarded: dict[UUID, tuple[date, frozenset[UUID]]] = {}
    for cases in _chunks(_replayed(session, organisation_id)):
        result.differences += compare_cases(session, cases)
        for case in cases:
            _add(result.rows, case)
            _note_reward(rewarded, case)
        _note_persons(session, cases, persons)
    for key, digests in persons.items():
        result.rows.setdefault(key[:2], {})[PERSON_COUNTERS[key[2]]] = len(digests)
    result.rows = {key: row for key, row in result.rows.items() if only in (None, key[1])}
    result.differences += compare_months(session, organisation_id, only, result.rows)
    result.differences += compare_persons(session, organisation_id, only, persons)
    result.differences += [
        Difference("mechanism_record", owner, "", *differs)
        for owner, *differs in records.differences(session, organisation_id, rewarded)
    ]
    return result


def _replayed(session: Session, organisation_id: UUID | None) -> Iterator[Replayed]:
    """Yield every case as its history gives it, in the order of the event table's key."""
    table = Event.__table__
    statement = (
        select(*(table.c[name] for name in _COLUMNS))
        .where(table.c.tag.in_(_TAGS))
        .order_by(table.c.organisation_id, table.c.instance_id, table.c.sequence)
    )
    if organisation_id is not None:
        statement = statement.where(table.c.organisation_id == organisation_id)
    rows = session.execute(statement.execution_options(yield_per=5000)).mappings()
    for (owner, instance), events in groupby(rows, itemgetter("organisation_id", "instance_id")):
        facts = [fact for row in events if (fact := fact_of(dict(row))) is not None]
        yield Replayed(owner, instance, *project_all(CaseState(), facts))


def _chunks(cases: Iterable[Replayed]) -> Iterator[list[Replayed]]:
    remaining = iter(cases)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def _add(rows: dict[MonthKey, dict[str, int]], case: Replayed) -> None:
    for month, counters in case.changes.months.items():
        row = rows.setdefault((case.organisation_id, month), {})
        for name, value in counters.items():
            so_far = row.get(name, 0)
            row[name] = max(so_far, value) if name in MAXIMA else so_far + value


def _note_reward(rewarded: dict[UUID, tuple[date, frozenset[UUID]]], case: Replayed) -> None:
    """Keep the first day on which the enterprise paid for a hazard on its ledger, and the cases."""
    if case.changes.rewarded_at is None:
        return
    day = clock.local_date(case.changes.rewarded_at)
    first, cases = rewarded.get(case.organisation_id, (day, frozenset[UUID]()))
    if day <= first:
        others = cases if day == first else frozenset[UUID]()
        rewarded[case.organisation_id] = (day, others | {case.id})


def _note_persons(session: Session, cases: list[Replayed], persons: Persons) -> None:
    counted = {case.id: case for case in cases if case.changes.persons}
    statement = select(Reporter.instance_id, Reporter.payee_digest, Reporter.mode).where(
        Reporter.organisation_id.in_({case.organisation_id for case in counted.values()}),
        Reporter.instance_id.in_(counted),
    )
    for instance, digest, mode in session.execute(statement):
        case, person = counted[instance], (digest, mode == "anonymous")
        for month, kind in case.changes.persons:
            persons.setdefault((case.organisation_id, month, kind), set()).add(person)


_COLUMNS: Final = (
    "organisation_id", "instance_id", "sequence", "at", "tag", "actor_id", "element", "data",
)  # fmt: skip
