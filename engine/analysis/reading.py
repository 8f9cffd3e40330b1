"""Reads what happened to cases out of their tasks, a stretch of cases at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    and_,
    cast,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import Session

from engine.analysis.filters import Question
from engine.statistics.span import Span
from engine.store import tables as t

#: So many rows are fetched at once, however many a statement gives.
_FETCHED: Final = 1_000
#: (organisation, id) of the last case read.
Place = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Step:
    """A task of a case; moments are whole seconds since 1970, None for one that has not come.

    took: seconds from opening to completion; waited: until it was claimed.
    """

    element: str
    name: str
    role: str
    state: str
    opened: int
    claimed: int | None
    ended: int | None
    due: int | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A case with its steps in the order in which they ended, open ones last.

    closing: seconds from report to closure of a hazard that is closed.
    """

    place: Place
    number: str
    definition: str
    state: str
    begun: int
    ended: int | None
    closing: int | None
    steps: list[Step]

    @property
    def done(self) -> list[Step]:
        """Give the steps that were completed; what several did at once counts once."""
        found: dict[tuple[str, int], Step] = {}
        for step in self.steps:
            if step.state == "completed":
                found[step.element, step.opened] = step
        return sorted(found.values(), key=lambda one: (one.ended or 0, one.opened))


def count(session: Session, question: Question, span: Span | None = None, most: int = 0) -> int:
    """Count the cases of a question, or with `most` no further than one past it."""
    chosen = question.cases(span)
    if most:
        chosen = chosen.limit(most + 1)
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def traces(
    session: Session,
    question: Question,
    *,
    at: int,
    span: Span | None = None,
    after: Place | None = None,
    most: int,
    only: Iterable[ColumnElement[bool]] = (),
) -> Iterator[Trace]:
    """Yield the next cases after a place, in the order of organisation and case; at most `most`.

    A database may look through all cases for each call, so those who want all ask for many.

    Args:
        at: the moment, in seconds since 1970, as of which they are told: what came later is left
            out, so that a figure that was kept and its list tell the same.
        only: what has to hold of the cases beside the question's filters.
    """
    chosen = question.cases(span).where(
        t.Instance.started_at < datetime.fromtimestamp(at + 1, UTC), *only
    )
    statement = _statement(session, chosen, after, most)
    rows = session.execute(statement, execution_options={"yield_per": _FETCHED})
    try:
        for _, group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield _trace(list(group), at)
    finally:
        rows.close()


def _statement(session: Session, chosen: Any, after: Place | None, most: int) -> Any:
    case = t.Instance
    if after is not None:
        last = [literal(one, case.id.type) for one in after]
        chosen = chosen.where(tuple_(case.organisation_id, case.id) > tuple_(*last))
    chosen = chosen.add_columns(
        case.number,
        case.definition_id,
        case.state,
        _seconds(session, case.started_at).label("begun"),
        _seconds(session, case.ended_at).label("ended"),
        _seconds(session, t.Hazard.reported_at).label("reported"),
        _seconds(session, t.Hazard.closed_at).label("closed"),
    )
    some = chosen.order_by(case.organisation_id, case.id).limit(most).subquery()
    task = t.Task
    moments = (task.created_at, task.claimed_at, task.completed_at, task.due_at)
    return (
        select(
            *some.c,
            task.element,
            task.name,
            task.candidate_group,
            task.state.label("task_state"),
            *(_seconds(session, one).label(f"m{at}") for at, one in enumerate(moments)),
        )
        .outerjoin(
            task,
            and_(task.organisation_id == some.c.organisation_id, task.instance_id == some.c.id),
        )
        .order_by(some.c.organisation_id, some.c.id)
    )


def _trace(rows: Sequence[Any], at: int) -> Trace:
    first = rows[0]
    ended, reported, closed = first[6:9]
    has_ended = ended is not None and ended <= at
    steps = list(_steps(rows, at))
    steps.sort(key=lambda one: (one.ended is None, one.ended or 0, one.opened, one.element))
    return Trace(
        place=(first[0], first[1]),
        number=first[2],
        definition=first[3].hex,
        state=first[4] if has_ended or ended is None else "active",
        begun=first[5],
        ended=ended if has_ended else None,
        closing=closed - reported if closed is not None and closed <= at else None,
        steps=steps,
    )


def _steps(rows: Sequence[Any], at: int) -> Iterator[Step]:
    """Yield the steps that had opened by a moment, as they stood then."""
    for row in rows:
        if row[9] is None or row[13] > at:
            continue
        element, name, role, state, opened, claimed, ended, due = row[9:]
        if claimed is not None and claimed > at:
            claimed = None
        if ended is not None and ended > at:
            state, ended = "open", None
        yield Step(element, name, role, state, opened, claimed, ended, due)


def _seconds(session: Session, column: Any) -> Any:
    """Give a moment as whole seconds, without making a moment of every value."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", column)), BigInteger)
    return type_coerce(column, Integer) // 1_000_000
