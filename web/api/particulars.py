"""Standards that end and risks that are monitored over the API: figures, and who is behind them."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from engine.hazards.codes import STANDARD_SECTORS
from engine.hazards.mechanism import STAGES
from engine.particulars import figures
from engine.particulars.figures import Chosen, Line
from engine.particulars.views import STANDARDS, VIEWS
from engine.registry import codes
from web import db
from web.access import current_actor, requires
from web.api.contract import (
    WIDE_PAGING,
    Operation,
    Parameter,
    after,
    answer,
    limit,
    operation,
    paged,
)
from web.api.parts import page_with, text
from web.api.schemas import DAY, ID, NUMBER, TEXT, listed, maybe, shape
from web.registry.particular_words import Unit, units

blueprint = Blueprint("particulars", __name__, url_prefix="/organisations")

_WHAT: Final = "<any(standards,monitoring):what>"
_AXES: Final = list(dict.fromkeys(by for view in VIEWS.values() for by in view.axes))
_COUNTS: Final = list(dict.fromkeys(one for view in VIEWS.values() for one in view.counts()))
_BY: Final = Parameter(
    "by",
    "department without it; sector and grade are of standards, source of monitoring.",
    {"enum": _AXES},
)
_LINE: Final = shape(
    {
        "key": TEXT,
        "name": TEXT,
        "counts": {"type": "object", "additionalProperties": NUMBER},
        "percent": {
            "description": "Standards in force, or enterprises connected, of all of them.",
            **maybe({"type": "number"}),
        },
    }
)
_CODED: Final = {
    "standard_sector": STANDARD_SECTORS,
    "standard_grade": codes.GRADES,
    "hazard_source": codes.SOURCES,
    "oil_storage": codes.OIL,
    "monitoring": codes.MONITORING,
}
_ENTERPRISE: Final = shape(
    {
        "id": ID,
        "name": TEXT,
        "uscc": maybe(TEXT),
        "sector": TEXT,
        **{name: maybe({"enum": list(words)}) for name, words in _CODED.items()},
        "standard_until": maybe(DAY),
        "standard": {"enum": ["expired", "soon", "later", "undated", "none"]},
        "monitored_since": maybe(DAY),
        "monitored_by": maybe(TEXT),
        "stage": {"enum": list(STAGES)},
        "points": {
            "description": "Of its last signed score sheet, if the reader may see one.",
            **maybe({"type": "number"}),
        },
        **dict.fromkeys(("department", "town", "group", "region_code"), maybe(TEXT)),
    }
)


@blueprint.get(f"/{_WHAT}")
@requires("registry:read")
@operation(
    Operation(
        summary="How many standards end, or how many of those at risk are monitored, by an axis",
        query=(_BY,),
        answers={
            200: ("Every line, and the sum.", shape({"lines": listed(_LINE), "total": _LINE}))
        },
    )
)
def index(what: str) -> Response:
    """Show the figures of a view."""
    by = request.args.get("by", "department")
    lines, total = figures.lines(db.session(), VIEWS[what], by, actor=current_actor())
    return answer({"lines": [_line(one) for one in lines], "total": _line(total)})


@blueprint.get(f"/{_WHAT}/enterprises")
@requires("registry:read")
@operation(
    Operation(
        summary="The enterprises behind a number, by name, or by the day that ends the standard",
        query=(
            Parameter("count", "Which number; `all` without it.", {"enum": _COUNTS}),
            _BY,
            Parameter("key", "The line; wherever they stand without it.", text(64)),
            Parameter("name", "Only those whose name has this in it.", text(100)),
            Parameter("sector", "Of standards: only these.", {"enum": list(STANDARD_SECTORS)}),
            Parameter("grade", "Of standards: only these.", {"enum": list(codes.GRADES)}),
            *WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(_ENTERPRISE))},
    )
)
def enterprises(what: str) -> Response:
    """List the enterprises behind a number."""
    said = {name: request.args.get(name, "").strip() for name in ("key", "name")}
    if VIEWS[what] is STANDARDS:
        said |= {name: request.args.get(name, "") for name in ("sector", "grade")}
    chosen = Chosen(
        view=VIEWS[what],
        count=request.args.get("count", "all"),
        by=request.args.get("by", "department"),
        **said,
    )
    found = figures.enterprises(
        db.session(), chosen, actor=current_actor(), after=after(), limit=limit()
    )
    return paged(units(found), _enterprise)


def _line(one: Line) -> dict[str, Any]:
    return {"key": one.key, "name": one.name, "counts": dict(one.counts), "percent": one.rate}


def _enterprise(unit: Unit) -> dict[str, Any]:
    own, row = unit.one, unit.row
    columns = ("id", "name", "uscc", "sector", *_CODED, "standard_until")
    return {
        **{name: getattr(own, name) for name in columns},
        "standard": unit.state,
        "monitored_since": unit.profile.get("monitored_since"),
        "monitored_by": unit.profile.get("monitored_by"),
        "stage": unit.stage,
        "points": unit.points,
        **{name: getattr(row, name) for name in ("department", "town", "group")},
        "region_code": row.region,
    }
