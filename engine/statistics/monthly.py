"""The monthly table: three indicators and their parts, by enterprise or summed on an axis (C5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.counts import MAXIMA
from engine.permissions import require
from engine.statistics.axis import (
    CROSSED,
    EVERY,
    TOTAL,
    Axis,
    Sums,
    axis_of,
    figures,
    page,
    part,
    year,
)
from engine.statistics.figures import FIGURES
from engine.statistics.scope import NOWHERE, chosen_ids, names_of
from engine.statistics.span import month_span
from engine.statistics.sums import COUNTERS
from engine.statistics.tree import WITH_BELOW, Branch, branches

_EVERYTHING: Final = 10**6


@dataclass(frozen=True)
class Line:
    """One line of the table: an enterprise, or all that stand at one place of an axis."""

    #: What `cases` takes to open a figure of this line; empty for the total.
    key: str
    #: A name; for a sector its key.
    name: str
    #: Figure → its value in the month.
    figures: Mapping[str, int]
    #: Figure → its value from January up to the month.
    year: Mapping[str, int]


@dataclass(frozen=True)
class Table:
    """The monthly table of what one actor may see."""

    month: str
    by: str
    lines: list[Line]
    total: Line
    #: What asks for the lines after these; None at the end.
    next: str | None = None


def monthly(
    session: Session,
    *,
    actor: Actor,
    month: str,
    by: str = "enterprise",
    with_persons: bool = True,
    after: str | None = None,
    limit: int | None = None,
    total: Line | None = None,
) -> Table:
    """Give the monthly table over the enterprises that the actor may see.

    Every line adds up: opening + verified - closed = closing. Persons of a total are the sum over
    the enterprises, since nobody is followed from one to another (C5 12).

    An enterprise counts with its whole year where it stood when the month ended; who has been
    over it since sees it in later months, who was over it before in earlier ones (R-62).

    Args:
        month: "2026-11", counted in China.
        by: enterprise, sector, town, group or department.
        with_persons: count the persons of the year, which takes longer than all the rest.
        after, limit: of enterprises only so many, those after the cursor of the page before.
        total: what all of them come to, where that is known already.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: month, axis or cursor is wrong.
    """
    require(actor, "statistics:read")
    axis = axis_of(session, actor, month_span(month), by)
    if by != "enterprise":
        lines = _places(axis, with_persons)
        return Table(month, by, lines, _join(lines))
    chosen, following = page(axis, after, limit or _EVERYTHING)
    is_whole = after is None and following is None
    of_these = axis if is_whole else replace(axis, ids=[id_ for id_, _ in chosen])
    lines = lines_of(of_these, {str(id_): name for id_, name in chosen}, with_persons)
    if is_whole:
        total = _join(lines)
    elif total is None:
        total = total_of(replace(axis, by=TOTAL), with_persons)
    return Table(month, by, lines, total, following)


def tables(session: Session, *, actor: Actor, month: str) -> dict[str, Table]:
    """Give the tables by every axis at once, and the total alone under "enterprise".

    Counted once where the places cross, and joined here: as many statements as one table takes.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: the month is wrong.
    """
    require(actor, "statistics:read")
    axis = Axis(session, actor, month_span(month), EVERY)
    found = figures(axis)
    crossed = lines_of(axis, dict.fromkeys(found, ""), True, found)
    total = _join(crossed)
    made = {"enterprise": Table(month, "enterprise", [], total)}
    for by in CROSSED:
        groups: dict[str, list[Line]] = {}
        for one in crossed:
            groups.setdefault(part(one.key, by), []).append(one)
        names = {} if by == "sector" else names_of(session, set(groups))
        joined = [
            replace(_join(group), key=key, name=names.get(key, key))
            for key, group in groups.items()
        ]
        made[by] = Table(month, by, _in_order(joined), total)
    return made


def total_of(axis: Axis, with_persons: bool) -> Line:
    """Give the sums over everything, in as many statements as one line takes."""
    lines = lines_of(axis, {TOTAL: ""}, with_persons)
    return lines[0] if lines else _join([])


def line(
    session: Session, *, actor: Actor, month: str, by: str = "enterprise", key: str | None = None
) -> Line | None:
    """Give one line of the monthly table without the persons of the year, None if it has none.

    Args:
        key: whose line; None for the total.

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: month or axis is wrong.
    """
    require(actor, "statistics:read")
    span = month_span(month)
    axis = axis_of(session, actor, span, by)
    if key is None:
        return total_of(replace(axis, by=TOTAL), with_persons=False)
    if by == "enterprise":
        names = names_of(session, {key})
        if not names:
            return None
        axis = replace(axis, ids=session.scalars(chosen_ids(actor, by, key, span)).all())
        return next(iter(lines_of(axis, names, with_persons=False)), None)
    lines = _places(axis, with_persons=False)
    if by == "group" and key.endswith(WITH_BELOW):
        found = (one.line for one in as_tree(session, lines))
        return next((one for one in found if one.key == key), None)
    return next((one for one in lines if one.key == key), None)


def as_tree(session: Session, lines: Sequence[Line]) -> list[Branch[Line]]:
    """Give the lines of a table by group as a tree, with what each has with all below it."""
    return branches(session, lines, lambda key, some: replace(_join(some), key=key))


def _places(axis: Axis, with_persons: bool) -> list[Line]:
    """Give a line for each place of an axis, in order of the names; nowhere comes last."""
    found = figures(axis)
    names = {} if axis.by == "sector" else names_of(axis.session, set(found))
    lines = lines_of(axis, {key: names.get(key, key) for key in found}, with_persons, found)
    return _in_order(lines)


def _in_order(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (one.key == NOWHERE, one.name))


def lines_of(
    axis: Axis, names: Mapping[str, str], with_persons: bool, found: Sums | None = None
) -> list[Line]:
    """Give the lines of an axis, in the order of `names`: key → name.

    Args:
        found: what `figures` gave, where that was asked already.
    """
    found = figures(axis) if found is None else found
    of_year = year(axis, with_persons=with_persons)
    nothing = dict.fromkeys(COUNTERS, 0)
    return [
        Line(key, name, {k: found[key][k] for k in FIGURES}, of_year.get(key, nothing))
        for key, name in names.items()
        if key in found
    ]


def _join(lines: Sequence[Line]) -> Line:
    return Line(
        key="",
        name="",
        figures={k: _together(k, [one.figures[k] for one in lines]) for k in FIGURES},
        year={k: _together(k, [one.year[k] for one in lines]) for k in COUNTERS},
    )


def _together(key: str, values: list[int]) -> int:
    return max(values, default=0) if key in MAXIMA else sum(values)
