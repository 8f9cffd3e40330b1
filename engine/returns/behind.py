"""What is behind a figure of a return: the cases counted when it was locked, or those of now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlalchemy.orm import Session

from engine import statistics
from engine.actors import Actor
from engine.errors import Invalid, NotAllowed
from engine.permissions import require
from engine.returns.choosing import lines_behind
from engine.returns.digests import lines_in_order
from engine.returns.figures import KEYS, MOVES
from engine.returns.ledger_cases import mask_of_hazard
from engine.returns.lines import Composer, Line
from engine.returns.packing import AMOUNTS, BIT, unpack
from engine.returns.showing import View, line_of, read_cursor
from engine.statistics import FIGURES, Page
from engine.statistics.cases import select_hazards, select_rewards
from engine.statistics.span import month_span
from engine.store import Hazard, Reward
from engine.store import tables as t


@dataclass(frozen=True)
class Counted:
    """One case or enterprise behind a figure."""

    #: A row of the ledger, or of rewards; of an enterprise its line.
    row: Any
    #: What it adds to the figure, in the figure's unit.
    value: int
    #: Whether it would not be counted any more: the case has changed since the lock.
    is_otherwise_now: bool = False


def opens(key: str) -> str:
    """Give what a figure opens: hazard, reward, enterprise, or nothing."""
    return "hazard" if key in MOVES else FIGURES[key].opens


def may_open(actor: Actor, key: str) -> bool:
    """Say whether the actor may see the list behind a figure, if it has one."""
    if not opens(key):
        return False
    return statistics.may_open(actor, FIGURES["closing" if key in MOVES else key])


def behind(
    session: Session,
    shown: View,
    key: str,
    *,
    actor: Actor,
    enterprise_id: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[Counted]:
    """Give a page of exactly what a figure of a return counts.

    Args:
        enterprise_id: of one line; by default of the whole return.

    Raises:
        NotAllowed: the actor may not read the ledger it opens. Invalid: no such figure, or persons.
    """
    require(actor, "returns:read")
    _check(actor, key)
    source = _lines(session, shown, key, enterprise_id, after, limit)
    if opens(key) == "enterprise":
        return _enterprises(source, key, limit)
    return _cases(session, shown, source, key, after, limit)


def _check(actor: Actor, key: str) -> None:
    if key not in KEYS:
        raise Invalid(
            f"没有名为“{key[:40]}”的指标。", f"There is no figure '{key[:40]}'.", field="figure"
        )
    if not opens(key):
        raise Invalid(
            "人数不展开成名单，以保护报告人。",
            "Persons are counted, never listed, to protect those who report.",
            field="figure",
        )
    if not may_open(actor, key):
        raise NotAllowed(
            "您的岗位不能查看这项明细。如确有需要，请联系本单位管理员。",
            "Your role does not open this list. If you need it, ask your administrator.",
        )


def _lines(
    session: Session,
    shown: View,
    key: str,
    enterprise_id: UUID | None,
    after: str | None,
    limit: int,
) -> Iterator[Line]:
    """Yield the lines from the cursor on, with their cases."""
    last = read_cursor(after.partition("-")[0]) if after else None
    if shown.is_frozen:
        for row in _kept(session, shown, enterprise_id, last):
            line = line_of(row)
            line.cases = unpack(row.cases)
            yield line
        return
    with_cases = opens(key) != "enterprise"
    composer = Composer(session, shown.unit, shown.month, with_cases=with_cases)
    # One more than fits, so that it is known whether there is a page after this one.
    yield from lines_behind(composer, key, since=last, only=enterprise_id, size=limit + 1)


def _kept(
    session: Session, shown: View, enterprise_id: UUID | None, last: UUID | None
) -> Iterable[Any]:
    if enterprise_id is not None:
        row = session.get(t.ReturnLine, (shown.unit.id, shown.month, enterprise_id))
        return [row] if row else []
    return lines_in_order(session, shown.unit.id, shown.month, first=last)


def _enterprises(source: Iterable[Line], key: str, limit: int) -> Page[Counted]:
    found: list[Counted] = []
    for line in source:
        if line.figures.get(key):
            if len(found) == limit:
                return Page(found, line.enterprise_id.hex)
            found.append(Counted(line, 1))
    return Page(found, None)


def _cases(
    session: Session, shown: View, source: Iterable[Line], key: str, after: str | None, limit: int
) -> Page[Counted]:
    chosen: list[tuple[UUID, UUID, int]] = []
    following: str | None = None
    for line in source:
        cases = line.cases
        for id_ in cases.of(key) if cases else ():
            if _is_before(after, line, id_.hex):
                continue
            if len(chosen) == limit:
                following = f"{line.enterprise_id.hex}-{id_.hex}"
                break
            amount = AMOUNTS.get(key)
            value = getattr(cases.rewards[id_], amount) if cases and amount else 1
            chosen.append((line.enterprise_id, id_, value))
        if following:
            break
    return Page(_rows(session, shown, key, chosen), following)


def _is_before(after: str | None, line: Line, case: str) -> bool:
    """Say whether a case of the line at which the page before ended was on that page."""
    enterprise, _, first = (after or "").partition("-")
    return enterprise == line.enterprise_id.hex and case < first


def _rows(
    session: Session, shown: View, key: str, chosen: Sequence[tuple[UUID, UUID, int]]
) -> list[Counted]:
    """Read the rows of a page, in its order."""
    is_hazard = opens(key) == "hazard"
    table: Any = Hazard if is_hazard else Reward
    keys = [(owner, id_) for owner, id_, _value in chosen]
    asked = select_hazards() if is_hazard else select_rewards()
    asked = asked.where(
        table.organisation_id.in_({owner for owner, _ in keys}),
        tuple_(table.organisation_id, table.id).in_(keys),
    )
    found = {row.id: row for row in session.execute(asked)} if keys else {}
    span = month_span(shown.month)
    return [
        Counted(
            found[id_],
            value,
            shown.is_frozen
            and is_hazard
            and key not in MOVES
            and not mask_of_hazard(dict(found[id_]._mapping), span) & BIT[key],
        )
        for _owner, id_, value in chosen
        if id_ in found
    ]
