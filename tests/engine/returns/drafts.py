"""What holds of every draft: its totals are its lines', and a figure opens what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from engine import returns
from engine.actors import Actor
from engine.returns.drafting import drafted
from engine.returns.figures import MOVES, total_of
from engine.returns.lines import Composer, Line

#: One of each way in which a figure is counted.
_OPENED = (
    "obliged", "silent", "verified", "withdrawn", "closed", "opening", "closing", "overdue",
    "paid_fen", "noncash_count", *MOVES,
)  # fmt: skip


def check_draft(session: Session, actor: Actor, month: str) -> None:
    """Hold the totals counted in SQL, and the lists behind them, against all lines."""
    unit = returns.own_unit(session, actor)
    lines = all_lines(session, unit, month)
    assert drafted(session, unit, month) == total_of(line.figures for line in lines)
    ids = [line.enterprise_id for line in lines]
    assert ids == sorted(set(ids))
    shown = returns.view(session, month, actor=actor)
    assert shown.state == "draft"
    paged = list(_pages(lambda after: returns.lines(session, shown, after=after, limit=3)))
    assert [(one.enterprise_id, one.figures) for one in paged] == [
        (one.enterprise_id, one.figures) for one in lines
    ]
    with_cases = all_lines(session, unit, month, with_cases=True)
    for key in _OPENED:
        if returns.may_open(actor, key):
            _check_list(session, shown, key, actor, with_cases)


def all_lines(
    session: Session, unit: returns.Unit, month: str, *, with_cases: bool = False
) -> list[Line]:
    """Give every line of a draft, two enterprises at a time."""
    composer = Composer(session, unit, month, with_cases=with_cases)
    return [line for some in composer.all(2) for line in some]


def _check_list(
    session: Session, shown: returns.View, key: str, actor: Actor, lines: list[Line]
) -> None:
    rows = _pages(
        lambda after: returns.behind(session, shown, key, actor=actor, after=after, limit=2)
    )
    if returns.opens(key) == "enterprise":
        found = [one.row.enterprise_id for one in rows]
        assert found == [line.enterprise_id for line in lines if line.figures.get(key)], key
        return
    listed = [one.row.id for one in rows]
    counted = [id_ for line in lines if line.cases for id_ in line.cases.of(key)]
    if key in MOVES and shown.unit.is_office:
        # A roll-up nets what moved: a line that comes out even is not opened.
        assert set(listed) <= set(counted)
        return
    assert listed == counted, key


def _pages(page_after: Any) -> Iterator[Any]:
    after = None
    while True:
        page = page_after(after)
        yield from page.items
        after = page.next
        if after is None:
            return
