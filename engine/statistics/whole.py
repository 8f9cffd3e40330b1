"""The monthly table of every enterprise, line by line: for files that are longer than a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.counts import MAXIMA
from engine.permissions import require
from engine.statistics.figures import FIGURES
from engine.statistics.monthly import Line, monthly
from engine.statistics.span import month_span
from engine.statistics.sums import COUNTERS

#: So many lines are counted at once: few statements, and little that is held.
_AT_ONCE: Final = 2_000


class Whole:
    """Every line of a month's table by enterprise, in order of name, read once from end to end.

    No more than `_AT_ONCE` lines are held at a time. The total is the sum of the lines that were
    read, so that a file always adds up.
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
        after: str | None = None
        while True:
            page = monthly(
                self._session,
                actor=self._actor,
                month=self.month,
                after=after,
                limit=_AT_ONCE,
                total=_NOTHING,
            )
            for line in page.lines:
                self._add(line)
                yield line
            after = page.next
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


#: In place of a total that nobody has to count: it is summed from the lines.
_NOTHING: Final = Line("", "", {}, {})
