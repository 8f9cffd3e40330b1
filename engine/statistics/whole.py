"""The monthly table of every enterprise, line by line: for files that are longer than a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.counts import MAXIMA
from engine.permissions import require
from engine.statistics.axis import Axis, axis_of, page
from engine.statistics.figures import FIGURES
from engine.statistics.monthly import Line, lines_of
from engine.statistics.span import month_span
from engine.statistics.sums import COUNTERS

#: So many lines are counted at once: few statements, and little that is held.
_AT_ONCE: Final = 2_000
#: So many enterprises are found at once, with their names alone.
_FOUND: Final = 20_000


class Whole:
    """Every line of a month's table by enterprise, in order of name, read once from end to end.

    No more than `_AT_ONCE` lines and `_FOUND` names are held at a time. The total is the sum of
    the lines that were read, so that a file always adds up.
    """

    def __init__(self, session: Session, *, actor: Actor, month: str) -> None:
        """Prepare to read; nothing is counted before the first line is asked for.

        Raises:
            NotAllowed: the actor may not read statistics. Invalid: the month is wrong.
        """
        require(actor, "statistics:read")
        self.month = month_span(month).first
        self._session, self._actor = session, actor
        self._figures = dict.fromkeys(FIGURES, 0)
        self._year = dict.fromkeys(COUNTERS, 0)

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines."""
        axis = axis_of(self._session, self._actor, month_span(self.month), "enterprise")
        for chosen in self._chosen(axis):
            names = {str(id_): name for id_, name in chosen}
            for line in lines_of(replace(axis, ids=[id_ for id_, _ in chosen]), names, True):
                self._add(line)
                yield line

    def _chosen(self, axis: Axis) -> Iterator[list[tuple[UUID, str]]]:
        """Yield who is counted together: looked for among all, many are found at once."""
        after: str | None = None
        while True:
            found, after = page(axis, after, _FOUND)
            for at in range(0, len(found), _AT_ONCE):
                yield found[at : at + _AT_ONCE]
            if after is None:
                return

    @property
    def total(self) -> Line:
        """Give the sum of the lines read so far."""
        return Line("", "", dict(self._figures), dict(self._year))

    def _add(self, line: Line) -> None:
        for so_far, told in ((self._figures, line.figures), (self._year, line.year)):
            for key, value in so_far.items():
                so_far[key] = max(value, told[key]) if key in MAXIMA else value + told[key]
