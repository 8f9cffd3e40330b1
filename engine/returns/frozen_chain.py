"""The locked lines of enterprises, month by month back from the open one, whoever locked them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine.returns.carrying import FROZEN
from engine.returns.figures import BALANCING, LEFT, STATED
from engine.returns.units import Unit, like
from engine.statistics import months_back
from engine.store import tables as t

#: So many locked months are compared figure by figure; what is older only by its balance.
LOOKED_BACK: Final = 12
#: Enterprise → month → its line and the version of the indicators it was counted by.
_Found = dict[UUID, dict[str, tuple[t.ReturnLine, str]]]


@dataclass
class Chain:
    """An enterprise's locked lines without a gap up to the month before the open one."""

    enterprise_id: UUID
    lines: dict[str, t.ReturnLine] = field(default_factory=dict)
    #: Month → the version of the indicators that its line was counted by.
    versions: dict[str, str] = field(default_factory=dict)
    #: Adjusting rows about it, by those who locked its lines and by the unit itself.
    adjustments: list[t.Adjustment] = field(default_factory=list)

    @property
    def first(self) -> str:
        """Give the earliest month of it."""
        return min(self.lines)

    def signed(self, month: str, figure: str) -> int:
        """Give what computed adjusting rows add to a figure of a locked month."""
        return sum(
            row.delta
            for row in self.adjustments
            if (row.corrects, row.figure, row.origin) == (month, figure, "computed")
        )

    def signed_for(self, month: str, figure: str) -> dict[UUID | None, int]:
        """Give the same case by case."""
        found: dict[UUID | None, int] = {}
        for row in self.adjustments:
            if (row.corrects, row.figure, row.origin) == (month, figure, "computed"):
                found[row.instance_id] = found.get(row.instance_id, 0) + row.delta
        return found

    def start(self) -> int:
        """Give the balance its first month began with, as far as it is counted and not stated."""
        line = self.lines[self.first]
        figures: dict[str, Any] = line.figures
        stated = figures.get(STATED, 0) - sum(
            BALANCING.get(row.figure, 0) * row.delta
            for row in self.adjustments
            if row.origin == "stated" and row.month == self.first
        )
        moves = figures.get("moved_in", 0) - figures.get("~moved_in", 0)
        return int(figures.get("opening", 0) + moves - stated)

    def signed_since(self) -> int:
        """Give what was counted later to put right what the first month began with."""
        return sum(
            BALANCING.get(row.figure, 1 if row.figure == "moved_in" else 0) * row.delta
            for row in self.adjustments
            if row.origin == "computed"
            and row.month >= self.first
            and (row.figure == "moved_in" or row.corrects < self.first)
        )


def chains(session: Session, unit: Unit, month: str, ids: Sequence[UUID]) -> dict[UUID, Chain]:
    """Give the chain of each enterprise that has one, up to the month before `month`."""
    if not ids:
        return {}
    months = months_back(month, LOOKED_BACK + 1)[:-1]
    closed = _closed(session, unit, months)
    own = _by_enterprise(_lines(session, closed, ids, unit.id))
    others: _Found = {}
    # Whoever is missing in a month that the unit has closed stood under another one then.
    came = [id_ for id_ in ids if any(month not in own.get(id_, {}) for month in closed)]
    if came and unit.kind != "enterprise":
        others = _by_enterprise(_lines(session, months, came, like(session, unit)))
    found = {}
    for id_ in ids:
        chain = Chain(id_)
        for at in reversed(months):
            line = own.get(id_, {}).get(at) or others.get(id_, {}).get(at)
            if line is None:
                break
            chain.lines[at], chain.versions[at] = line
        if chain.lines:
            found[id_] = chain
    _note_adjustments(session, unit, found)
    return found


def _lines(
    session: Session, months: list[str], ids: Sequence[UUID], owners: Any
) -> Iterable[tuple[t.ReturnLine, str]]:
    owner, row = t.ReturnLine.organisation_id, t.MonthlyReturn
    same = and_(row.organisation_id == owner, row.month == t.ReturnLine.month)
    found = session.execute(
        select(t.ReturnLine, row.definitions_version)
        .join(row, same)
        .where(
            owner == owners if isinstance(owners, UUID) else owner.in_(owners),
            t.ReturnLine.month.in_(months),
            # As in `carrying`: a planner that knows little of new rows still reads few of them.
            t.ReturnLine.enterprise_id.between(min(ids), max(ids)),
            t.ReturnLine.enterprise_id.in_(ids),
            row.state.in_(FROZEN),
        )
        .order_by(owner)
    )
    return ((line, version) for line, version in found)


def _by_enterprise(lines: Iterable[tuple[t.ReturnLine, str]]) -> _Found:
    found: _Found = {}
    for line, version in lines:
        if line.figures.get(LEFT):
            continue
        found.setdefault(line.enterprise_id, {})[line.month] = (line, version)
    return found


def _closed(session: Session, unit: Unit, months: list[str]) -> list[str]:
    """Give those of `months` that the unit has locked."""
    return list(
        session.scalars(
            select(t.MonthlyReturn.month).where(
                t.MonthlyReturn.organisation_id == unit.id,
                t.MonthlyReturn.month.in_(months),
                t.MonthlyReturn.state.in_(FROZEN),
            )
        )
    )


def _note_adjustments(session: Session, unit: Unit, found: dict[UUID, Chain]) -> None:
    owners = {line.organisation_id for one in found.values() for line in one.lines.values()}
    rows = session.scalars(
        select(t.Adjustment).where(
            t.Adjustment.organisation_id.in_(owners | {unit.id}),
            t.Adjustment.enterprise_id.in_(list(found)),
        )
    )
    for row in rows:
        chain = found[row.enterprise_id]
        mine = {line.organisation_id for line in chain.lines.values()} | {unit.id}
        if row.organisation_id in mine:
            chain.adjustments.append(row)
