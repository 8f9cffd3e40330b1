"""The monthly figures over the API."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from engine import statistics
from engine.statistics import FIGURES, Figure, Line
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, Parameter, answer, operation
from web.api.schemas import MONTH, ref

blueprint = Blueprint("statistics", __name__)

_MONTH: Final = Parameter("month", "Counted in China; the present month without it.", MONTH)
_BY: Final = Parameter(
    "by", "What a row is: one enterprise, or all of one place.", {"enum": list(statistics.AXES)}
)


@blueprint.get("/statistics/monthly")
@requires("statistics:read")
@operation(
    Operation(
        summary="The three indicators of a month and their parts",
        query=(_MONTH, _BY),
        answers={200: ("A row each, and the total.", ref("Monthly"))},
    )
)
def monthly() -> Response:
    """Give the monthly table."""
    table = statistics.monthly(
        db.session(),
        actor=current_actor(),
        month=request.args.get("month") or statistics.present_month(),
        by=request.args.get("by", "enterprise"),
    )
    rows = [{"key": line.key, "name": line.name, **_figures(line)} for line in table.lines]
    return answer(
        {
            "month": table.month,
            "by": table.by,
            "figures": [_named(figure) for figure in FIGURES.values()],
            "rows": rows,
            "total": _figures(table.total),
        }
    )


def _named(figure: Figure) -> dict[str, str]:
    return {
        "key": figure.key,
        "unit": figure.unit,
        "zh": figure.name.zh,
        "en": figure.name.en,
    }


def _figures(line: Line) -> dict[str, Any]:
    year = {key: line.year[key] for key in FIGURES if key in line.year}
    return {**{key: line.figures[key] for key in FIGURES}, "year": year}
