"""Training sessions over the API: what was held, how many were there, who is covered."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import clock, training
from engine.actors import Actor
from web import db
from web.access import current_actor, requires
from web.api.contract import PAGING, Operation, Parameter, after, answer, limit, operation, paged
from web.api.parts import page_with
from web.api.schemas import DAY, ID, NUMBER, TEXT, listed, maybe, shape
from web.training import COVERED

blueprint = Blueprint("training", __name__)

YEAR: Final = Parameter(
    "year", "The present one without it.", {"type": "integer", "minimum": 2000, "maximum": 2100}
)
POSITION: Final = {"enum": list(training.POSITIONS)}
_FACTS: Final = {
    "id": ID,
    "organisation_id": {"description": "Who holds it.", **ID},
    "organisation": TEXT,
    "topic": TEXT,
    "audience": POSITION,
    "sectors": listed(TEXT),
    "held_on": DAY,
    "minutes": NUMBER,
    "place": maybe(TEXT),
}
_SESSION: Final = shape({**_FACTS, "attendees": NUMBER, "enterprises": NUMBER})
_BY: Final = {"type": "object", "additionalProperties": NUMBER}
WHOLE: Final = shape(
    {
        **{name: schema for name, schema in _FACTS.items() if name != "organisation"},
        "materials": listed(TEXT),
        "attendees": NUMBER,
        "enterprises": NUMBER,
        "by_position": _BY,
        "by_origin": {
            "description": "imported and confirmed count as there; signed waits for the holder.",
            **_BY,
        },
    }
)
_COVERAGE: Final = shape(
    {
        "sector": TEXT,
        "position": POSITION,
        "enterprises": NUMBER,
        "covered": NUMBER,
        "percent": maybe({"type": "number"}),
    }
)
_ATTENDED: Final = shape(
    {
        "session_id": ID,
        "topic": TEXT,
        "holder": TEXT,
        "held_on": DAY,
        "minutes": NUMBER,
        "name": TEXT,
        "position": POSITION,
        "origin": TEXT,
    }
)


@blueprint.get("/training-sessions")
@requires("training:hold")
@operation(
    Operation(
        summary="The sessions of a year by one's own unit and those below it, the latest first",
        query=(YEAR, *PAGING),
        answers={200: ("One page, with attendance.", page_with(_SESSION))},
    )
)
def index() -> Response:
    """List sessions."""
    found = training.held(
        db.session(), actor=current_actor(), year=year(), after=after(), limit=limit()
    )
    return paged(found, _session)


@blueprint.get("/training-sessions/<uuid:session_id>")
@requires("training:hold")
@operation(
    Operation(
        summary="One session with its attendance in numbers",
        answers={200: ("The session.", WHOLE)},
    )
)
def show(session_id: UUID) -> Response:
    """Show a session."""
    return answer(whole(db.session(), session_id, current_actor()))


@blueprint.get("/training-coverage")
@requires("training:hold")
@operation(
    Operation(
        summary="For each sector and position how many enterprises had somebody trained in a year",
        query=(YEAR,),
        answers={200: ("All on one page, the key sectors first.", page_with(_COVERAGE))},
    )
)
def coverage() -> Response:
    """Show the coverage of a year."""
    session, actor = db.session(), current_actor()
    items = [
        {
            "sector": line.sector,
            "position": position,
            "enterprises": line.enterprises,
            "covered": line.covered,
            "percent": line.percent,
        }
        for position in COVERED
        for line in training.coverage(session, actor=actor, year=year(), position=position)
    ]
    return answer({"items": items, "next": None})


@blueprint.get("/training-attendance")
@requires("training:read")
@operation(
    Operation(
        summary="Who of one's own enterprise was at which session of a year",
        query=(YEAR,),
        answers={200: ("All on one page.", page_with(_ATTENDED))},
    )
)
def attendance() -> Response:
    """List who of the enterprise was trained."""
    rows = training.attended(db.session(), actor=current_actor(), year=year())
    names = [name for name in _ATTENDED["properties"] if name != "session_id"]
    items = [{"session_id": row.id, **{name: getattr(row, name) for name in names}} for row in rows]
    return answer({"items": items, "next": None})


def whole(session: Session, session_id: UUID, actor: Actor) -> dict[str, Any]:
    """Give a session with its attendance in numbers."""
    row = training.get_session(session, session_id, actor=actor)
    there = training.attendees(session, session_id, actor=actor)
    return {
        **{name: getattr(row, name) for name in _FACTS if name != "organisation"},
        "materials": [str(one) for one in row.materials],
        "attendees": len(there),
        "enterprises": len({one.enterprise_id for one in there}),
        "by_position": dict(Counter(one.position for one in there)),
        "by_origin": dict(Counter(one.origin for one in there)),
    }


def year() -> int:
    """Give the year that is asked for."""
    return int(request.args.get("year", clock.local_date().year))


def _session(found: Any) -> dict[str, Any]:
    row, attendees, enterprises = found
    names = [name for name in _FACTS if name != "organisation"]
    return {
        **{name: getattr(row, name) for name in names},
        "organisation": row.organisation_name,
        "attendees": attendees,
        "enterprises": enterprises,
    }
