"""Guidance visits over the API: looked at by both sides; the enterprise answers.

What visitors do is a step of their own process: `GET /tasks`, `POST /tasks/{id}/complete`.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import people
from engine.actors import Actor
from engine.guidance import answering, finding
from web import db
from web.access import current_actor, requires
from web.api.contract import (
    PAGING,
    Operation,
    Parameter,
    after,
    answer,
    body,
    flag,
    limit,
    operation,
    paged,
)
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import DAY, FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape
from web.guidance.looking import letter_of, may_read_findings

blueprint = Blueprint("guidance", __name__)

_VISIT: Final = shape(
    {
        "id": ID,
        "number": TEXT,
        "state": {"enum": list(finding.STATES)},
        "organisation_id": {"description": "Who visits.", **ID},
        "visitor": TEXT,
        "enterprise_id": ID,
        "enterprise": TEXT,
        "plan_number": maybe(TEXT),
        "planned_on": DAY,
        "visited_on": maybe(DAY),
        "open_follow_ups": NUMBER,
        "late_follow_ups": NUMBER,
    }
)
_FOLLOW_UP: Final = shape(
    {
        "id": ID,
        "visit_id": ID,
        "item": TEXT,
        "text": TEXT,
        "due_on": DAY,
        "state": {"enum": ["open", "answered", "passed", "failed"]},
        "answer": maybe(TEXT),
        "files": listed(TEXT),
        "answered_at": maybe(MOMENT),
        "answered_by": maybe(TEXT),
        "checked_at": maybe(MOMENT),
        "check_note": maybe(TEXT),
    }
)
WHOLE: Final = shape(
    {
        **_VISIT["properties"],
        "opinion": {"description": "As the letter says it.", **maybe(TEXT)},
        "opinion_number": maybe(TEXT),
        "letter": {"description": "Its certificate's number.", **maybe(TEXT)},
        "findings": {
            "description": "To the enterprise once the letter is out.",
            **listed(
                shape({"key": TEXT, "question": TEXT, "found": TEXT, "note": TEXT}),
            ),
        },
        "follow_ups": listed(_FOLLOW_UP),
        "is_own": {"description": "Whether one's own unit visits.", **FLAG},
    }
)


@blueprint.get("/guidance-visits")
@requires("guidance:read")
@operation(
    Operation(
        summary="Visits by or to organisations one sees, the latest planned first",
        query=(
            Parameter("state", "Only those in this state.", {"enum": list(finding.STATES)}),
            Parameter("own", "Only those of one's own unit.", FLAG),
            Parameter("late", "Only those with an answer that is late.", FLAG),
            *PAGING,
        ),
        answers={200: ("One page.", page_with(_VISIT))},
    )
)
def index() -> Response:
    """List visits."""
    filters = finding.Filters(
        state=request.args.get("state", ""), own=flag("own"), late=flag("late")
    )
    found = finding.visits(
        db.session(), actor=current_actor(), filters=filters, after=after(), limit=limit()
    )
    return paged(found, _visit)


@blueprint.get("/guidance-visits/<uuid:visit_id>")
@requires("guidance:read")
@operation(
    Operation(
        summary="One visit: what was found, what the letter asks, what was answered",
        answers={200: ("The visit.", WHOLE)},
    )
)
def show(visit_id: UUID) -> Response:
    """Show a visit."""
    return answer(whole(db.session(), visit_id, current_actor()))


@blueprint.get("/guidance-visits/<uuid:visit_id>/letter.pdf")
@requires("guidance:read")
@operation(
    Operation(
        summary="The opinion letter, for those who visit and those visited",
        answers={200: ("The PDF.", ("application/pdf",))},
    )
)
def letter(visit_id: UUID) -> Response:
    """Give the letter of a visit."""
    return letter_of(visit_id)


@blueprint.get("/follow-ups/<uuid:follow_up_id>")
@requires("guidance:answer")
@operation(
    Operation(
        summary="What one's own enterprise is asked to do after a visit",
        answers={200: ("The follow-up.", _FOLLOW_UP)},
    )
)
def follow_up(follow_up_id: UUID) -> Response:
    """Show what is asked."""
    session = db.session()
    row = finding.get_follow_up(session, follow_up_id, actor=current_actor())
    return answer(_named(session, row))


@blueprint.post("/follow-ups/<uuid:follow_up_id>/answer")
@requires("guidance:answer")
@operation(
    Operation(
        summary="Say what was done; until it is checked, once more as well",
        body=closed(
            {"text": text(answering.LONGEST)},
            {"files": {"type": "array", "items": ID, "maxItems": answering.MOST_FILES}},
        ),
        answers={200: ("The follow-up.", _FOLLOW_UP)},
        creates=True,
    )
)
def give(follow_up_id: UUID) -> Response:
    """Answer what is asked."""
    given = body()

    def say(session: Session, actor: Actor) -> Any:
        files = given.get("files", [])
        row = answering.answer(session, follow_up_id, text=given["text"], files=files, actor=actor)
        return _named(session, row)

    return answer(once("answer_follow_up", given, say))


def whole(session: Session, visit_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give one visit, as far as the reader may know it."""
    row = finding.get_visit(session, visit_id, actor=actor)
    is_own = row.organisation_id == actor.organisation_id
    is_told = may_read_findings(row, is_own)
    items = finding.items(session, row) if is_told else []
    letter, asked = finding.letter(session, row), finding.follow_ups(session, row)
    names = people.names(session, [one.answered_by for one in asked if one.answered_by])
    return {
        **_visit(row),
        "opinion": row.opinion if is_told else None,
        "opinion_number": row.opinion_number,
        "letter": letter.number if letter else None,
        "findings": [
            {"key": one.key, "question": one.question.zh, "found": one.found, "note": one.note}
            for one in items
        ],
        "follow_ups": [_follow_up(one, names) for one in asked],
        "is_own": is_own,
    }


def _visit(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _VISIT["properties"]}


def _named(session: Session, row: Any) -> dict[str, Any]:
    names = people.names(session, [row.answered_by] if row.answered_by else [])
    return _follow_up(row, names)


def _follow_up(row: Any, names: Any) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in _FOLLOW_UP["properties"]}
    files = [str(one) for one in row.files]
    return {**found, "files": files, "answered_by": names.get(row.answered_by)}
