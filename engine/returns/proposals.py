"""What the histories say now against what was locked: the differences a signer is shown (R-57)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.returns.counting import open_before
from engine.returns.drafting import chunks
from engine.returns.figures import ADJUSTABLE, counted
from engine.returns.frozen_chain import Chain, chains
from engine.returns.ledger_cases import cases_of
from engine.returns.packing import AMOUNTS, BIT, Cases, unpack
from engine.returns.units import Unit, standing
from engine.returns.versions import column, kept_in
from engine.statistics.span import month_span
from engine.store import Month

#: The figure by which a row puts right what the first locked month began with.
START = "moved_in"


@dataclass(frozen=True)
class Proposal:
    """A computed difference: to be added to a figure of the open month."""

    enterprise_id: UUID
    name: str
    corrects: str
    figure: str
    delta: int
    #: The case it is about, where it is about one.
    instance_id: UUID | None

    @property
    def key(self) -> str:
        """Name it in a form."""
        case = self.instance_id.hex if self.instance_id else ""
        return f"{self.enterprise_id.hex}.{self.corrects}.{self.figure}.{case}"


def proposed(
    session: Session, unit: Unit, month: str, among: Collection[UUID] | None = None
) -> list[Proposal]:
    """Give every difference between the locked months and the histories, not yet signed.

    An office signs none: its lines are those of its departments, who put theirs right.

    Args:
        month: the open one, in which they would be counted.
        among: only of these enterprises.
    """
    if unit.is_office:
        return []
    found: list[Proposal] = []
    ids_of_all = standing(session, unit, month_span(month))
    wanted = ids_of_all if among is None else [id_ for id_ in ids_of_all if id_ in among]
    for ids in chunks(wanted):
        known = chains(session, unit, month, ids)
        found += _starts(session, known)
        found += _months(session, known)
    return sorted(found, key=lambda one: (one.corrects, one.name, one.key))


def _months(session: Session, known: Mapping[UUID, Chain]) -> Iterator[Proposal]:
    """Compare the locked months with the kept ones, and then case by case where they differ.

    Each is compared by the version of the indicators it was locked by.
    """
    live = _live(session, known)
    wrong: dict[tuple[str, str], list[tuple[Chain, list[str]]]] = {}
    for chain in known.values():
        for month, line in chain.lines.items():
            now = live.get((chain.enterprise_id, month), {})
            keys = [
                key
                for key in ADJUSTABLE
                if now.get(key, 0) != counted(line.figures, key) + chain.signed(month, key)
            ]
            if keys:
                wrong.setdefault((month, chain.versions[month]), []).append((chain, keys))
    for (month, version), some in wrong.items():
        ids = [chain.enterprise_id for chain, _ in some]
        present = cases_of(session, ids, month_span(month), version)
        for chain, keys in some:
            now = live.get((chain.enterprise_id, month), {})
            cases = present.get(chain.enterprise_id, Cases())
            for key in keys:
                yield from _of_figure(chain, month, key, now.get(key, 0), cases)


def _of_figure(chain: Chain, month: str, key: str, now: int, cases: Cases) -> Iterator[Proposal]:
    line = chain.lines[month]
    rest = now - counted(line.figures, key) - chain.signed(month, key)
    for instance, delta in _differences(chain, month, key, _values(cases, key), key):
        rest -= delta
        yield Proposal(chain.enterprise_id, line.name, month, key, delta, instance)
    if rest:
        yield Proposal(chain.enterprise_id, line.name, month, key, rest, None)


def _starts(session: Session, known: Mapping[UUID, Chain]) -> Iterator[Proposal]:
    """Compare what the earliest locked month began with."""
    by_month: dict[str, list[Chain]] = {}
    for chain in known.values():
        by_month.setdefault(chain.first, []).append(chain)
    for month, some in by_month.items():
        ids, span = [chain.enterprise_id for chain in some], month_span(month)
        before = open_before(session, ids, span)
        wrong = {
            chain.enterprise_id: (chain, delta)
            for chain in some
            if (delta := before.get(chain.enterprise_id, 0) - chain.start() - chain.signed_since())
        }
        present = cases_of(session, list(wrong), span) if wrong else {}
        for id_, (chain, rest) in wrong.items():
            name = chain.lines[month].name
            now = _values(present.get(id_, Cases()), "opening")
            for instance, delta in _differences(chain, month, START, now, "opening", START):
                rest -= delta
                yield Proposal(id_, name, month, START, delta, instance)
            if rest:
                yield Proposal(id_, name, month, START, rest, None)


def _differences(
    chain: Chain, month: str, figure: str, now: Mapping[UUID, int], *marks: str
) -> Iterator[tuple[UUID, int]]:
    """Yield the cases that count otherwise than they did, and by how much."""
    frozen = unpack(chain.lines[month].cases)
    then: dict[UUID, int] = {}
    for mark in marks:
        then |= _values(frozen, mark)
    signed = chain.signed_for(month, figure)
    for instance in sorted(then.keys() | now.keys()):
        delta = now.get(instance, 0) - then.get(instance, 0) - signed.get(instance, 0)
        if delta:
            yield instance, delta


def _values(cases: Cases, key: str) -> dict[UUID, int]:
    """Give what each case, by its instance, adds to a figure."""
    bit, amount = BIT.get(key, 0), AMOUNTS.get(key)
    found = {id_: 1 for id_, mask in cases.hazards.items() if mask & bit}
    for one in cases.rewards.values():
        if one.mask & bit:
            value = getattr(one, amount) if amount else 1
            found[one.instance_id] = found.get(one.instance_id, 0) + value
    return found


def _live(session: Session, known: Mapping[UUID, Chain]) -> dict[tuple[UUID, str], dict[str, int]]:
    """Give what the kept months say of every locked line, in a statement for each version."""
    lines: dict[str, set[tuple[UUID, str]]] = {}
    for chain in known.values():
        for month, version in chain.versions.items():
            lines.setdefault(version, set()).add((chain.enterprise_id, month))
    found: dict[tuple[UUID, str], dict[str, int]] = {}
    for version, wanted in lines.items():
        keys = [key for key in kept_in(version) if key in ADJUSTABLE]
        counters = [column(version, key) for key in keys]
        rows = session.execute(
            select(Month.organisation_id, Month.month, *counters).where(
                Month.organisation_id.in_({id_ for id_, _ in wanted}),
                Month.month.in_({month for _, month in wanted}),
            )
        )
        told = {(row[0], row[1]): dict(zip(keys, row[2:], strict=True)) for row in rows}
        found |= {key: told[key] for key in told.keys() & wanted}
    return found
