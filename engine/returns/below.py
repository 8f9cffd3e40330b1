"""What those below handed in, beside what the histories say now (R-62, R-63)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import board, statistics
from engine.actors import Actor
from engine.permissions import require
from engine.returns.carrying import FROZEN
from engine.returns.late import Part
from engine.returns.versions import as_counted, version_for
from engine.statistics.tree import WITH_BELOW
from engine.store import tables as t

#: The three indicators, and what was verified.
KEYS: Final = ("established", "reported", "verified", "paid_fen")


@dataclass(frozen=True)
class Compared:
    """A unit below with the figures of its locked return, and as they are counted now."""

    part: Part
    #: None as long as nothing is locked.
    handed_in: Mapping[str, int] | None
    #: None while a large district is being counted.
    counted: Mapping[str, int] | None

    def difference(self, key: str) -> int:
        """Give how much more is counted now than was handed in; 0 where one is missing."""
        if self.handed_in is None or self.counted is None:
            return 0
        return self.counted.get(key, 0) - self.handed_in.get(key, 0)


def compare(session: Session, month: str, parts: Sequence[Part], *, actor: Actor) -> list[Compared]:
    """Give the units below with what they handed in and what is counted now.

    Raises:
        NotAllowed: the actor may read no returns. Invalid: the month is wrong.
    """
    require(actor, "returns:read")
    if not parts:
        return []
    handed, counted = _handed_in(session, month, parts), _counted(session, month, parts, actor)
    nothing, by_month = dict.fromkeys(KEYS, 0), version_for(month)
    found = []
    for one in parts:
        figures, version = handed.get(one.id, (None, by_month))
        now = None if counted is None else counted.get(str(one.id), nothing)
        # What was handed in is compared by the version of the indicators it was locked by.
        found.append(Compared(one, figures, None if now is None else as_counted(version, now)))
    return found


def _handed_in(
    session: Session, month: str, parts: Sequence[Part]
) -> dict[UUID, tuple[Mapping[str, int], str]]:
    """Give the figures of what is locked, and the version of the indicators it was locked by."""
    own = t.MonthlyReturn
    rows = session.execute(
        select(own.organisation_id, own.figures, own.definitions_version).where(
            own.month == month,
            own.organisation_id.in_([one.id for one in parts]),
            own.state.in_(FROZEN),
        )
    )
    return {row.organisation_id: (row.figures, row.definitions_version) for row in rows}


def _counted(
    session: Session, month: str, parts: Sequence[Part], actor: Actor
) -> dict[str, Mapping[str, int]] | None:
    """Give what is counted for each, by its id as text; None while it is being counted."""
    found: dict[str, Mapping[str, int]] = {}
    for by in sorted({one.kind for one in parts}):
        table = board.months.table(session, actor=actor, month=month, by=by).table
        if table is None:
            return None
        found |= {line.key: line.figures for line in table.lines}
        if by == "group":
            # A group hands in for all below it.
            found |= {
                one.line.key.removesuffix(WITH_BELOW): one.line.figures
                for one in statistics.as_tree(session, table.lines)
                if one.is_sum
            }
    return found
