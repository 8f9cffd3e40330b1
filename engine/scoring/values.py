"""What indicators are computed from: the year's figures, returns, visits, training and cases.

All organisations of a kind are computed at once, in a number of statements that does not grow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from engine import clock, statistics
from engine.actors import Actor
from engine.statistics.monthly import Line
from engine.statistics.monthly import line as line_of
from engine.statistics.scope import AXES
from engine.statistics.span import present_month
from engine.store import tables as t

#: Value → the figure of the monthly table whose list stands behind it.
FIGURES: Final[Mapping[str, str]] = {
    "established_rate": "established",
    "implemented_rate": "implemented",
    "reports_each": "reported",
    "verified_rate": "verified",
    "closed_rate": "closed",
    "major_closed_rate": "closed_major",
    "overdue_count": "overdue",
    "paid_rate": "paid_count",
}
#: Figures that are taken over the whole year so far.
YEARLY: Final = frozenset({"reported", "verified", "closed", "closed_major", "paid_count"})
_TRAINED: Final = ("imported", "confirmed")
HANDED_IN: Final = ("submitted",)
_RUNNING: Final = (t.Organisation.kind == "enterprise", t.Organisation.status == "active")


@dataclass(frozen=True)
class Value:
    """One computed value, with what it is made of."""

    #: In hundredths; None where there is nothing to count over.
    value: int | None
    #: The parts of a share, as they are counted.
    part: int
    whole: int | None = None


Values = Mapping[str, Value]


def month_of_year(year: int) -> str:
    """Give the last month of a year that has begun: its December, or the present one."""
    return min(f"{year}-12", present_month())


def of_kind(
    session: Session, kind: str, chosen: Collection[UUID], year: int, *, actor: Actor
) -> dict[UUID, Values]:
    """Give every value of organisations of one kind.

    Args:
        kind: enterprise, department, town or group. chosen: whose values are wanted.
    """
    month = month_of_year(year)
    lines = _lines(session, kind, chosen, month, actor)
    visited, asked = _visits(session, kind, chosen, year)
    cases, trained = _cases(session, kind, chosen, year), _trained(session, kind, chosen, year)
    returns = _returns(session, chosen, month)
    found: dict[UUID, Values] = {}
    for one in chosen:
        line = lines.get(str(one))
        obliged = line.figures["obliged"] if line else 0
        due, passed = asked.get(one, (0, 0))
        months = int(month[5:]) - (1 if month == present_month() else 0)
        found[one] = {
            **_figures(line),
            "visited_rate": _share(visited.get(one, 0), obliged),
            "settled_rate": _share(passed, due),
            "trained_rate": _share(trained.get(one, 0), obliged),
            "returns_rate": _share(returns.get(one, 0), months),
            "practices": Value(cases.get(one, 0) * 100, cases.get(one, 0)),
        }
    return found


def _figures(line: Line | None) -> dict[str, Value]:
    now: Mapping[str, int] = line.figures if line else {}
    year: Mapping[str, int] = line.year if line else {}
    obliged, closed = now.get("obliged", 0), year.get("closed", 0)
    # An approved reward is kept in money or in what is worth it.
    given = year.get("paid_fen", 0) + year.get("noncash_fen", 0)
    reported, majors = year.get("reported", 0), year.get("closed_major", 0)
    return {
        "established_rate": _share(now.get("established", 0), obliged),
        "implemented_rate": _share(now.get("implemented", 0), obliged),
        "reports_each": Value(reported * 100 // obliged if obliged else None, reported, obliged),
        "verified_rate": _share(year.get("verified", 0), reported),
        "closed_rate": _share(closed, closed + now.get("closing", 0)),
        "major_closed_rate": _share(majors, max(majors, year.get("verified_major", 0))),
        "overdue_count": Value(now.get("overdue", 0) * 100, now.get("overdue", 0)),
        "paid_rate": _share(given, year.get("approved_fen", 0)),
    }


def _share(part: int, whole: int) -> Value:
    return Value(min(10_000, part * 10_000 // whole) if whole else None, part, whole)


def _lines(
    session: Session, kind: str, chosen: Collection[UUID], month: str, actor: Actor
) -> dict[str, Line]:
    if kind == "enterprise":
        keys = [str(one) for one in chosen]
        found = [
            line_of(session, actor=actor, month=month, by="enterprise", key=key) for key in keys
        ]
        return {one.key: one for one in found if one is not None}
    table = statistics.monthly(session, actor=actor, month=month, by=kind, with_persons=False)
    return {one.key: one for one in table.lines}


def _visits(
    session: Session, kind: str, chosen: Collection[UUID], year: int
) -> tuple[dict[UUID, int], dict[UUID, tuple[int, int]]]:
    """Give how many enterprises each visited, or each enterprise was; and what became of it."""
    own = t.Visit.enterprise_id if kind == "enterprise" else t.Visit.organisation_id
    counted = (
        select(own, func.count(t.Visit.enterprise_id.distinct()))
        .where(own.in_(chosen), t.Visit.visited_on.between(*days(year)))
        .group_by(own)
    )
    mine = t.FollowUp.organisation_id if kind == "enterprise" else t.FollowUp.visitor_id
    passed = func.count().filter(t.FollowUp.state == "passed")
    asked = (
        select(mine, func.count(), passed)
        .where(mine.in_(chosen), t.FollowUp.due_on.between(*days(year)))
        .where(t.FollowUp.due_on < clock.local_date())
        .group_by(mine)
    )
    visited = {row[0]: row[1] for row in session.execute(counted)}
    return visited, {row[0]: (row[1], row[2]) for row in session.execute(asked)}


def _cases(session: Session, kind: str, chosen: Collection[UUID], year: int) -> dict[UUID, int]:
    own = axis(kind)
    statement = (
        select(own, func.count())
        .select_from(t.Practice)
        .join(t.Organisation, t.Organisation.id == t.Practice.organisation_id)
        .where(own.in_(chosen), *published_in(year))
        .group_by(own)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _trained(session: Session, kind: str, chosen: Collection[UUID], year: int) -> dict[UUID, int]:
    """Count the enterprises whose principal was at a session in the year."""
    own, there = axis(kind), trained_in(year).subquery()
    statement = (
        select(own, func.count())
        .select_from(t.Organisation)
        .where(
            own.in_(chosen),
            *_RUNNING,
            t.Organisation.id.in_(select(there.c.enterprise_id)),
        )
        .group_by(own)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _returns(session: Session, chosen: Collection[UUID], month: str) -> dict[UUID, int]:
    """Count the months of the year up to `month` whose return was handed in."""
    statement = (
        select(t.MonthlyReturn.organisation_id, func.count())
        .where(
            t.MonthlyReturn.organisation_id.in_(chosen),
            *months_due(month),
            t.MonthlyReturn.state.in_(HANDED_IN),
        )
        .group_by(t.MonthlyReturn.organisation_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def axis(kind: str) -> Any:
    """Give the column by which enterprises belong to an organisation of a kind."""
    return AXES[kind]


def days(year: int) -> tuple[date, date]:
    """Give the first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def running(kind: str, scored_id: UUID) -> Sequence[Any]:
    """Say in SQL which enterprises an organisation answers for."""
    return axis(kind) == scored_id, *_RUNNING


def trained_in(year: int) -> Select[Any]:
    """Select where principals were in a year: enterprise_id, topic, held_on."""
    same = and_(
        t.TrainingSession.organisation_id == t.Attendance.organisation_id,
        t.TrainingSession.id == t.Attendance.session_id,
    )
    columns: Sequence[Any] = (
        t.Attendance.enterprise_id,
        t.TrainingSession.topic,
        t.TrainingSession.held_on,
    )
    return (
        select(*columns)
        .join(t.TrainingSession, same)
        .where(
            t.Attendance.position == "principal",
            t.Attendance.origin.in_(_TRAINED),
            t.TrainingSession.held_on.between(*days(year)),
        )
    )


def months_due(month: str) -> Sequence[Any]:
    """Say in SQL that a return is of a month that is over, up to `month` of its year."""
    own = t.MonthlyReturn.month
    return own.between(f"{month[:4]}-01", month), own < present_month()


def published_in(year: int) -> Sequence[Any]:
    """Say in SQL that a typical case was published in a year."""
    at = t.Practice.published_at
    return (
        t.Practice.state == "published",
        at >= _moment(date(year, 1, 1)),
        at < _moment(date(year + 1, 1, 1)),
    )


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL_ZONE).astimezone(UTC)
