"""The analysis as files: event log (XES, CSV, XLSX), ways and steps (CSV, XLSX).

An event log tells the histories of single cases, so whoever looks from above states a ground for
it, and the enterprises see that it was taken (engine/auditing).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import analysis
from engine.analysis import Filters, Question, Told, taking, xes
from engine.analysis.answers import Answers, StepLine
from web import db, exports
from web.access import current_actor, requires
from web.analysis.asking import Asked, ask, role_name_of
from web.downloads import name_file, sent_while_read
from web.exports import Column, Sheet
from web.language import drawn
from web.ledgers import issuer
from web.look import moment

blueprint = Blueprint("analysis_files", __name__, url_prefix="/analysis")

_SHEETS: Final = ("xlsx", "csv")


@blueprint.get("/events.<kind>")
@requires("analysis:read", "case:list")
def events(kind: str) -> Response:
    """Give the steps of all cases of the question, one event or task after the other."""
    if kind != "xes" and kind not in _SHEETS:
        raise NotFound()
    actor = current_actor()
    question = analysis.ask(db.session(), Filters.of(request.args), actor=actor)
    ground = taking.ground_for(db.session(), question)
    if ground is not None:
        db.execute(taking.note, question, ground)
    if kind == "xes":
        return _streamed(question)
    return exports.answer(_event_sheet(question, kind), kind)


@blueprint.get("/ways.<kind>")
@requires("analysis:read")
def ways(kind: str) -> Response:
    """Give the ways of finished cases."""
    asked, answers = _asked(kind)
    rows = [
        (
            asked.way_name(line.steps),
            len(line.steps),
            line.took.count,
            _percent(line.share),
            _hours(line.took.median),
            _hours(line.took.p90),
            line.fits,
            line.checked,
        )
        for line in answers.ways
    ]
    columns = (
        Column(gettext("走法"), width=60),
        Column(gettext("步数"), "number"),
        Column(gettext("件数"), "number"),
        Column(gettext("占比（%）"), "decimal"),
        Column(gettext("中位用时（小时）"), "decimal"),
        Column(gettext("九成以内（小时）"), "decimal"),
        Column(gettext("照图件数"), "number"),
        Column(gettext("已对照件数"), "number"),
    )
    return exports.answer(_sheet(asked, gettext("走法"), "ways", columns, rows), kind)


@blueprint.get("/steps.<kind>")
@requires("analysis:read")
def steps(kind: str) -> Response:
    """Give how long each step took."""
    asked, answers = _asked(kind)
    rows = [_step_row(asked, line) for line in answers.steps]
    columns = (
        Column(gettext("步骤"), width=24),
        Column(gettext("编号"), width=24),
        Column(gettext("岗位"), width=20),
        Column(gettext("已办"), "number"),
        Column(gettext("在办"), "number"),
        Column(gettext("中位用时（小时）"), "decimal"),
        Column(gettext("上期中位（小时）"), "decimal"),
        Column(gettext("九成以内（小时）"), "decimal"),
        Column(gettext("最长（小时）"), "decimal"),
        Column(gettext("等待中位（小时）"), "decimal"),
        Column(gettext("办理中位（小时）"), "decimal"),
        Column(gettext("有期限"), "number"),
        Column(gettext("逾期"), "number"),
        Column(gettext("返工件数"), "number"),
    )
    return exports.answer(_sheet(asked, gettext("各步用时"), "steps", columns, rows), kind)


def _asked(kind: str) -> tuple[Asked, Answers]:
    """Give an answer that is there; what is still computed cannot be had as a file yet."""
    asked = ask()
    answers = asked.answers
    if kind not in _SHEETS or answers is None:
        raise NotFound()
    return asked, answers


def _sheet(
    asked: Asked, title: str, name: str, columns: tuple[Column, ...], rows: list[Any]
) -> Sheet:
    return Sheet(
        title=title,
        name=f"{name}-{asked.question.period.span.first}-{asked.question.period.span.last}",
        columns=columns,
        rows=rows,
        notes=_notes(asked.question, asked.at),
        issuer=issuer(),
    )


def _notes(question: Question, at: datetime | None) -> list[str]:
    span = question.period.span
    said = gettext("%(first)s 至 %(last)s 报告的事项", first=span.first, last=span.last)
    return [said, gettext("截至 %(at)s", at=moment(at))] if at else [said]


def _step_row(asked: Asked, line: StepLine) -> tuple[Any, ...]:
    sums = line.sums
    return (
        asked.step_name(line.key),
        line.key,
        "、".join(map(role_name_of, line.roles)),
        sums.done,
        sums.open,
        _hours(line.median.now),
        _hours(line.median.before),
        _hours(sums.took.p90),
        _hours(sums.took.longest if sums.done else None),
        _hours(sums.waited.median),
        _hours(sums.worked.median),
        sums.due,
        sums.late,
        sums.again,
    )


def _streamed(question: Question) -> Response:
    """Answer with the log piece by piece, however long it is."""
    span = question.period.span
    name = f"{question.key} {span.first}..{span.last}"
    pieces = xes.written(name, analysis.every_case(db.session(), question))
    response = Response(sent_while_read(pieces), content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    file = f"{question.key}-{span.first}-{span.last}.xes"
    name_file(response, file)
    return response


def _event_sheet(question: Question, kind: str) -> Sheet:
    rows = _Tasks(question, exports.MOST_ROWS[kind])
    span = question.period.span
    return Sheet(
        title=gettext("办理记录"),
        name=f"events-{span.first}-{span.last}",
        columns=(
            Column(gettext("报告编号"), width=24),
            Column(gettext("单位"), width=24),
            Column(gettext("流程"), width=20),
            Column(gettext("版本"), "number", 8),
            Column(gettext("步骤"), width=20),
            Column(gettext("编号"), width=24),
            Column(gettext("岗位"), width=14),
            Column(gettext("状态"), width=10),
            Column(gettext("开始"), "moment", 18),
            Column(gettext("领取"), "moment", 18),
            Column(gettext("办结"), "moment", 18),
            Column(gettext("期限"), "moment", 18),
        ),
        rows=rows,
        notes=_notes(question, None),
        issuer=issuer(),
        warning=rows.warning,
    )


class _Tasks:
    """The tasks of all cases for a file, up to what it may hold."""

    def __init__(self, question: Question, most: int) -> None:
        self.question, self.most = question, most
        self.is_cut = False

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Yield a row a task."""
        rows = (
            row
            for case in analysis.every_case(db.session(), self.question)
            for row in _task_rows(case)
        )
        yield from islice(rows, self.most)
        self.is_cut = next(rows, None) is not None

    def warning(self) -> str:
        """Say that the file ends before the list does, if so."""
        if not self.is_cut:
            return ""
        return exports.cut_after(self.most)


def _task_rows(case: Told) -> Iterator[tuple[Any, ...]]:
    states = {
        "open": gettext("在办"),
        "completed": gettext("已办"),
        "cancelled": gettext("不用办了"),
    }
    for step in case.trace.steps:
        yield (
            case.trace.number,
            case.organisation,
            drawn(case.definition),
            case.version,
            drawn(step.name),
            step.element,
            role_name_of(step.role),
            states.get(step.state, step.state),
            *map(_moment, (step.opened, step.claimed, step.ended, step.due)),
        )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _hours(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / 3600, 2)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
