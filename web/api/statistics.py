"""The monthly figures over the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final

import orjson
from flask import Blueprint, Response, request

from engine import statistics
from engine.statistics import FIGURES, Figure, Line, Whole
from web import db
from web.access import current_actor, requires
from web.api.contract import PAGING, Operation, Parameter, answer, limit, operation
from web.api.schemas import MONTH, ref
from web.downloads import sent_while_read

blueprint = Blueprint("statistics", __name__)

_MONTH: Final = Parameter("month", "Counted in China; the present month without it.", MONTH)
_BY: Final = Parameter(
    "by", "What a row is: one enterprise, or all of one place.", {"enum": list(statistics.AXES)}
)
_PAGING: Final = tuple(
    replace(one, description=f"{one.description} Of enterprises only; without it, all of them.")
    for one in PAGING
)
#: So many rows are written at a time.
_ROWS_A_PIECE: Final = 200


@blueprint.get("/statistics/monthly")
@requires("statistics:read")
@operation(
    Operation(
        summary="The three indicators of a month and their parts",
        query=(_MONTH, _BY, *_PAGING),
        answers={200: ("A row each, and the total of all of them.", ref("Monthly"))},
    )
)
def monthly() -> Response:
    """Give the monthly table: of enterprises a page where one is asked for, else all of them."""
    month = request.args.get("month") or statistics.present_month()
    by, actor = request.args.get("by", "enterprise"), current_actor()
    after, size = request.args.get("cursor") or None, limit()
    if by == "enterprise" and after is None and "limit" not in request.args:
        whole = statistics.Whole(db.session(), actor=actor, month=month)
        return _streamed(whole)
    table = statistics.monthly(
        db.session(), actor=actor, month=month, by=by, after=after, limit=size
    )
    rows = [_row(line) for line in table.lines]
    total = _figures(table.total)
    return answer({**_head(table.month, by), "rows": rows, "total": total, "next": table.next})


def _streamed(whole: Whole) -> Response:
    """Answer with all enterprises while they are counted, however many there are.

    The first piece is made before anything is sent: what is refused is refused properly.
    """
    found = _pieces(whole)
    content = sent_while_read(chain((next(found),), found))
    return Response(content, content_type="application/json")


def _pieces(whole: Whole) -> Iterator[bytes]:
    head = orjson.dumps(_head(whole.month, "enterprise")).removesuffix(b"}")
    gathered = [head + b',"rows":[']
    between = b""
    for line in whole:
        gathered.append(between + orjson.dumps(_row(line)))
        between = b","
        if len(gathered) >= _ROWS_A_PIECE:
            yield b"".join(gathered)
            gathered.clear()
    total = orjson.dumps(_figures(whole.total))
    yield b"".join((*gathered, b'],"total":', total, b',"next":null}'))


def _head(month: str, by: str) -> dict[str, Any]:
    figures = [_named(figure) for figure in FIGURES.values()]
    return {"month": month, "by": by, "figures": figures}


def _row(line: Line) -> dict[str, Any]:
    return {"key": line.key, "name": line.name, **_figures(line)}


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
