"""The coverage board: who owes the mechanism, who has it, who does not and why (R-04…R-06).

Everything is counted in SQL over what the actor may see: one statement for all targets together,
one for the lines of a target, however many enterprises there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, false, func, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.coverage.targets import listed, meant
from engine.errors import Invalid
from engine.hazards.counts import HUMAN_SOURCES
from engine.hazards.mechanism import STALLED_AFTER
from engine.permissions import require
from engine.statistics.scope import AXES, NOWHERE, check_axis, names_of
from engine.store import organisations_of
from engine.store import tables as t

#: What a line counts, and what a list of enterprises can be narrowed to.
COUNTS: Final = (
    "due", "established", "implemented", "open", "overdue", "explained", "drafted", "nothing",
    "stalled", "not_applicable",
)  # fmt: skip
#: The axes of the board; one enterprise a line would be the list itself.
BOARD_AXES: Final = ("department", "town", "group", "sector")
Targets = Sequence[t.CoverageTarget]


@dataclass(frozen=True)
class Line:
    """One line of the board."""

    #: A key on the axis; empty for the sum.
    key: str
    #: A name; for a sector its key.
    name: str
    counts: Mapping[str, int]

    def rate(self, count: str) -> float | None:
        """Give how many percent of those who owe it are counted so."""
        due = self.counts["due"]
        return round(100 * self.counts[count] / due, 1) if due else None


@dataclass(frozen=True)
class Board:
    """A target, its lines on an axis, and their sum."""

    target: t.CoverageTarget
    by: str
    lines: list[Line]
    total: Line


def overview(session: Session, targets: Targets, *, actor: Actor) -> dict[Any, Line]:
    """Give the sum for each target, by its id, in one statement.

    Raises:
        NotAllowed: the role.
    """
    require(actor, "coverage:read")
    if not targets:
        return {}
    columns = [
        _sum(condition, meant(target, targets))
        for target in targets
        for condition in conditions(target).values()
    ]
    row = session.execute(_visible(select(*columns), actor)).one()
    width = len(COUNTS)
    return {
        target.id: Line("", "", _counts(row[at * width : (at + 1) * width]))
        for at, target in enumerate(targets)
    }


def board(session: Session, target: t.CoverageTarget, by: str, *, actor: Actor) -> Board:
    """Give the lines of a target on an axis, the ones with most still to do first.

    Args:
        by: one of `BOARD_AXES`.

    Raises:
        NotAllowed: the role. Invalid: the axis.
    """
    require(actor, "coverage:read")
    check_axis(by)
    axis, chosen = AXES[by], meant(target, listed(session, actor=actor))
    sums = [_sum(condition) for condition in conditions(target).values()]
    statement = _visible(select(axis, *sums), actor).where(chosen).group_by(axis)
    rows = session.execute(statement).all()
    keys = {NOWHERE if row[0] is None else str(row[0]) for row in rows}
    names = {} if by == "sector" else names_of(session, keys)
    lines = []
    for row in rows:
        key = NOWHERE if row[0] is None else str(row[0])
        lines.append(Line(key, names.get(key, key), _counts(row[1:])))
    lines.sort(key=lambda line: (-line.counts["overdue"], -line.counts["open"], line.name))
    total = {name: sum(line.counts[name] for line in lines) for name in COUNTS}
    return Board(target, by, lines, Line("", "", total))


def conditions(target: t.CoverageTarget) -> dict[str, ColumnElement[bool]]:
    """Say in SQL for each count which of those meant are in it."""
    organisation, record = t.Organisation, t.MechanismRecord
    active = organisation.status == "active"
    days = {"established": record.established_on, "implemented": record.implemented_on}
    is_open = and_(active, days[target.stage].is_(None))
    is_late = true() if clock.local_date() > target.due_on else false()
    return {
        "due": active,
        "established": and_(active, record.established_on.is_not(None)),
        "implemented": and_(active, record.implemented_on.is_not(None)),
        "open": is_open,
        "overdue": and_(is_open, is_late),
        "explained": and_(is_open, record.obstacle.is_not(None)),
        "drafted": and_(active, record.drafted_on.is_not(None), record.established_on.is_(None)),
        "nothing": and_(active, record.drafted_on.is_(None), record.established_on.is_(None)),
        "stalled": and_(active, record.implemented_on.is_not(None), is_silent()),
        "not_applicable": organisation.status != "active",
    }


def condition_of(target: t.CoverageTarget, count: str) -> ColumnElement[bool]:
    """Give the condition of one count.

    Raises:
        Invalid: there is none of that name.
    """
    found = conditions(target).get(count)
    if found is None:
        raise Invalid(f"没有“{count[:20]}”这一栏。", f"There is no column '{count[:20]}'.")
    return found


def is_silent() -> ColumnElement[bool]:
    """Say that for 90 days nobody reported and no zero statement was signed."""
    since, since_on = silent_since()
    record, hazard, zero = t.MechanismRecord, t.Hazard, t.ZeroStatement
    reported = exists().where(
        hazard.organisation_id == t.Organisation.id,
        hazard.reported_at >= since,
        hazard.source.in_(HUMAN_SOURCES),
    )
    signed = exists().where(zero.organisation_id == t.Organisation.id, zero.signed_at >= since)
    return and_(record.implemented_on < since_on, ~reported, ~signed)


def silent_since() -> tuple[datetime, date]:
    """Give the moment and the day since when a sign of life keeps a mechanism going."""
    first_on = clock.local_date() - STALLED_AFTER + timedelta(days=1)
    return datetime.combine(first_on, datetime.min.time(), clock.LOCAL_ZONE), first_on


def _visible(statement: Any, actor: Actor) -> Any:
    organisation, record = t.Organisation, t.MechanismRecord
    statement = (
        statement.select_from(organisation)
        .outerjoin(record, record.organisation_id == organisation.id)
        .where(organisation.kind == "enterprise")
    )
    if actor.is_system:
        return statement
    return statement.where(organisation.id.in_(organisations_of(actor)))


def _sum(*each: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((and_(*each), 1), else_=0)), 0)


def _counts(values: Any) -> dict[str, int]:
    return dict(zip(COUNTS, map(int, values), strict=True))
