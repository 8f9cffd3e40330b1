"""What has to hold of a case in SQL before it is read for the list behind a figure.

For figures of steps this only spares reading cases that cannot be meant; `Finder` decides. Figures
of hazards are decided here: their cases are those that the ledger counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func

from engine.analysis.answers import Answers
from engine.analysis.figures import Figure
from engine.errors import Invalid
from engine.hazards.counts import LEDGER_STATES
from engine.statistics.span import Span, month_span
from engine.store import tables as t

_CASE = t.Instance


def span_of(figure: Figure) -> Span | None:
    """Give the month a figure is of, None for one that is of the whole period."""
    return month_span(figure.of) if figure.by == "month" else None


def conditions(answers: Answers, figure: Figure) -> Iterator[ColumnElement[bool]]:
    """Yield what has to hold of the instances (and hazards, which are joined to them)."""
    if figure.is_of_hazards:
        yield from _of_hazards(figure)
        return
    if figure.by in ("way", "target", "ran", "unit", "skipped", "unknown", "misplaced"):
        yield _CASE.ended_at.is_not(None)
    match figure.by:
        case "step":
            yield _has(t.Task.element == figure.of)
        case "role":
            yield _has(t.Task.candidate_group == figure.of)
        case "ran":
            yield _CASE.definition_id == _id(figure.of)
        case "unit":
            yield _CASE.organisation_id == _id(figure.of)
        case "unknown" | "misplaced":
            yield _has(t.Task.key == figure.of)
        case "way":
            yield from _went(answers, figure.of)
    match figure.kind:
        case "due" | "late":
            yield _has(t.Task.due_at.is_not(None))
        case "closed" | "slow_closed":
            yield t.Hazard.closed_at.is_not(None)


def place_key(owner: str, place: str, what: str = "") -> str:
    """Name a place of an enterprise, or what comes again there, for `Figure.of`."""
    return "/".join([owner, what, place])


def _went(answers: Answers, digest: str) -> Iterator[ColumnElement[bool]]:
    """A case that went a way has its rarest step; one without steps has none."""
    line = answers.find_way(digest)
    if line is None:
        return
    steps = answers.now.steps
    if line.steps:
        rarest = min(line.steps, key=lambda key: steps[key].done if key in steps else 0)
        yield _has(t.Task.element == rarest)
    else:
        yield ~_has(t.Task.state == "completed")


def _of_hazards(figure: Figure) -> Iterator[ColumnElement[bool]]:
    hazard = t.Hazard
    yield hazard.kind == "hazard"
    if figure.kind == "majors":
        yield hazard.level == "major"
    if figure.kind == "paid":
        yield exists().where(
            t.Reward.organisation_id == hazard.organisation_id,
            t.Reward.instance_id == hazard.id,
            t.Reward.paid_at.is_not(None),
        )
        return
    yield hazard.state.in_(LEDGER_STATES)
    match figure.by:
        case "category":
            yield hazard.category == figure.of
        case "item":
            yield hazard.checklist_item == figure.of
        case "place" | "again":
            owner, what, place = _split(figure.of)
            yield and_(hazard.organisation_id == _id(owner), hazard.place == place)
            if figure.by == "again":
                yield func.coalesce(func.nullif(hazard.checklist_item, ""), hazard.category) == what


def _split(text: str) -> tuple[str, str, str]:
    owner, mark, rest = text.partition("/")
    what, second, place = rest.partition("/")
    if not (mark and second):
        raise _unknown()
    return owner, what, place


def _has(condition: ColumnElement[bool]) -> Any:
    return exists().where(
        t.Task.organisation_id == _CASE.organisation_id,
        t.Task.instance_id == _CASE.id,
        condition,
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise _unknown() from error


def _unknown() -> Invalid:
    return Invalid(
        "没有这个数字，请回到分析页重新打开。",
        "There is no such figure; open it again from the analysis.",
        field="of",
    )
