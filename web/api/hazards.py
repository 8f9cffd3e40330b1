"""The hazard ledger over the API. Who reported is not in it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from engine import statistics
from engine.statistics import HazardFilters
from web import db
from web.access import current_actor, requires
from web.api import shapes
from web.api.contract import PAGING, Operation, Parameter, answer, flag, limit, operation
from web.api.schemas import FLAG, ID, MONTH, page_of, ref

blueprint = Blueprint("hazards", __name__)

_SHORT: Final = {"type": "string", "maxLength": 100}
_TEXTS: Final = (
    Parameter("state", "Only those in this state; `open` is verified or rectified.",
              {"enum": list(statistics.HAZARD_STATES)}),
    Parameter("level", "Only those of this level.", {"enum": list(statistics.LEVELS)}),
    Parameter("category", "Only those of this class.", {"enum": list(statistics.CATEGORIES)}),
    Parameter("kind", "Only those of this kind.", {"enum": list(statistics.KINDS)}),
    Parameter("source", "Only those from there.", {"enum": list(statistics.SOURCES)}),
    Parameter("channel", "Only those that came in this way.", {"enum": list(statistics.CHANNELS)}),
    Parameter("month", "Only those of this month, counted in China.", MONTH),
    Parameter("dated", "The moment that counts for `month` and orders the list; without it that of "
              "the report.", {"enum": list(statistics.HAZARD_DATES)}),
    Parameter("place", "Part of the place's name.", _SHORT),
    Parameter("unit", "Part of the enterprise's name.", _SHORT),
    Parameter("text", "A number, or words of description or place.", _SHORT),
)  # fmt: skip
_OTHERS: Final = (
    Parameter("overdue", "Only those past their day today.", FLAG),
    Parameter("organisation_id", "Only those of this enterprise.", ID),
)


@blueprint.get("/hazards")
@requires("ledger:read")
@operation(
    Operation(
        summary="The hazard ledger, newest first",
        query=(*_TEXTS, *_OTHERS, *PAGING),
        answers={200: ("One page.", page_of("Hazard"))},
    )
)
def index() -> Response:
    """List hazards."""
    organisation = request.args.get("organisation_id")
    page = statistics.hazards(
        db.session(),
        actor=current_actor(),
        filters=HazardFilters(
            **{one.name: request.args.get(one.name, "").strip() for one in _TEXTS},
            overdue=flag("overdue"),
            organisation_id=UUID(organisation) if organisation else None,
        ),
        after=request.args.get("cursor") or None,
        limit=limit(),
    )
    return answer({"items": [shapes.hazard(row) for row in page.items], "next": page.next})


@blueprint.get("/hazards/<number>")
@requires("ledger:read")
@operation(
    Operation(
        summary="One hazard by the number of its report, its ledger entry or its closure",
        answers={200: ("The hazard.", ref("Hazard"))},
    )
)
def show(number: str) -> Response:
    """Show one hazard."""
    row = statistics.get_hazard(db.session(), number, actor=current_actor())
    return answer(shapes.hazard(row))
