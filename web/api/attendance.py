"""Who was at a training session, over the API: listed, taken from a list; and who was not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import training
from engine.actors import Actor
from engine.hazards.codes import SECTORS
from engine.registry.contacts import contact_of
from engine.training.reading import MOST_ROWS
from web import db
from web.access import current_actor, requires
from web.api import contract
from web.api.contract import Operation, Parameter, answer, body, operation, paged
from web.api.doing import once
from web.api.lessons import ONE, changed
from web.api.parts import closed, page_with, text
from web.api.schemas import FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape
from web.api.training import POSITION, WHOLE, YEAR, year
from web.training import COVERED

blueprint = Blueprint("attendance", __name__)

_PERSON: Final = {"enterprise": text(200), "name": text(100)}
_ATTENDEE: Final = shape(
    {
        "id": ID,
        "enterprise_id": ID,
        "enterprise": TEXT,
        "name": TEXT,
        "position": POSITION,
        "origin": TEXT,
        "at": MOMENT,
    }
)
_LINE: Final = shape(
    {
        "line": NUMBER,
        **dict.fromkeys(("enterprise", "name", "position"), TEXT),
        "enterprise_id": maybe(ID),
        "is_known": {"description": "Already on the list.", **FLAG},
        "faults": listed(shape({"zh": TEXT, "en": TEXT})),
    }
)
_LIST: Final = shape(
    {"taken": NUMBER, "left": NUMBER, "lines": {"description": "Of a dry run.", **listed(_LINE)}}
)
_UNTRAINED: Final = shape(
    {"id": ID, "name": TEXT, "sector": TEXT, "contact_name": TEXT, "contact_phone": TEXT}
)


@blueprint.get(f"{ONE}/attendees")
@requires("training:hold")
@operation(
    Operation(
        summary="Who was there, by enterprise and name; `signed` waits for the holder",
        query=contract.PAGING,
        answers={200: ("One page.", page_with(_ATTENDEE))},
    )
)
def attendees(session_id: UUID) -> Response:
    """List who was there."""
    rows = training.attendees(db.session(), session_id, actor=current_actor())
    start, last = 0, contract.cursor()
    if last is not None:
        start = next((at for at, row in enumerate(rows, 1) if row.id == last), len(rows))
    some = rows[start : start + contract.limit() + 1]
    return contract.page(some, _attendee, lambda row: row.id)


@blueprint.post(f"{ONE}/attendees")
@requires("training:hold")
@operation(
    Operation(
        summary="Take in a list of people who were there; nobody comes onto it twice",
        body=closed(
            {
                "people": {
                    **listed(closed(_PERSON, {"position": maybe(POSITION)})),
                    "minItems": 1,
                    "maxItems": MOST_ROWS,
                }
            },
            {"dry_run": {"description": "Say of each line whether it is good.", **FLAG}},
        ),
        answers={200: ("How many came in, and how many did not.", _LIST)},
        creates=True,
    )
)
def take(session_id: UUID) -> Response:
    """Take a list in."""
    given = body()
    names = ("enterprise", "name", "position")
    # The headings say which column is which, whatever the first person is called.
    cells: Sequence[Any] = [
        names, *([one.get(name) or "" for name in names] for one in given["people"])
    ]  # fmt: skip
    if given.get("dry_run"):
        rows = training.preview(db.session(), session_id, cells, actor=current_actor())
        return answer({"taken": 0, "left": 0, "lines": [_line(row) for row in rows]})

    def make(session: Session, actor: Actor) -> Any:
        taken, left = training.take(session, session_id, cells, actor=actor)
        return {"taken": taken, "left": left, "lines": []}

    return answer(once("take_attendees", given, make))


@blueprint.post(f"{ONE}/confirm")
@requires("training:hold")
@operation(
    Operation(
        summary="Say that all who signed were there",
        answers={200: ("The session.", WHOLE)},
        creates=True,
    )
)
def confirm(session_id: UUID) -> Response:
    """Confirm who signed."""

    def run(session: Session, actor: Actor) -> None:
        training.confirm(session, session_id, actor=actor)

    return changed("confirm_attendees", session_id, None, run)


@blueprint.post(f"{ONE}/attendees/<uuid:attendee_id>/remove")
@requires("training:hold")
@operation(
    Operation(
        summary="Take somebody off the list",
        answers={200: ("The session.", WHOLE)},
        creates=True,
    )
)
def remove(session_id: UUID, attendee_id: UUID) -> Response:
    """Take somebody off the list."""

    def run(session: Session, actor: Actor) -> None:
        training.remove(session, session_id, attendee_id, actor=actor)

    return changed("remove_attendee", session_id, None, run)


@blueprint.get("/training-untrained")
@requires("training:hold")
@operation(
    Operation(
        summary="Enterprises that sent nobody in a position in a year, by name, with whom to call",
        query=(
            YEAR,
            Parameter("position", "principal without it.", {"enum": list(COVERED)}),
            Parameter("sector", "Only those of this sector.", {"enum": list(SECTORS)}),
            *contract.WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(_UNTRAINED))},
    )
)
def untrained() -> Response:
    """List who is not trained."""
    position = request.args.get("position", COVERED[0])
    found = training.untrained(
        db.session(),
        actor=current_actor(),
        year=year(),
        position=position,
        sector=request.args.get("sector", ""),
        after=contract.after(),
        limit=contract.limit(),
    )

    def told(row: Any) -> dict[str, Any]:
        name, phone = contact_of(row.profile, position)
        own = {key: getattr(row, key) for key in ("id", "name", "sector")}
        return {**own, "contact_name": name, "contact_phone": phone}

    return paged(found, told)


def _attendee(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _ATTENDEE["properties"]}


def _line(row: training.Row) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in _LINE["properties"] if name != "faults"}
    # The headings are the first line.
    return {
        **own,
        "line": row.line - 1,
        "faults": [{"zh": one.zh, "en": one.en} for one in row.faults],
    }
