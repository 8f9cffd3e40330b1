"""Analysis across cases over the API: ways, times, rework, handovers, what diagrams say to them.

A question about few cases is answered at once, another from what a job has kept; while the job
counts for the first time the answer is 202, and the same call gives the answer later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import analysis
from engine.actors import Actor
from engine.analysis import PERIODS, SOURCES, Filters
from engine.analysis.answers import Answers
from engine.analysis.figures import KINDS
from engine.hazards.codes import SECTORS
from engine.statistics import LEVELS
from web import db
from web.access import requires
from web.analysis import files
from web.analysis.asking import Asked, ask
from web.analysis.figures import figure_asked
from web.api import analysis_shapes as told
from web.api.contract import (
    LIMIT,
    WIDE_PAGING,
    Operation,
    Parameter,
    after,
    answer,
    limit,
    operation,
)
from web.api.doing import once
from web.api.parts import page_with, text
from web.api.schemas import ID, MONTH
from web.returns.files import XLSX

blueprint = Blueprint("analysis", __name__, url_prefix="/analysis")

_FILTERS: Final = (
    Parameter("period", "last_3_months without it; `months` takes first and last.",
              {"enum": list(PERIODS)}),
    Parameter("first", "The first month, counted in China.", MONTH),
    Parameter("last", "The last month.", MONTH),
    Parameter("key", "The process; hazard_report without it.", text(64)),
    Parameter("version", "Only cases that ran by this version.", ID),
    Parameter("sector", "Only those of this sector.", {"enum": list(SECTORS)}),
    Parameter("unit", "Only those of this department, town, group or enterprise.", ID),
    Parameter("name", "Part of the enterprise's name.", text(100)),
    Parameter("level", "Only those of this level.", {"enum": list(LEVELS)}),
    Parameter("source", "Only those from there.", {"enum": list(SOURCES)}),
    Parameter("against", "The version that cases are held against; without it the one in force.",
              ID),
)  # fmt: skip
_FIGURES: Final = sorted({kind for kinds in KINDS.values() for kind in kinds})
_COUNTING: Final = {
    202: ("It is counted for the first time; the same call gives the answer later.", told.COUNTING)
}


@blueprint.get("")
@requires("analysis:read")
@operation(
    Operation(
        summary="The sums of a period month by month: finished, late, rework, handovers",
        query=_FILTERS,
        answers={200: ("Beside those of the period before.", told.OVERVIEW), **_COUNTING},
    )
)
def overview() -> Response:
    """Give the sums of a period."""
    return _answered(lambda answers, _asked: told.overview(answers))


@blueprint.get("/ways")
@requires("analysis:read")
@operation(
    Operation(
        summary="The ways that finished cases went, the commonest first",
        query=(
            *_FILTERS,
            LIMIT,
            Parameter(
                "cursor",
                "`next` of the page before.",
                {"type": "string", "pattern": "^[0-9]{1,6}$"},
            ),
        ),
        answers={200: ("One page.", page_with(told.WAY, **told.BESIDE)), **_COUNTING},
    )
)
def ways() -> Response:
    """List the ways."""
    at = int(request.args.get("cursor", 0))
    end = at + limit()

    def page(answers: Answers, asked: Asked) -> dict[str, Any]:
        items = [told.way(line, asked) for line in answers.ways[at:end]]
        return {"items": items, "next": str(end) if len(answers.ways) > end else None}

    return _answered(page)


@blueprint.get("/steps")
@requires("analysis:read")
@operation(
    Operation(
        summary="How long each step took, how often it was late or done again, and by which role",
        query=_FILTERS,
        answers={200: ("Beside the period before.", told.STEPS), **_COUNTING},
    )
)
def steps() -> Response:
    """Give how each step went."""
    return _answered(told.steps)


@blueprint.get("/conformance")
@requires("analysis:read")
@operation(
    Operation(
        summary="What ran against what the diagrams allow",
        query=_FILTERS,
        answers={200: ("Finished cases.", told.CONFORMANCE), **_COUNTING},
    )
)
def conformance() -> Response:
    """Give what the diagrams say to the cases."""
    return _answered(told.conformance)


@blueprint.get("/cases")
@requires("analysis:read", "case:list")
@operation(
    Operation(
        summary="The cases that a figure counts, such as figure=late&by=step&of=verify",
        query=(
            Parameter("figure", "What is counted; `cases` without it.", {"enum": _FIGURES}),
            Parameter(
                "by",
                "What it is of; all cases without it.",
                {"enum": [key for key in KINDS if key]},
            ),
            Parameter("of", "Which one: a step, a role, a way's digest, …", text(1000)),
            *_FILTERS,
            *WIDE_PAGING,
        ),
        answers={
            200: (
                "One page; it may hold fewer than asked for although there is a next one.",
                page_with(told.CASE, **told.BESIDE),
            ),
            **_COUNTING,
        },
    )
)
def cases() -> Response:
    """List the cases behind a figure."""
    figure = figure_asked()

    def page(answers: Answers, asked: Asked) -> dict[str, Any]:
        found = analysis.behind(
            db.session(), asked.question, answers, figure, after=after(), limit=limit()
        )
        return {"items": [told.case(one) for one in found.items], "next": found.next}

    return _answered(page)


@blueprint.get("/events.<any(xes,csv,xlsx):kind>")
@requires("analysis:read", "case:list")
@operation(
    Operation(
        summary="The steps of every case as a file; from above it needs a ground, and is noted",
        query=_FILTERS,
        answers={200: ("The file.", ("application/xml", "text/csv", XLSX))},
    )
)
def events(kind: str) -> Response:
    """Give the event log."""
    return files.events(kind)


@blueprint.post("/recount")
@requires("analysis:read")
@operation(
    Operation(
        summary="Have a job count the answer anew; what is kept is given until then",
        query=_FILTERS,
        answers={202: ("How far it is.", told.COUNTING)},
        creates=True,
    )
)
def recount() -> Response:
    """Have what is kept counted anew."""
    filters = Filters.of(request.args)

    def order(session: Session, actor: Actor) -> Any:
        analysis.order(session, filters, actor=actor)
        done, of = analysis.progress(session, filters, actor=actor) or (None, None)
        return {"done": done, "of": of}

    return answer(once("recount_analysis", filters.query(), order), 202)


def _answered(part: Callable[[Answers, Asked], dict[str, Any]]) -> Response:
    """Answer with a part of what was asked for; what is still counted says how far it is."""
    asked = ask()
    if asked.answers is None:
        return answer({"done": asked.found.done, "of": asked.found.of}, 202)
    return answer({**told.beside(asked), **part(asked.answers, asked)})
