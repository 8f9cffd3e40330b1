"""What the hazards themselves tell: what comes again, what comes most, what they cost (R-68)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session

from engine.analysis.filters import Filters, Question, group_tree, id_of
from engine.hazards.counts import LEDGER_STATES
from engine.statistics.paging import Page
from engine.statistics.scope import named_like
from engine.statistics.span import Span
from engine.store import tables as t
from engine.store import visible_to

#: So many lines a list has.
MOST_LINES: Final = 20
#: Of the same kind at the same place so often it is a hazard that comes again.
AGAIN: Final = 2


def found(session: Session, question: Question) -> dict[str, Any]:
    """Give the sums over the hazards of a question's cases, as plain data."""
    registered = t.Hazard.state.in_(LEDGER_STATES)
    items = _top(session, question, [t.Hazard.checklist_item], registered)
    again = _again(session, question)
    return {
        "categories": _top(session, question, [t.Hazard.category], registered),
        "items": items,
        "places": _top(session, question, _OWNED, registered),
        "again": again,
        "titles": _titles(session, {line[0] for line in items} | {x[3] for x in again["lines"]}),
        "money": _money(session, question),
        "silent": _silent_count(session, question),
    }


_OWNED: Final[list[Any]] = [t.Organisation.id, t.Organisation.name, t.Hazard.place]


def silent(
    session: Session, question: Question, *, after: str | None = None, limit: int = 50
) -> Page[Any]:
    """Give the active enterprises that reported nothing in the period, in order of name (R-68).

    Args:
        after: the id of the last one of the page before.

    Raises:
        Invalid: `after` is no id.
    """
    statement, by = _silent(question, question.period.span), t.Organisation
    if after:
        last = id_of("after", after)
        name = select(by.name).where(by.id == last).scalar_subquery()
        statement = statement.where(
            tuple_(by.name, by.id) > tuple_(name, literal(last, by.id.type))
        )
    rows = session.execute(statement.order_by(by.name, by.id).limit(limit + 1)).all()
    return Page(rows[:limit], rows[limit - 1].id.hex if len(rows) > limit else None)


def _hazards(question: Question, columns: list[Any]) -> Select[Any]:
    """Select something of the hazards that the question's cases are about."""
    some = question.cases().subquery()
    return (
        select(*columns)
        .select_from(some)
        .join(
            t.Hazard,
            and_(t.Hazard.organisation_id == some.c.organisation_id, t.Hazard.id == some.c.id),
        )
        .join(t.Organisation, t.Organisation.id == t.Hazard.organisation_id)
        .where(t.Hazard.kind == "hazard")
    )


def _top(
    session: Session, question: Question, by: list[Any], condition: ColumnElement[bool]
) -> list[list[Any]]:
    """Give the commonest values with how many hazards have them, how many of those major."""
    major = func.count().filter(t.Hazard.level == "major")
    rows = session.execute(
        _hazards(question, [*by, func.count(), major])
        .where(condition, by[-1].is_not(None), by[-1] != "")
        .group_by(*by)
        .order_by(func.count().desc(), by[-1])
        .limit(MOST_LINES)
    )
    return [[_plain(value) for value in row] for row in rows]


def _again(session: Session, question: Question) -> dict[str, Any]:
    """Give hazards of one kind that were found at one place more than once."""
    kind = func.coalesce(func.nullif(t.Hazard.checklist_item, ""), t.Hazard.category)
    by = [*_OWNED, kind.label("what")]
    grouped = (
        _hazards(question, [*by, func.count().label("times")])
        .where(t.Hazard.state.in_(LEDGER_STATES), t.Hazard.place.is_not(None), kind.is_not(None))
        .group_by(*by)
        .having(func.count() >= AGAIN)
    )
    all_of_them = grouped.subquery()
    groups, cases = session.execute(
        select(func.count(), func.coalesce(func.sum(all_of_them.c.times), 0))
    ).one()
    rows = session.execute(grouped.order_by(func.count().desc(), t.Hazard.place).limit(MOST_LINES))
    lines = [[_plain(value) for value in row] for row in rows]
    return {"groups": groups, "cases": int(cases), "lines": lines}


def _titles(session: Session, codes: set[str]) -> dict[str, str]:
    """Give what checklist items are about, as their last version says, by their codes."""
    rows = session.execute(
        select(t.ChecklistItem.code, t.ChecklistItem.hazard)
        .where(t.ChecklistItem.code.in_(codes))
        .order_by(t.ChecklistItem.version)
    )
    return {row.code: row.hazard for row in rows}


def _money(session: Session, question: Question) -> dict[str, int]:
    """Give what was paid, and given instead, for the hazards of the question; for how many."""
    registered = _hazards(question, [func.count()]).where(t.Hazard.state.in_(LEDGER_STATES))
    paid = _hazards(
        question,
        [
            func.coalesce(func.sum(t.Reward.paid_fen), 0),
            func.count(),
            func.coalesce(func.max(t.Reward.paid_fen), 0),
            func.coalesce(func.sum(t.Reward.noncash_fen), 0),
        ],
    ).join(
        t.Reward,
        and_(
            t.Reward.organisation_id == t.Hazard.organisation_id,
            t.Reward.instance_id == t.Hazard.id,
            t.Reward.paid_at.is_not(None),
        ),
    )
    fen, rewards, most, worth = session.execute(paid).one()
    hazards = session.scalar(registered) or 0
    return {
        "hazards": hazards,
        "paid_fen": int(fen),
        "noncash_fen": int(worth),
        "rewards": rewards,
        "most_fen": int(most),
    }


def _silent_count(session: Session, question: Question) -> list[int]:
    """Give how many active enterprises reported nothing, and how many there are."""
    silent_ones = _silent(question, question.period.span).subquery()
    everybody = _enterprises(question).subquery()
    counts = [select(func.count()).select_from(one) for one in (silent_ones, everybody)]
    return [session.scalar(one) or 0 for one in counts]


def _silent(question: Question, span: Span) -> Select[Any]:
    heard = (
        select(t.Month.organisation_id)
        .where(t.Month.month.between(span.first, span.last))
        .group_by(t.Month.organisation_id)
        .having(func.sum(t.Month.reported) > 0)
    )
    return _enterprises(question).where(t.Organisation.id.not_in(heard))


def _enterprises(question: Question) -> Select[Any]:
    """Select id and name of the active enterprises that the filters leave over."""
    filters, actor = question.filters, question.actor
    statement: Any = select(t.Organisation.id, t.Organisation.name).where(
        t.Organisation.kind == "enterprise",
        t.Organisation.status == "active",
        *_narrowed(filters),
    )
    if filters.name:
        statement = statement.where(t.Organisation.id.in_(named_like(actor, filters.name)))
    chosen: Select[Any] = visible_to(actor, statement)
    return chosen


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.sector:
        found.append(t.Organisation.sector == filters.sector)
    if filters.unit:
        unit, columns = UUID(filters.unit), t.Organisation
        found.append(
            (columns.id == unit)
            | (columns.department_id == unit)
            | (columns.town_id == unit)
            | columns.group_id.in_(group_tree(unit))
        )
    return found


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
