"""One figure seen from department, town and group at once, and where they overlap (R-62, C5).

Chosen departments, towns and groups cut the enterprises into eight parts that do not overlap; every
sum of an axis is made of such parts, so that they can be reconciled by eye.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.permissions import require
from engine.statistics.scope import placed_enterprises, then
from engine.statistics.span import Span, month_span
from engine.statistics.tree import subtree
from engine.store import Month, Organisation, visible_to
from engine.store.standing import stood
from engine.store.tables import MechanismRecord

#: The letter of an axis in a part's name → its column.
LETTERS: Final = {"d": "department_id", "t": "town_id", "g": "group_id"}
#: Every part: the letters of the axes on which an enterprise is among those chosen; "" for none.
PARTS: Final = ("d", "t", "g", "dt", "dg", "tg", "dtg", "")
#: Figure of the monthly table → what is summed for it.
INDICATORS: Final = ("obliged", "established", "reported", "verified", "paid_fen", "noncash_fen")


@dataclass(frozen=True)
class Region:
    """Some of the eight parts that the chosen nodes cut the enterprises into."""

    parts: frozenset[str]
    #: Letter → the node chosen on the axis; any node at all when there is none.
    nodes: Mapping[str, UUID] = field(default_factory=dict)

    def holds(self, row: Any) -> ColumnElement[bool]:
        """Say in SQL that a row, an organisation or a placement, is in the region."""
        flags = {letter: self.flag(letter, row) for letter in LETTERS}
        return or_(
            *(
                and_(*(flags[letter] == (1 if letter in part else 0) for letter in LETTERS))
                for part in sorted(self.parts)
            )
        )

    def flag(self, letter: str, row: Any, column: Any = None) -> ColumnElement[Any]:
        """Give 1 in SQL where a row is among those chosen on an axis, else 0."""
        column = getattr(row, LETTERS[letter]) if column is None else column
        node = self.nodes.get(letter)
        if node is None:
            chosen = column.is_not(None)
        elif letter == "g":
            chosen = column.in_(subtree(node))
        else:
            chosen = column == node
        return case((chosen, 1), else_=0)

    def narrow(self, statement: Select[Any], span: Span) -> Select[Any]:
        """Narrow a select of organisations to those in the region when `span` ended."""
        if span.stood_on is None:
            return statement.where(self.holds(Organisation))
        return statement.where(Organisation.id.in_(stood(span.stood_on, self.holds)))


@dataclass(frozen=True)
class Overlaps:
    """The indicators of each part; any sum of them by `of`."""

    month: str
    nodes: Mapping[str, UUID]
    parts: Mapping[str, Mapping[str, int]]

    def of(self, parts: Iterable[str]) -> dict[str, int]:
        """Give the sums over some parts."""
        chosen = list(parts)
        return {key: sum(self.parts[part][key] for part in chosen) for key in INDICATORS}

    def on(self, letter: str) -> dict[str, int]:
        """Give what an axis counts by itself."""
        return self.of(part for part in PARTS if letter in part)


def region(parts: Iterable[str], nodes: Mapping[str, UUID]) -> Region:
    """Give a region; Invalid when a part does not exist."""
    chosen = frozenset(parts)
    if not chosen or not chosen.issubset(PARTS):
        raise Invalid(
            "没有这样的重叠部分，请回到对账表重新选择。",
            "There is no such part; choose again from the table.",
            field="parts",
        )
    return Region(chosen, dict(nodes))


def overlaps(
    session: Session, *, actor: Actor, month: str, nodes: Mapping[str, UUID] | None = None
) -> Overlaps:
    """Give the three indicators of a month for each of the eight parts, in one statement.

    Args:
        nodes: letter of an axis → the node to look at; a group counts with all below it. Without
            one every enterprise counts that stands anywhere on the axis.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: the month is wrong.
    """
    require(actor, "statistics:read_district")
    span, chosen = month_span(month), Region(frozenset(PARTS), dict(nodes or {}))
    each = _each(actor, span, chosen).subquery()
    sums = [func.coalesce(func.sum(each.c[key]), 0) for key in INDICATORS]
    flags = [each.c[letter] for letter in LETTERS]
    parts = {part: dict.fromkeys(INDICATORS, 0) for part in PARTS}
    for row in session.execute(select(*flags, *sums).group_by(*flags)):
        name = "".join(letter for letter, is_in in zip(LETTERS, row[:3], strict=True) if is_in)
        parts[name] = dict(zip(INDICATORS, map(int, row[3:]), strict=True))
    return Overlaps(span.last, chosen.nodes, parts)


def _each(actor: Actor, span: Span, chosen: Region) -> Select[Any]:
    """Select a line an enterprise: on which axes it is chosen, and what it adds."""
    on, record = span.stood_on, MechanismRecord
    is_active = then(Organisation.status, on) == "active"
    is_established = and_(is_active, record.established_on <= span.last_on)
    flags = [
        chosen.flag(letter, Organisation, then(getattr(Organisation, name), on)).label(letter)
        for letter, name in LETTERS.items()
    ]
    same_month = and_(Month.organisation_id == Organisation.id, Month.month == span.last)
    statement = (
        select(
            *flags,
            case((is_active, 1), else_=0).label("obliged"),
            case((is_established, 1), else_=0).label("established"),
            func.coalesce(Month.reported, 0).label("reported"),
            func.coalesce(Month.verified, 0).label("verified"),
            func.coalesce(Month.paid_fen, 0).label("paid_fen"),
            func.coalesce(Month.noncash_fen, 0).label("noncash_fen"),
        )
        .select_from(Organisation)
        .outerjoin(record, record.organisation_id == Organisation.id)
        .outerjoin(Month, same_month)
        .where(Organisation.kind == "enterprise")
    )
    if on is not None:
        return placed_enterprises(actor, statement, on)
    mine = visible_to(actor, select(Organisation.id))
    return statement.where(Organisation.id.in_(mine))
