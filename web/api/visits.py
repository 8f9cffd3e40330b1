"""Planning guidance visits over the API, and calling them off."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import orjson
from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.guidance import planning
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, body, operation
from web.api.doing import once
from web.api.guidance import WHOLE, whole
from web.api.parts import closed, text
from web.api.schemas import ANSWERS, ID, TEXT, listed, ref, shape

blueprint = Blueprint("visits", __name__, url_prefix="/guidance-visits")

_CHOICES: Final = {
    "description": "What fields take from one's own organisation, by their source.",
    "type": "object",
    "additionalProperties": listed(shape({"value": TEXT, "label": TEXT})),
}


@blueprint.get("/start-form")
@requires("guidance:visit")
@operation(
    Operation(
        summary="What is asked to plan a visit",
        answers={200: ("Form and choices.", shape({"form": ref("Form"), "choices": _CHOICES}))},
    )
)
def start_form() -> Response:
    """Give the form of a plan."""
    session, actor = db.session(), current_actor()
    _form, choices = planning.start_form(session, actor=actor)
    offered = {
        source: [{"value": one.value, "label": one.label.zh} for one in found]
        for source, found in choices.items()
    }
    form = orjson.loads(planning.start_source(session, actor=actor))
    return answer({"form": form, "choices": offered})


@blueprint.post("")
@requires("guidance:visit")
@operation(
    Operation(
        summary="Plan a visit to an enterprise; two at least go",
        body=closed({"enterprise_id": ID, "answers": ANSWERS}),
        answers={201: ("Planned; the visit itself is a task of those who go.", WHOLE)},
        creates=True,
    )
)
def plan() -> Response:
    """Plan a visit."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        enterprise_id = UUID(given["enterprise_id"])
        visit_id = planning.plan(session, enterprise_id, given["answers"], actor=actor)
        return whole(session, visit_id, actor)

    return answer(once("plan_visit", given, make), 201)


@blueprint.post("/<uuid:visit_id>/cancel")
@requires("guidance:visit")
@operation(
    Operation(
        summary="Call a visit off, while its letter is not issued",
        body=closed({"reason": text(500, 1)}),
        answers={200: ("Called off.", WHOLE)},
        creates=True,
    )
)
def cancel(visit_id: UUID) -> Response:
    """Call a visit off."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        planning.cancel(session, visit_id, reason=given["reason"], actor=actor)
        return whole(session, visit_id, actor)

    return answer(once("cancel", given, make))
