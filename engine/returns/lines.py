"""A line an enterprise: what is counted now, what was carried over, what is adjusted, in balance.

opening + verified - closed + moved in - moved out = closing, adjusting rows counted in. The
office's lines are those its departments locked; what a department has not locked is counted for
the office from the histories, and moves bridge from what the office itself locked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.returns import carrying, counting
from engine.returns.carrying import Carried
from engine.returns.figures import ADJUSTED, BALANCING, LEFT, STATED, Figures, without_zeros
from engine.returns.ledger_cases import cases_of
from engine.returns.packing import BIT, BITS, Cases, unpack
from engine.returns.roll import Roll
from engine.returns.units import Unit
from engine.store import tables as t

#: What is counted anew on each level, since it depends on what that level locked before.
_START = ("opening", "moved_in", "moved_out")


@dataclass
class Line:
    """An enterprise in a return."""

    enterprise_id: UUID
    name: str
    department_id: UUID | None
    town_id: UUID | None
    group_id: UUID | None
    sector: str
    figures: Figures
    #: None when only numbers were asked for.
    cases: Cases | None = None
    #: By how much the balance differs from the cases that are open: earlier months have changed.
    unsettled: int = 0


@dataclass
class _Base:
    """What a line is made of, before it is joined to the unit's own month before."""

    place: counting.Place
    figures: Figures
    #: The balance at the start, and its cases where they are known.
    start: int
    start_ids: frozenset[UUID]
    stated: int = 0
    cases: Cases | None = None


@dataclass
class Composer:
    """Puts the lines of one return together, some enterprises at a time."""

    session: Session
    unit: Unit
    month: str
    #: Whether the cases are wanted too, not only numbers.
    with_cases: bool = False
    roll: Roll = field(init=False)

    def __post_init__(self) -> None:
        """Read what is the same for every line."""
        self.roll = Roll(self.session, self.unit, self.month)
        self.span = self.roll.span

    def lines(self, ids: Sequence[UUID]) -> list[Line]:
        """Give the lines of enterprises that stood under the unit, in order of their ids."""
        found = counting.places(self.session, ids, self.span)
        bases = self._from_parts(found)
        bases |= self._counted({id_: place for id_, place in found.items() if id_ not in bases})
        known = carrying.before(self.session, self.unit, self.month, ids)
        adjustments = self.roll.adjustments(ids)
        return [self._joined(bases[id_], known, adjustments.get(id_, ())) for id_ in sorted(bases)]

    def leaving(self, rows: Iterable[t.ReturnLine]) -> list[Line]:
        """Give the lines of those that took a balance along, from their lines of the month before.

        Args:
            rows: as `Roll.leaving` gives them.
        """
        return [_leaving(carrying.carried(row), with_cases=self.with_cases) for row in rows]

    def some(self, after: UUID | None, size: int, *, name: str = "") -> list[Line]:
        """Give the next lines in order of the enterprises: those that stay and those that left.

        Args:
            after: those behind this enterprise; None from the first on.
            size: how many at most; there are fewer only at the end.
            name: only those whose name has this in it.
        """
        ids = self.roll.ids(size, after=after, name=name)
        gone = {row.enterprise_id: row for row in self.roll.leaving(size, after=after, name=name)}
        chosen = sorted({*ids, *gone})[:size]
        made = self.lines([id_ for id_ in chosen if id_ not in gone])
        made += self.leaving(gone[id_] for id_ in chosen if id_ in gone)
        return sorted(made, key=lambda line: line.enterprise_id)

    def all(self, size: int) -> Iterator[list[Line]]:
        """Yield every line in order of the enterprises, `size` at a time."""
        after: UUID | None = None
        while some := self.some(after, size):
            yield some
            after = some[-1].enterprise_id

    def _from_parts(self, found: dict[UUID, counting.Place]) -> dict[UUID, _Base]:
        """Take the lines that departments have locked."""
        if not self.roll.locked_parts:
            return {}
        rows = self.session.scalars(
            select(t.ReturnLine).where(
                t.ReturnLine.organisation_id.in_(self.roll.locked_parts),
                t.ReturnLine.month == self.month,
                t.ReturnLine.enterprise_id.in_(list(found)),
            )
        )
        return {
            row.enterprise_id: _of_part(row, found[row.enterprise_id], with_cases=self.with_cases)
            for row in rows
            if row.organisation_id == found[row.enterprise_id].department_id
        }

    def _counted(self, found: dict[UUID, counting.Place]) -> dict[UUID, _Base]:
        """Count from the histories, as they are now."""
        ids = list(found)
        if not ids:
            return {}
        figures = counting.figures_of(self.session, found, self.span, overdue=not self.with_cases)
        starts = counting.open_before(self.session, ids, self.span)
        cases = cases_of(self.session, ids, self.span) if self.with_cases else {}
        bases = {}
        for id_, place in found.items():
            mine = cases.get(id_, Cases()) if self.with_cases else None
            if mine is not None:
                figures[id_]["overdue"] = len(mine.of("overdue"))
            opened = frozenset(mine.of("opening")) if mine is not None else frozenset()
            bases[id_] = _Base(place, figures[id_], starts.get(id_, 0), opened, cases=mine)
        return bases

    def _joined(
        self, base: _Base, known: carrying.Before, adjustments: Iterable[t.Adjustment]
    ) -> Line:
        own, other = known.own.get(base.place.id), known.others.get(base.place.id)
        if not self.unit.is_office and (carried := own or other):
            base.start, base.stated = carried.closing, carried.stated
            if base.cases is not None:
                base.start_ids = carried.open_ids
        figures = dict(base.figures)
        before = base.start_ids if self.roll.is_first else frozenset()
        if own and base.cases is not None:
            before = own.open_ids
        came, went = base.start_ids - before, before - base.start_ids
        if own and self.unit.is_office:
            # Without cases only the difference is known; it is the same in sum.
            moves = (len(came), len(went)) if base.cases is not None else (0, 0)
            _bridge(figures, own.closing, base.start, *moves)
        else:
            figures["opening" if own or self.roll.is_first else "moved_in"] = base.start
        base.stated += _adjust(adjustments, figures)
        figures[STATED] = base.stated
        figures["closing"] = (
            figures.get("opening", 0)
            + figures.get("moved_in", 0)
            - figures.get("moved_out", 0)
            + sum(sign * figures.get(key, 0) for key, sign in BALANCING.items())
        )
        line = _line(base.place, figures)
        if base.cases is not None:
            line.cases = _marked(base.cases, opening=before, moved_in=came, moved_out=went)
            open_now = len(line.cases.of("closing"))
            line.unsettled = figures["closing"] - base.stated - open_now
        return line


