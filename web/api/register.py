"""Keeping the register over the API: entering, correcting, moving, closing; nodes and contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import registry
from engine.actors import Actor
from engine.errors import NotFound
from engine.registry.branches import PARTICULARS
from engine.registry.codes import AREAS
from engine.registry.entering import require_changeable
from engine.registry.moving import MOST_AT_ONCE
from web.access import requires
from web.api.contract import Operation, answer, body, operation
from web.api.doing import day, once
from web.api.parts import closed, ids, text
from web.api.registry import NODE, WHOLE, node, whole
from web.api.schemas import DAY, ID, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("register", __name__, url_prefix="/organisations")

_AXES: Final = dict.fromkeys(registry.NODES, maybe(ID))
_BESIDE: Final = {"id": ID, "area": {"enum": list(AREAS)}}
_WHEN: Final = {
    "effective_on": {"description": "Months that ended before stay as they were.", **DAY},
    "reason": text(500, 1),
}
_NOW: Final = {200: ("The entry as it is now.", WHOLE)}
_STATES: Final = "suspend,close,reopen"


def _said(field: registry.Field) -> dict[str, Any]:
    """Give what may be written into a field of the register; the engine is the judge of it."""
    match field.kind:
        case "node":
            return maybe(ID)
        case "number":
            return maybe(NUMBER)
        case "choice":
            # Codes, and the words that a sheet may have for them.
            words = (one.zh for one in field.choices.values())
            return maybe({"enum": list(dict.fromkeys((*field.choices, *words, *field.also)))})
        case "tags":
            return listed({"enum": list(field.choices)})
    return maybe(text(max(field.most, 40)))


_PARTICULARS: Final = {field.key: _said(field) for field in registry.FIELDS}


@blueprint.post("")
@requires("registry:manage")
@operation(
    Operation(
        summary="Enter an enterprise; what a department, town or group enters stands under it",
        body=closed(
            {"particulars": closed({"name": TEXT, "sector": _PARTICULARS["sector"]}, _PARTICULARS)}
        ),
        answers={201: ("Its entry.", WHOLE)},
        creates=True,
    )
)
def enter() -> Response:
    """Enter an enterprise."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        made = registry.enter(session, _values(given["particulars"]), actor=actor)
        return whole(session, made.id, actor)

    return answer(once("enter_organisation", given, make), 201)


@blueprint.post("/<uuid:organisation_id>/correct")
@requires("registry:manage")
@operation(
    Operation(
        summary="Correct what the register says; an enterprise its own contacts, address and staff",
        body=closed({"particulars": closed({}, _PARTICULARS)}, {"reason": text(500)}),
        answers=_NOW,
        creates=True,
    )
)
def correct(organisation_id: UUID) -> Response:
    """Correct an entry."""
    given = body()
    said, reason = given["particulars"], given.get("reason", "").strip() or None

    def run(session: Session, actor: Actor) -> None:
        require_changeable(said, actor)
        registry.correct(session, organisation_id, said, reason=reason, actor=actor)

    return _changed("correct_organisation", organisation_id, given, run)


