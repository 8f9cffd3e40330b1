"""The monthly returns over the API: months, who is late, one month, its lines and its cases."""

from __future__ import annotations

from itertools import dropwhile
from typing import Final

from flask import Blueprint, Response, request

from engine import returns, statistics
from web import db
from web.access import current_actor, requires
from web.api import return_shapes as told
from web.api.contract import (
    PAGING,
    WIDE_PAGING,
    Operation,
    Parameter,
    after,
    answer,
    asked_id,
    cursor,
    limit,
    operation,
    page,
    paged,
)
from web.api.parts import page_with, text
from web.api.schemas import ID, MONTH, TEXT

blueprint = Blueprint("returns", __name__, url_prefix="/returns")

UNIT: Final = Parameter("unit_id", "The unit that hands in; without it one's own.", ID)
_MONTH: Final = Parameter("month", "The last that is over without it.", MONTH)


@blueprint.get("")
@requires("returns:read")
@operation(
    Operation(
        summary="The months of a unit, the newest first",
        query=(UNIT,),
        answers={200: ("All on one page.", page_with(told.STATE, unit=told.UNIT))},
    )
)
def index() -> Response:
    """List a unit's months."""
    session, actor, unit_id = db.session(), current_actor(), asked_id("unit_id")
    months = returns.months(session, actor=actor, unit_id=unit_id)
    return answer(
        {
            "unit": told.unit(returns.get_unit(session, unit_id, actor=actor)),
            "items": [told.state(month, row) for month, row in months],
            "next": None,
        }
    )


@blueprint.get("/received")
@requires("returns:read")
@operation(
    Operation(
        summary="Those that hand in to one's own unit, and how far each has come with a month",
        query=(_MONTH,),
        answers={200: ("All on one page.", page_with(told.PART, **told.RECEIVED))},
    )
)
def received() -> Response:
    """List who has handed in and who has not."""
    due = statistics.months_back(statistics.present_month(), 2)[0]
    month = request.args.get("month") or due
    parts, day, is_late = returns.received(db.session(), month, actor=current_actor())
    items = [told.part(one) for one in parts]
    return answer({"month": month, "due_on": day, "is_late": is_late, "items": items, "next": None})


@blueprint.get("/<month>")
@requires("returns:read")
@operation(
    Operation(
        summary="One month of a unit: as it was locked, or as it is now",
        query=(UNIT,),
        answers={200: ("Its totals, who signed, what is missing.", told.RETURN)},
    )
)
def show(month: str) -> Response:
    """Show a month."""
    shown = shown_month(month)
    return answer(told.whole(shown, returns.entered(db.session(), shown.unit, shown.month)))


@blueprint.get("/<month>/lines")
@requires("returns:read")
@operation(
    Operation(
        summary="A line an enterprise",
        query=(
            UNIT,
            Parameter("name", "Only those whose name has this in it.", text(100)),
            *WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(told.LINE))},
    )
)
def lines(month: str) -> Response:
    """List the lines of a month."""
    name = request.args.get("name", "").strip()
    shown = shown_month(month)
    found = returns.lines(db.session(), shown, name=name, after=after(), limit=limit())
    return paged(found, told.line)


@blueprint.get("/<month>/cases")
@requires("returns:read")
@operation(
    Operation(
        summary="Exactly what a figure counts: as it was locked, or of a draft as it is now",
        query=(
            Parameter("figure", "Persons are counted, never listed.", TEXT, required=True),
            Parameter("organisation_id", "Only those of this enterprise's line.", ID),
            UNIT,
            *WIDE_PAGING,
        ),
        answers={200: ("One page of hazards, rewards or enterprises.", page_with(told.COUNTED))},
    )
)
def cases(month: str) -> Response:
    """List what is behind a figure."""
    key, shown = request.args["figure"], shown_month(month)
    found = returns.behind(
        db.session(),
        shown,
        key,
        actor=current_actor(),
        enterprise_id=asked_id("organisation_id"),
        after=after(),
        limit=limit(),
    )
    opens = returns.opens(key)
    return paged(found, lambda one: told.counted(one, opens))


@blueprint.get("/<month>/adjustments")
@requires("returns:read")
@operation(
    Operation(
        summary="The adjusting rows that are counted in a month",
        query=(
            Parameter("figure", "Only those of this figure.", TEXT),
            Parameter("organisation_id", "Only those of this enterprise's line.", ID),
            UNIT,
            *PAGING,
        ),
        answers={200: ("One page.", page_with(told.ADJUSTMENT))},
    )
)
def adjustments(month: str) -> Response:
    """List what puts earlier months right."""
    shown = shown_month(month)
    rows = returns.adjustments(
        db.session(),
        shown.unit,
        shown.month,
        figure=request.args.get("figure"),
        enterprise_id=asked_id("organisation_id"),
    )
    if (last := cursor()) is not None:
        rows = list(dropwhile(lambda row: row.Adjustment.id != last, rows))[1:]
    return page(rows, told.adjustment, lambda row: row.Adjustment.id)


def shown_month(month: str) -> returns.View:
    """Give the month that the address names, of the unit that it names."""
    return returns.view(db.session(), month, actor=current_actor(), unit_id=asked_id("unit_id"))
