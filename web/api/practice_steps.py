"""The way of a typical case over the API: nominated, consented to, checked, vetted, published."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.practices import nominating, rules, vetting
from web import db
from web.access import current_actor, requires
from web.api import practice_shapes as told
from web.api.contract import Operation, answer, body, operation
from web.api.doing import once
from web.api.parts import chosen, closed, ids, number, text
from web.api.practices import NOW, step, whole
from web.api.schemas import FLAG, ID, NUMBER, TEXT, shape
from web.practices.book import report_of, unreported

blueprint = Blueprint("practice_steps", __name__, url_prefix="/practices")

_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT: Final = {
    "title": text(100, 4),
    "dimensions": {**chosen(rules.DIMENSIONS), "minItems": 1},
    "story": closed({}, dict.fromkeys(rules.STORY, text(2000))),
}
_REASON: Final = closed({"reason": text(500, 1)})


@blueprint.get("/proposals/<uuid:instance_id>")
@requires("practice:nominate")
@operation(
    Operation(
        summary="What a closed hazard's own file tells, to begin a story from",
        answers={200: ("The story so far.", shape({}, dict.fromkeys(rules.STORY, TEXT)))},
    )
)
def proposal(instance_id: UUID) -> Response:
    """Give what the case tells."""
    return answer(nominating.proposal(db.session(), instance_id, actor=current_actor()))


@blueprint.post("")
@requires("practice:nominate")
@operation(
    Operation(
        summary="Propose a closed hazard as a typical case; its enterprise is asked",
        body=closed({"instance_id": ID, **_TEXT}),
        answers={201: ("Nominated.", told.WHOLE)},
        creates=True,
    )
)
def nominate() -> Response:
    """Nominate a case."""
    given = body()
    words = {name: given[name] for name in _TEXT}

    def make(session: Session, actor: Actor) -> Any:
        case = UUID(given["instance_id"])
        row = nominating.nominate(session, case, **words, actor=actor)
        return whole(session, row.id, actor)

    return answer(once("nominate_practice", given, make), 201)


@blueprint.post("/<uuid:practice_id>/consent")
@requires("practice:consent")
@operation(
    Operation(
        summary="Agree for the enterprise to the words of `version`, and to the photos named",
        body=closed({"is_named": FLAG, "version": number(1, 10**6)}, {"photos": ids(100)}),
        answers=NOW,
        creates=True,
    )
)
def consent(practice_id: UUID) -> Response:
    """Agree."""
    said = {"photos": [], **body()}
    return step(practice_id, "consent_practice", partial(nominating.consent, **said))


@blueprint.post("/<uuid:practice_id>/withdraw")
@requires("practice:consent")
@operation(
    Operation(
        summary="Take the enterprise's consent back; a published case is gone at once",
        body=_REASON,
        answers=NOW,
        creates=True,
    )
)
def withdraw(practice_id: UUID) -> Response:
    """Take consent back."""
    return step(practice_id, "withdraw_practice", partial(nominating.withdraw, **body()))


@blueprint.post("/<uuid:practice_id>/check")
@requires("practice:vet")
@operation(
    Operation(
        summary="Note that nothing in it may not be told; changed words go back to the enterprise",
        body=closed(_TEXT),
        answers=NOW,
        creates=True,
    )
)
def check(practice_id: UUID) -> Response:
    """Check a case for secrecy."""
    return step(practice_id, "check_practice", partial(vetting.check_secrecy, **body()))


@blueprint.post("/<uuid:practice_id>/vet")
@requires("practice:vet")
@operation(
    Operation(
        summary="Give points; whoever nominated or checked it may not",
        body=closed(
            {"scores": {"type": "object", "additionalProperties": NUMBER, "maxProperties": 20}}
        ),
        answers=NOW,
        creates=True,
    )
)
def vet(practice_id: UUID) -> Response:
    """Vet a case."""
    return step(practice_id, "vet_practice", partial(vetting.vet, **body()))


@blueprint.post("/<uuid:practice_id>/publish")
@requires("practice:publish")
@operation(
    Operation(
        summary="Publish a vetted case for everybody to read",
        body=closed({"level": {"enum": list(rules.LEVELS)}}),
        answers=NOW,
        creates=True,
    )
)
def publish(practice_id: UUID) -> Response:
    """Publish a case."""
    return step(practice_id, "publish_practice", partial(vetting.publish, **body()))


@blueprint.post("/<uuid:practice_id>/decline")
@requires("practice:vet")
@operation(
    Operation(
        summary="Say that a case is not taken, or, as a director, taken back",
        body=_REASON,
        answers=NOW,
        creates=True,
    )
)
def decline(practice_id: UUID) -> Response:
    """Decline a case."""
    return step(practice_id, "decline_practice", partial(vetting.decline, **body()))


@blueprint.get("/report.xlsx")
@requires("practice:publish")
@operation(
    Operation(
        summary="The published cases of one's area as the city collects them",
        answers={200: ("The workbook.", (_SHEET,))},
    )
)
def report_sheet() -> Response:
    """Give the sheet."""
    return report_of()


@blueprint.post("/report")
@requires("practice:publish")
@operation(
    Operation(
        summary="Note that all published cases that were not yet handed to the city have been",
        answers={200: ("How many were new.", shape({"count": NUMBER}))},
        creates=True,
    )
)
def report() -> Response:
    """Note that they were handed over."""

    def make(session: Session, actor: Actor) -> Any:
        return {"count": vetting.hand_over(session, unreported(), actor=actor)}

    return answer(once("report_practices", None, make))