@blueprint.post("/assign")
@requires("registry:manage")
@operation(
    Operation(
        summary="Give many enterprises their department, town or group, from today on",
        body=closed({"organisation_ids": ids(MOST_AT_ONCE, 1)}, _AXES),
        answers={
            200: ("Those that stood there already are passed over.", shape({"count": NUMBER}))
        },
        creates=True,
    )
)
def assign() -> Response:
    """Assign enterprises."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        chosen = [UUID(one) for one in given["organisation_ids"]]
        return {"count": registry.assign(session, chosen, _places(given), actor=actor)}

    return answer(once("assign_organisations", given, make))


@blueprint.post("/<uuid:organisation_id>/move")
@requires("registry:manage")
@operation(
    Operation(
        summary="Move an enterprise to another department, town or group; what is left out stays",
        body=closed(_WHEN, _AXES),
        answers=_NOW,
        creates=True,
    )
)
def move(organisation_id: UUID) -> Response:
    """Move an enterprise."""
    given = body()
    when = _when(given)

    def run(session: Session, actor: Actor) -> None:
        registry.move(session, organisation_id, _places(given), **when, actor=actor)

    return _changed("move_organisation", organisation_id, given, run)


@blueprint.post("/<uuid:organisation_id>/supervisors")
@requires("registry:manage")
@operation(
    Operation(
        summary="Say which departments supervise an enterprise beside its primary one",
        body=closed({"co_supervisors": listed(closed(_BESIDE, {"subject": maybe(text(100))}))}),
        answers=_NOW,
        creates=True,
    )
)
def supervise(organisation_id: UUID) -> Response:
    """Say who supervises beside."""
    given = body()
    wanted = {
        UUID(one["id"]): (one["area"], one.get("subject") or "") for one in given["co_supervisors"]
    }

    def run(session: Session, actor: Actor) -> None:
        registry.set_co_supervisors(session, organisation_id, wanted, actor=actor)

    return _changed("supervise_organisation", organisation_id, given, run)


@blueprint.post(f"/<uuid:organisation_id>/<any({_STATES}):action>")
@requires("registry:manage")
@operation(
    Operation(
        summary="Suspend, close or reopen an enterprise; open cases go on to be handled",
        body=closed(_WHEN),
        answers=_NOW,
        creates=True,
    )
)
def act(organisation_id: UUID, action: str) -> Response:
    """Suspend, close or reopen an enterprise."""
    return _act(organisation_id, action)


@blueprint.post("/<uuid:organisation_id>/merge")
@requires("registry:manage")
@operation(
    Operation(
        summary="Merge an enterprise into another, which goes on",
        body=closed({**_WHEN, "into_id": ID}),
        answers=_NOW,
        creates=True,
    )
)
def merge(organisation_id: UUID) -> Response:
    """Merge an enterprise into another."""
    return _act(organisation_id, "merge")


@blueprint.post("/nodes")
@requires("registry:manage")
@operation(
    Operation(
        summary="Enter a department, a town, or a group of up to three levels",
        body=closed(
            {"kind": {"enum": list(registry.NODES.values())}, "name": text(100), "code": text(16)},
            {"above_id": {"description": "The group above a group.", **maybe(ID)}},
        ),
        answers={201: ("Entered.", NODE)},
        creates=True,
    )
)
def add_node() -> Response:
    """Enter a node."""
    given = body()
    above = given.get("above_id")
    said = {**given, "above_id": UUID(above) if above else None}

    def make(session: Session, actor: Actor) -> Any:
        return _node(session, registry.add_node(session, **said, actor=actor).id, actor)

    return answer(once("add_node", given, make), 201)


@blueprint.post("/nodes/<uuid:organisation_id>/correct")
@requires("registry:manage")
@operation(
    Operation(
        summary="Say whom to call at a node and its region: of one's own, or as the office",
        body=closed({}, {field.key: maybe(text(field.most)) for field in PARTICULARS}),
        answers={200: ("As it is now.", NODE)},
        creates=True,
    )
)
def set_node(organisation_id: UUID) -> Response:
    """Say whom to call, and where."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        registry.set_node(session, organisation_id, given, actor=actor)
        return _node(session, organisation_id, actor)

    return answer(once("set_node", given, make))


def _act(organisation_id: UUID, action: str) -> Response:
    given = body()
    into = given.get("into_id")
    said = {**_when(given), "into_id": UUID(into) if into else None}

    def run(session: Session, actor: Actor) -> None:
        registry.act(session, organisation_id, action, **said, actor=actor)

    return _changed(f"{action}_organisation", organisation_id, given, run)


def _changed(
    name: str, organisation_id: UUID, given: Any, run: Callable[[Session, Actor], None]
) -> Response:
    """Change an entry, and give it as it is then."""

    def make(session: Session, actor: Actor) -> Any:
        run(session, actor)
        return whole(session, organisation_id, actor)

    return answer(once(name, given, make))


def _when(given: dict[str, Any]) -> dict[str, Any]:
    return {"effective_on": day(given, "effective_on"), "reason": given["reason"]}


def _places(given: Mapping[str, Any]) -> dict[str, UUID | None]:
    """Give the axes that the body names; null takes an enterprise off one."""
    return {key: UUID(given[key]) if given[key] else None for key in registry.NODES if key in given}


def _values(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, **_places(said)}


def _node(session: Session, organisation_id: UUID, actor: Actor) -> dict[str, Any]:
    found = registry.branches(session, actor=actor)
    branch = next((one for one in found if one.node.id == organisation_id), None)
    if branch is None:
        raise NotFound()
    return node(branch)
