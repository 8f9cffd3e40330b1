"""Coverage with mechanisms over the API: targets, the board, enterprises, one record."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request

from engine.coverage import board as boards
from engine.coverage import kpis, targets, units
from engine.coverage.board import BOARD_AXES, COUNTS
from engine.errors import NotFound
from web import db
from web.access import current_actor, requires
from web.api import coverage_shapes as told
from web.api.contract import (
    WIDE_PAGING,
    Operation,
    Parameter,
    after,
    answer,
    asked_id,
    limit,
    operation,
    paged,
)
from web.api.parts import page_with, text
from web.api.schemas import ID
from web.coverage.record import Record

blueprint = Blueprint("coverage", __name__, url_prefix="/coverage")

_TARGET_ID: Final = Parameter("target_id", "The first that is due without it.", ID)
_BY: Final = Parameter("by", "department without it.", {"enum": list(BOARD_AXES)})


@blueprint.get("/targets")
@requires("coverage:read")
@operation(
    Operation(
        summary="Who is to have the mechanism by when, the first due first, and how far it is",
        answers={200: ("All on one page.", page_with(told.TARGET))},
    )
)
def list_targets() -> Response:
    """List the targets."""
    session, actor = db.session(), current_actor()
    known = targets.listed(session, actor=actor)
    sums = boards.overview(session, known, actor=actor)
    items = [told.target(one, sums[one.id].counts) for one in known]
    return answer({"items": items, "next": None})


@blueprint.get("/board")
@requires("coverage:read")
@operation(
    Operation(
        summary="A target by an axis, the lines with most still to do first",
        query=(_TARGET_ID, _BY),
        answers={
            200: ("Every line, and the sum.", told.BOARD),
        },
    )
)
def board() -> Response:
    """Show the board of a target."""
    found = boards.board(db.session(), _chosen_target(), _axis(), actor=current_actor())
    stage = found.target.stage
    return answer(
        {
            "target_id": found.target.id,
            "by": found.by,
            "lines": [told.line(one, stage) for one in found.lines],
            "total": told.line(found.total, stage),
        }
    )


@blueprint.get("/enterprises")
@requires("coverage:read")
@operation(
    Operation(
        summary="The enterprises behind a number of the board, in order of name",
        query=(
            _TARGET_ID,
            Parameter("count", "Which number; `due` without it.", {"enum": list(COUNTS)}),
            _BY,
            Parameter("key", "The line; wherever they stand without it.", text(64)),
            Parameter("name", "Only those whose name has this in it.", text(100)),
            *WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(told.ENTERPRISE))},
    )
)
def enterprises() -> Response:
    """List enterprises behind a number."""
    chosen = units.Chosen(
        target=_chosen_target(),
        count=request.args.get("count", "due"),
        by=_axis(),
        key=request.args.get("key", ""),
        name=request.args.get("name", "").strip(),
    )
    found = units.enterprises(
        db.session(), chosen, actor=current_actor(), after=after() or "", limit=limit()
    )
    return paged(found, told.enterprise)


@blueprint.get("/kpis")
@requires("coverage:read")
@operation(
    Operation(
        summary="How people report over twelve months: how many, how soon, of their own accord",
        query=(_BY,),
        answers={200: ("All on one page.", page_with(told.KPI))},
    )
)
def figures() -> Response:
    """Show the three figures of how people report; an enterprise is told its own."""
    actor = current_actor()
    by = "enterprise" if actor.organisation_kind == "enterprise" else _axis()
    found = kpis.kpis(db.session(), by, actor=actor)
    return answer({"items": [told.kpi(one) for one in found], "next": None})


@blueprint.get("/records/<uuid:organisation_id>")
@requires("coverage:read")
@operation(
    Operation(
        summary="How far an enterprise has come, and the evidence its stage follows from",
        answers={200: ("Its record.", told.RECORD)},
    )
)
def record(organisation_id: UUID) -> Response:
    """Show an enterprise's record."""
    found = Record(db.session(), organisation_id, current_actor())
    days, kept = found.standing.days, found.standing.record
    return answer(
        {
            "organisation_id": found.organisation.id,
            "organisation": found.organisation.name,
            "stage": found.stage,
            **{name: getattr(days, name) for name in told.DAYS},
            "implemented_by": days.implemented_by,
            "last_sign_on": found.standing.last_sign_on,
            "lacking": [
                one["key"] for one in found.parts if one["required"] and not one["is_there"]
            ],
            "evidence": [told.evidence(row) for row in found.rows],
            "zero_statements": [told.zero(one) for one in found.zero_statements],
            "targets": [
                {
                    "id": one["row"].id,
                    "title": one["row"].title,
                    "due_on": one["row"].due_on,
                    "reached_on": one["reached_on"],
                    "is_late": one["is_late"],
                }
                for one in found.targets
            ],
            "obstacle": kept.obstacle if kept else None,
            "obstacle_note": kept.obstacle_note if kept else None,
        }
    )


def _chosen_target() -> Any:
    """Give the target that is asked for, else the first that is due; 404 when there is none."""
    known, wanted = targets.listed(db.session(), actor=current_actor()), asked_id("target_id")
    found = next((one for one in known if wanted in (None, one.id)), None)
    if found is None:
        raise NotFound()
    return found


def _axis() -> str:
    return request.args.get("by", "department")
