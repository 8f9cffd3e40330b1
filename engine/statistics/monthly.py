"""The monthly table: three indicators and their parts, by enterprise or summed on an axis (C5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.hazards.counts import MAXIMA
from engine.permissions import require
from engine.statistics.figures import FIGURES
from engine.statistics.scope import NOWHERE, Enterprise, enterprises, names_of
from engine.statistics.span import Span, month_span, year_span
from engine.statistics.sums import COUNTERS, persons, standing, sums


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


def monthly(
    session: Session,
    *,
    actor: Actor,
    month: str,
    by: str = "enterprise",
    with_persons: bool = True,
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

    Raises:
        NotAllowed: the actor may not read statistics. Invalid: month or axis is wrong.
    """
    require(actor, "statistics:read")
    span = month_span(month)
    places = enterprises(session, actor, by, span)
    this_month, balance = sums(session, actor, span), standing(session, actor, span)
    this_year = sums(session, actor, year_span(month))
    of_year = persons(session, actor, year_span(month)) if with_persons else {}
    for owner, counted in of_year.items():
        this_year[owner] = {**this_year.get(owner, {}), **counted}
    lines = [
        Line(
            key=place.key,
            name=place.name,
            figures=_figures(place, span, this_month.get(place.id, {}), balance.get(place.id, {})),
            year=_known(this_year.get(place.id, {})),
        )
        for place in places
        # A closed enterprise stays in the table for as long as it has anything to tell.
        if place.is_active or place.id in this_year or place.id in balance
    ]
    shown = lines if by == "enterprise" else _grouped(session, by, lines)
    return Table(month, by, shown, _join("", "", lines))


def _figures(
    place: Enterprise, span: Span, counted: Mapping[str, int], balance: Mapping[str, int]
) -> dict[str, int]:
    figures = _known(counted) | {"opening": 0, "overdue": 0, **balance, **_mechanism(place, span)}
    figures["overdue"] += figures["late_closed"]
    figures["closing"] = figures["opening"] + figures["verified"] - figures["closed"]
    figures["silent"] = int(place.is_active and not figures["reported"])
    return figures


def _mechanism(place: Enterprise, span: Span) -> dict[str, int]:
    """Say how far the enterprise has come (C3), as numbers that can be summed."""
    return {key: int(belongs) for key, belongs in mechanism_of(place, span).items()}


def mechanism_of(place: Enterprise, span: Span) -> dict[str, bool]:
    """Say for each figure about the mechanism whether the enterprise counts in it."""
    # Whoever has closed is no longer among those obliged, nor among those who have done it.
    established = place.established_on if place.is_active else None
    implemented = place.implemented_on if place.is_active else None
    first_on = span.last_on.replace(day=1)
    return {
        "obliged": place.is_active,
        "established": established is not None and established <= span.last_on,
        "established_new": established is not None and first_on <= established <= span.last_on,
        "implemented": implemented is not None and implemented <= span.last_on,
    }


def _known(counted: Mapping[str, int]) -> dict[str, int]:
    return {name: counted.get(name, 0) for name in COUNTERS}


def _grouped(session: Session, by: str, lines: Iterable[Line]) -> list[Line]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.key, []).append(line)
    names = {} if by == "sector" else names_of(session, set(groups))
    joined = [_join(key, names.get(key, key), group) for key, group in groups.items()]
    return sorted(joined, key=lambda line: (line.key == NOWHERE, line.name))


def _join(key: str, name: str, lines: Iterable[Line]) -> Line:
    members = list(lines)
    return Line(
        key=key,
        name=name,
        figures={k: _together(k, [m.figures[k] for m in members]) for k in FIGURES},
        year={k: _together(k, [m.year[k] for m in members]) for k in COUNTERS},
    )


def _together(key: str, values: list[int]) -> int:
    return max(values, default=0) if key in MAXIMA else sum(values)
