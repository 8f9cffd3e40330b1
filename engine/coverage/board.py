"""The coverage board: who owes the mechanism, who has it, who does not and why (R-04…R-06).

Everything is counted in SQL over what the actor may see: one statement for all targets together,
one for the lines of a target, however many enterprises there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal_column, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.coverage.targets import listed, meant
from engine.errors import Invalid
from engine.hazards.counts import HUMAN_SOURCES
from engine.hazards.mechanism import STALLED_AFTER
from engine.permissions import require
from engine.statistics.scope import AXES, NOWHERE, check_axis, names_of
from engine.statistics.tree import Branch, branches
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
    """Give the sum for each target, by its id, in one statement; without who stands still.

    Raises:
        NotAllowed: the role.
    """
    require(actor, "coverage:read")
    sums = {target.id: dict.fromkeys(COUNTS, 0) for target in targets}
    if not targets:
        return {}
    is_meant = [_flag(meant(target, targets)) for target in targets]
    for *belongs, standing, many in _grouped(session, actor, is_meant, _standing(silent=False)):
        for target, belongs_to in zip(targets, belongs, strict=True):
            if belongs_to:
                _add(sums[target.id], target, standing, many)
    return {key: Line("", "", counts) for key, counts in sums.items()}


def board(session: Session, target: t.CoverageTarget, by: str, *, actor: Actor) -> Board:
    """Give the lines of a target on an axis, the ones with most still to do first.

    Args:
        by: one of `BOARD_AXES`.

    Raises:
        NotAllowed: the role. Invalid: the axis.
    """
    require(actor, "coverage:read")
    check_axis(by)
    chosen = meant(target, listed(session, actor=actor))
    sums: dict[str, dict[str, int]] = {}
    for axis, standing, many in _grouped(session, actor, [AXES[by]], _standing(), chosen):
        key = NOWHERE if axis is None else str(axis)
        _add(sums.setdefault(key, dict.fromkeys(COUNTS, 0)), target, standing, many)
    names = {} if by == "sector" else names_of(session, set(sums))
    lines = [Line(key, names.get(key, key), counts) for key, counts in sums.items()]
    lines.sort(key=lambda line: (-line.counts["overdue"], -line.counts["open"], line.name))
    total = {name: sum(line.counts[name] for line in lines) for name in COUNTS}
    return Board(target, by, lines, Line("", "", total))


def as_tree(session: Session, lines: Sequence[Line]) -> list[Branch[Line]]:
    """Give the lines of a board by group as a tree, with what each has with all below it."""
    return branches(
        session,
        lines,
        lambda key, some: Line(
            key, "", {name: sum(one.counts[name] for one in some) for name in COUNTS}
        ),
    )


def _grouped(
    session: Session, actor: Actor, keys: Sequence[Any], standing: Sequence[Any], *where: Any
) -> Iterator[list[Any]]:
    """Count the enterprises that are alike: the keys, how they stand as booleans, how many.

    Each condition is looked at once an enterprise, and what comes back is small.
    """
    columns = [column.label(f"c{at}") for at, column in enumerate((*keys, *standing))]
    alike = _visible(select(*columns), actor).where(*where).subquery()
    statement = select(*alike.c, func.count()).group_by(*alike.c)
    width = len(keys)
    for row in session.execute(statement):
        yield [*row[:width], tuple(map(bool, row[width:-1])), row[-1]]


def _standing(*, silent: bool = True) -> list[Any]:
    """Give how an enterprise stands: works, drafted, established, implemented, reason, silent."""
    record = t.MechanismRecord
    lived = record.implemented_on.is_not(None)
    return [
        _flag(t.Organisation.status == "active"),
        _flag(record.drafted_on.is_not(None)),
        _flag(record.established_on.is_not(None)),
        _flag(lived),
        _flag(record.obstacle.is_not(None)),
        case((and_(lived, is_silent()), 1), else_=0) if silent else literal_column("0"),
    ]


def _add(
    counts: dict[str, int], target: t.CoverageTarget, standing: tuple[bool, ...], many: int
) -> None:
    """Add enterprises that stand alike; says of one what `conditions` says in SQL."""
    active, drafted, established, implemented, explained, silent = standing
    if not active:
        counts["not_applicable"] += many
        return
    is_open = not {"established": established, "implemented": implemented}[target.stage]
    found = {
        "due": True,
        "established": established,
        "implemented": implemented,
        "open": is_open,
        "overdue": is_open and clock.local_date() > target.due_on,
        "explained": is_open and explained,
        "drafted": drafted and not established,
        "nothing": not (drafted or established),
        "stalled": silent,
    }
    for name, belongs in found.items():
        counts[name] += many if belongs else 0


def _flag(condition: ColumnElement[bool]) -> Any:
    return case((condition, 1), else_=0)


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
