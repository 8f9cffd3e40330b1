"""Setting targets of coverage over the API, and reminding those who have not reached them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.coverage import reminders, targets, units
from engine.coverage.board import BOARD_AXES, COUNTS
from engine.hazards.codes import SECTORS
from web import db
from web.access import current_actor, requires
from web.api import coverage_shapes as told
from web.api.contract import Operation, answer, body, operation
from web.api.doing import day, once
from web.api.parts import chosen, closed, number, page_with, text
from web.api.schemas import DAY, FLAG, ID, maybe

blueprint = Blueprint("targets", __name__, url_prefix="/coverage")

_FIELDS: Final = {
    "title": text(200, 2),
    "basis": {"description": "The document it comes from.", **text(500, 2)},
    "due_on": DAY,
    "sectors": {"description": "With `ownerships`: one of either; none is all.", **chosen(SECTORS)},
    "ownerships": chosen(targets.OWNERSHIPS),
    "is_for_the_rest": {"description": "Only who no earlier target means.", **FLAG},
    "percent": number(1, 100),
    "stage": {"enum": list(targets.STAGES)},
    "denominator_source": text(200, 2),
    "responsible_id": maybe(ID),
}
_NEEDED: Final = ("title", "basis", "due_on")


@blueprint.post("/targets")
@requires("coverage:target")
@operation(
    Operation(
        summary="Set a target: who is to have the mechanism by when",
        body=closed(
            {name: _FIELDS[name] for name in _NEEDED},
            {name: schema for name, schema in _FIELDS.items() if name not in _NEEDED},
        ),
        answers={201: ("Set.", told.SET)},
        creates=True,
    )
)
def create() -> Response:
    """Set a target."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        return told.bare_target(targets.save(session, _wanted(given), actor=actor))

    return answer(once("set_target", given, make), 201)


@blueprint.post("/targets/adopt")
@requires("coverage:target")
@operation(
    Operation(
        summary="Take over the two waves of the notice, where an office has no target yet",
        answers={201: ("All targets, on one page.", page_with(told.SET))},
        creates=True,
    )
)
def adopt() -> Response:
    """Take over the targets of the notice."""

    def make(session: Session, actor: Actor) -> Any:
        targets.adopt(session, actor=actor)
        found = targets.listed(session, actor=actor)
        return {"items": [told.bare_target(one) for one in found], "next": None}

    return answer(once("adopt_targets", None, make), 201)


@blueprint.get("/targets/<uuid:target_id>")
@requires("coverage:read")
@operation(
    Operation(
        summary="One target that means enterprises one sees",
        answers={200: ("The target.", told.SET)},
    )
)
def show(target_id: UUID) -> Response:
    """Show a target."""
    return answer(told.bare_target(targets.get(db.session(), target_id, actor=current_actor())))


@blueprint.post("/targets/<uuid:target_id>/change")
@requires("coverage:target")
@operation(
    Operation(
        summary="Change a target of one's own; what is left out stays",
        body=closed({}, _FIELDS),
        answers={200: ("As it is now.", told.SET)},
        creates=True,
    )
)
def change(target_id: UUID) -> Response:
    """Change a target."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        row = targets.get_own(session, target_id, actor=actor)
        kept = {each.name: getattr(row, each.name) for each in fields(targets.Wanted)}
        wanted = _wanted(given, kept)
        return told.bare_target(targets.save(session, wanted, target_id, actor=actor))

    return answer(once("change_target", given, make))


@blueprint.post("/targets/<uuid:target_id>/withdraw")
@requires("coverage:target")
@operation(
    Operation(
        summary="Take a target of one's own off the board",
        answers={200: ("As it was.", told.SET)},
        creates=True,
    )
)
def withdraw(target_id: UUID) -> Response:
    """Take a target off the board."""

    def make(session: Session, actor: Actor) -> Any:
        row = targets.get_own(session, target_id, actor=actor)
        targets.withdraw(session, target_id, actor=actor)
        return told.bare_target(row)

    return answer(once("withdraw_target", None, make))


@blueprint.post("/reminders")
@requires("coverage:remind")
@operation(
    Operation(
        summary="Remind those behind a number of the board; each enterprise once a day",
        body=closed(
            {"target_id": ID},
            {
                "count": {"description": "`open` without it.", "enum": list(COUNTS)},
                "by": {"enum": list(BOARD_AXES)},
                "key": {"description": "The line of the board.", **text(64)},
                "name": {"description": "A part of the name.", **text(100)},
            },
        ),
        answers={200: ("Whom it reached.", told.REMINDED)},
        creates=True,
    )
)
def remind() -> Response:
    """Remind enterprises."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        target = targets.get(session, UUID(given["target_id"]), actor=actor)
        said = {name: given[name].strip() for name in ("by", "key", "name") if name in given}
        wanted = units.Chosen(target=target, count=given.get("count", "open"), **said)
        return vars(reminders.remind(session, wanted, actor=actor))

    return answer(once("remind_coverage", given, make))


def _wanted(given: Mapping[str, Any], kept: Mapping[str, Any] | None = None) -> targets.Wanted:
    """Give the target that is wanted: what is kept, and over it what the body says."""
    said: dict[str, Any] = {**(kept or {}), **given}
    if "due_on" in given:
        said["due_on"] = day(dict(given), "due_on")
    for name in ("sectors", "ownerships"):
        said[name] = tuple(said.get(name, ()))
    if isinstance(said.get("responsible_id"), str):
        said["responsible_id"] = UUID(said["responsible_id"])
    return targets.Wanted(**said)