def _adjust(rows: Iterable[t.Adjustment], figures: Figures) -> int:
    """Count adjusting rows in; give what those stated by hand add to the balance."""
    stated = 0
    for row in rows:
        key = row.figure
        figures[key] = figures.get(key, 0) + row.delta
        figures[ADJUSTED + key] = figures.get(ADJUSTED + key, 0) + row.delta
        if row.origin == "stated":
            stated += BALANCING.get(key, 0) * row.delta
    return stated


def _of_part(row: t.ReturnLine, place: counting.Place, *, with_cases: bool) -> _Base:
    figures = dict(row.figures)
    start = sum(figures.pop(key, 0) for key in ("opening", "moved_in"))
    start -= figures.pop("moved_out", 0)
    stated = figures.get(STATED, 0)
    if not with_cases:
        return _Base(place, figures, start, frozenset(), stated)
    cases = unpack(row.cases)
    came = frozenset(cases.of("opening") + cases.of("moved_in"))
    return _Base(place, figures, start, came - frozenset(cases.of("moved_out")), stated, cases)


def _bridge(figures: Figures, closing: int, start: int, came: int, went: int) -> None:
    """Go on from what the office locked to what its departments say the month began with."""
    rest = start - (closing + came - went)
    figures["opening"] = closing
    figures["moved_in"] = came + max(0, rest)
    figures["moved_out"] = went + max(0, -rest)


def _marked(cases: Cases, **starts: frozenset[UUID]) -> Cases:
    """Give the cases with their start as it was carried over."""
    clear = ~sum(BIT[key] for key in _START) & ((1 << len(BITS)) - 1)
    marked = Cases({id_: mask & clear for id_, mask in cases.hazards.items()}, cases.rewards)
    for key, ids in starts.items():
        for id_ in ids:
            marked.mark(id_, key)
    return marked


def _line(place: counting.Place, figures: Figures) -> Line:
    return Line(
        enterprise_id=place.id,
        name=place.name,
        department_id=place.department_id,
        town_id=place.town_id,
        group_id=place.group_id,
        sector=place.sector,
        figures=without_zeros(figures),
    )


def _leaving(carried: Carried, *, with_cases: bool) -> Line:
    row = carried.row
    figures = {"opening": carried.closing, "moved_out": carried.closing, LEFT: 1}
    line = Line(
        row.enterprise_id,
        row.name,
        row.department_id,
        row.town_id,
        row.group_id,
        row.sector,
        without_zeros(figures),
    )
    if with_cases:
        line.cases = Cases()
        for id_ in carried.open_ids:
            line.cases.mark(id_, "opening")
            line.cases.mark(id_, "moved_out")
    return line
