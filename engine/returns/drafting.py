"""A return that is not locked: counted from the histories whenever it is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.returns.figures import MOVES, Figures, add, without_zeros
from engine.returns.lines import Composer, Line
from engine.returns.units import Unit

#: So many enterprises are counted at a time: few statements, and little memory.
AT_ONCE: Final = 2_000


def drafted(session: Session, unit: Unit, month: str) -> tuple[Figures, int]:
    """Give the totals of a month as they are now, and over how many lines."""
    composer = Composer(session, unit, month)
    total: Figures = {}
    count = 0
    for line in all_lines(composer):
        add(total, line.figures)
        count += 1
    return without_zeros(total), count


def all_lines(composer: Composer) -> Iterator[Line]:
    """Yield every line of a draft, some enterprises at a time."""
    ids = composer.standing()
    for some in chunks(ids):
        yield from composer.lines(some)
    yield from composer.leaving(ids)


def chunks(ids: Sequence[UUID], size: int = AT_ONCE) -> Iterator[Sequence[UUID]]:
    """Yield ids some at a time."""
    return (ids[at : at + size] for at in range(0, len(ids), size))


def moved(signed: Figures, now: Figures) -> list[str]:
    """Give the figures that are not as they were signed.

    Moves of a roll-up are netted as long as no cases are looked at; what they come to is in the
    closing balance, which is compared.
    """
    keys = (signed.keys() | now.keys()) - set(MOVES)
    return sorted(key for key in keys if signed.get(key, 0) != now.get(key, 0))
