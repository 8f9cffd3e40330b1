"""Holding training sessions over the API: planned, changed, signed in at, taken from a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import filestore, training
from engine.actors import Actor
from engine.attachments import PDF
from engine.hazards.codes import SECTORS
from engine.pictures import MEDIA_TYPE
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, body, operation
from web.api.doing import day, once
from web.api.parts import chosen, closed, ids, number, text
from web.api.schemas import DAY, FLAG, TEXT, maybe, shape
from web.api.training import POSITION, WHOLE, whole
from web.files import as_file
from web.training.sheets import sheet_address

blueprint = Blueprint("lessons", __name__)

_SESSIONS: Final = "/training-sessions"
ONE: Final = f"{_SESSIONS}/<uuid:session_id>"
_FIELDS: Final = {
    "topic": text(200, 1),
    "audience": POSITION,
    "held_on": DAY,
    "minutes": number(1, 10_000),
    "sectors": {"description": "None is all.", **chosen(SECTORS)},
    "place": maybe(text(200)),
    "materials": ids(9),
}
_NEEDED: Final = ("topic", "audience", "held_on", "minutes")


@blueprint.post(_SESSIONS)
@requires("training:hold")
@operation(
    Operation(
        summary="Enter a session that one's own unit holds or held",
        body=closed(
            {name: _FIELDS[name] for name in _NEEDED},
            {name: schema for name, schema in _FIELDS.items() if name not in _NEEDED},
        ),
        answers={201: ("The session.", WHOLE)},
        creates=True,
    )
)
def plan() -> Response:
    """Enter a session."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        row = training.plan(session, _facts(given), actor=actor)
        return whole(session, row.id, actor)

    return answer(once("plan_session", given, make), 201)


@blueprint.post(f"{ONE}/change")
@requires("training:hold")
@operation(
    Operation(
        summary="Change a session of one's own unit; what is left out stays, and who was there",
        body=closed({}, _FIELDS),
        answers={200: ("The session.", WHOLE)},
        creates=True,
    )
)
def change(session_id: UUID) -> Response:
    """Change a session."""
    given = body()

    def run(session: Session, actor: Actor) -> None:
        row = training.own_session(session, session_id, actor=actor)
        kept = {each.name: getattr(row, each.name) for each in fields(training.Facts)}
        training.change(session, session_id, _facts(given, kept), actor=actor)

    return changed("change_session", session_id, given, run)


@blueprint.post(f"{ONE}/withdraw")
@requires("training:hold")
@operation(
    Operation(
        summary="Remove a session that nobody attended",
        answers={200: ("Removed: as it was.", WHOLE)},
        creates=True,
    )
)
def withdraw(session_id: UUID) -> Response:
    """Remove a session."""

    def make(session: Session, actor: Actor) -> Any:
        was = whole(session, session_id, actor)
        training.withdraw(session, session_id, actor=actor)
        return was

    return answer(once("withdraw_session", None, make))


@blueprint.post(f"{ONE}/sheet")
@requires("training:hold")
@operation(
    Operation(
        summary="Open the sign-in sheet, or close it; an open one keeps its code",
        body=closed({"open": FLAG}),
        answers={
            200: ("Where to sign.", shape({"code": maybe(TEXT), "address": maybe(TEXT)})),
        },
        creates=True,
    )
)
def sheet(session_id: UUID) -> Response:
    """Open or close the sheet."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        if not given["open"]:
            training.close_sheet(session, session_id, actor=actor)
            return {"code": None, "address": None}
        code = training.open_sheet(session, session_id, actor=actor)
        return {"code": code, "address": sheet_address(code)}

    return answer(once("open_sheet", given, make))


@blueprint.get(f"{ONE}/materials/<uuid:file_id>")
@requires("training:read")
@operation(
    Operation(
        summary="A file of a session, for those who were there or above",
        answers={200: ("The file as it is kept.", (MEDIA_TYPE, PDF))},
    )
)
def material(session_id: UUID, file_id: UUID) -> Response:
    """Give a file."""
    row = training.material(db.session(), session_id, file_id, actor=current_actor())
    return as_file(row, filestore.of(db.session()).get(row.sha256))


def _facts(given: Mapping[str, Any], kept: Mapping[str, Any] | None = None) -> training.Facts:
    """Give what a session is: what is kept, and over it what the body says."""
    said: dict[str, Any] = {**(kept or {}), **given}
    if "held_on" in given:
        said["held_on"] = day(dict(given), "held_on")
    return training.Facts(**{**said, "place": said.get("place") or ""})


def changed(
    name: str, session_id: UUID, given: Any, run: Callable[[Session, Actor], None]
) -> Response:
    """Change a session, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, actor)
        return whole(session, session_id, actor)

    return answer(once(name, given, make))
