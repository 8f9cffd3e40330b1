"""Instances over the API: start, list, look at, history, diagram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request

from engine import (
    casefile,
    definitions,
    diagrams,
    history,
    instances,
    reporters,
    selfcheck,
    starting,
)
from engine.discretion import Discretion
from engine.errors import InvalidAnswers
from engine.hazards import codes
from engine.hazards.counts import SIGNALS
from engine.hazards.origins import Origin
from engine.permissions import require
from engine.relations import taking_on
from engine.store import tables as t
from engine.voting import rounds as vote_rounds
from web import db, doors
from web.access import current_actor, requires
from web.api import shapes
from web.api.contract import (
    LIMIT,
    PAGING,
    Operation,
    Parameter,
    answer,
    body,
    cursor,
    idempotency_key,
    limit,
    operation,
    page,
)
from web.api.schemas import ANSWERS, TEXT, page_of, ref, shape

blueprint = Blueprint("instances", __name__)
#: Business keys by which pages know their cases.
_OURS: Final = (selfcheck.KEYED, taking_on.KEYED)

_SEQUENCE: Final = {"type": "string", "pattern": "^[0-9]{1,9}$"}
_START: Final = {
    **shape(
        {"definition_key": {"type": "string", "maxLength": 64}, "answers": ANSWERS},
        {
            "business_key": {"type": "string", "minLength": 1, "maxLength": 100},
            "identity_mode": {"enum": list(reporters.MODES)},
            "reporter_type": {"enum": list(reporters.TYPES)},
            "source": {"enum": [key for key in codes.SOURCES if key not in SIGNALS]},
            "source_note": {"type": "string", "maxLength": 200},
        },
    ),
    "additionalProperties": False,
}


@blueprint.post("/instances")
@requires("report:create")
@operation(
    Operation(
        summary="Start an instance by answering its start form",
        body=_START,
        answers={201: ("Started; the receipt code is shown this once.", ref("Started"))},
        creates=True,
    )
)
def start() -> Response:
    """Start an instance."""
    given, actor = body(), current_actor()
    _check_name(given.get("business_key", ""))
    origin = Origin(source=given.get("source", "staff"), channel="api", note=_note(given))
    identity = reporters.identity_of(
        actor,
        mode=given.get("identity_mode") or _mode(given["answers"]),
        reporter_type=given.get("reporter_type", "staff"),
    )
    started = db.execute(
        starting.start,
        definition_key=given["definition_key"],
        answers=given["answers"],
        # Whose key it is found it, unless an authority did.
        identity=None if origin.is_nameless else identity,
        origin=origin,
        business_key=given.get("business_key"),
        idempotency_key=idempotency_key(),
    )
    found = {
        "instance_id": started.instance_id,
        "report_number": started.number,
        "receipt_code": started.receipt_code,
    }
    return answer(found, 201)


def _check_name(business_key: str) -> None:
    """Refuse a name that would put the case into a self-check, or take on what was passed on."""
    known = next((one for one in _OURS if business_key.startswith(one)), None)
    if known is not None:
        raise InvalidAnswers.at(
            "business_key",
            f"业务编号不能以“{known}”开头：自查里的问题和转来的隐患请在各自的页面上办理。",
            f"A business key does not begin with '{known}': what a self-check finds, or was passed "
            "on, is dealt with on its own page.",
        )


def _note(given: dict[str, Any]) -> str:
    note = " ".join(given.get("source_note", "").split())
    if not note.isprintable():
        raise InvalidAnswers.at(
            "source_note",
            "含有不能保存的字符，请删掉后重新发送。",
            "It holds characters that cannot be stored; delete them and send it again.",
        )
    return note


def _mode(answers: dict[str, object]) -> str:
    mode = answers.get("identity_mode")
    return mode if isinstance(mode, str) else "named"


@blueprint.get("/instances")
@requires("case:list")
@operation(
    Operation(
        summary="Instances, newest first",
        query=(
            Parameter(
                "state",
                "Only those in this state.",
                {"enum": ["active", "suspended", "completed", "cancelled"]},
            ),
            Parameter("definition_key", "Only those of this process.", {**TEXT, "maxLength": 64}),
            *PAGING,
        ),
        answers={200: ("One page.", page_of("Instance"))},
    )
)
def index() -> Response:
    """List instances."""
    rows = instances.list_instances(
        db.session(),
        actor=current_actor(),
        state=request.args.get("state"),
        definition_key=request.args.get("definition_key"),
        after=cursor(),
        limit=limit() + 1,
    )
    return page(rows, shapes.instance, lambda row: row.id)


@blueprint.get("/instances/<uuid:instance_id>")
@requires("case:read")
@operation(
    Operation(
        summary="One instance with the data the actor may see and its open tasks",
        answers={200: ("The instance.", ref("Instance"))},
    )
)
def show(instance_id: UUID) -> Response:
    """Show one instance."""
    session = db.session()
    row = doors.enter(instance_id)
    discretion = _discretion(row)
    found = vote_rounds.rounds(session, row, discretion.loaded)
    return answer(
        {
            **shapes.instance(row),
            "definition_version": session.get_one(t.Definition, row.definition_id).version,
            "data": discretion.data(instances.read_data(session, row)),
            "open_tasks": shapes.open_tasks(
                vote_rounds.open_tasks(session, row, discretion.loaded)
            ),
            "votes": shapes.votes(found, discretion),
        }
    )


@blueprint.get("/instances/<uuid:instance_id>/history")
@requires("case:read")
@operation(
    Operation(
        summary="What happened, event by event, with hashes",
        query=(
            LIMIT,
            Parameter("cursor", "`next` of the page before.", _SEQUENCE),
        ),
        answers={200: ("Events in order.", page_of("Event"))},
    )
)
def show_history(instance_id: UUID) -> Response:
    """Show an instance's history."""
    require(current_actor(), "case:read")
    row = doors.enter(instance_id)
    after, size = int(request.args.get("cursor", 0)), limit()
    # One event more in front: its hash is the previous hash of the first one shown.
    found = history.read(
        db.session(), row.organisation_id, row.id, after=max(after - 1, 0), limit=size + 1
    )
    before, shown = (found[:1], found[1:]) if after else ([], found[:size])
    previous = before[0].hash if before else history.GENESIS
    more = len(shown) == size and shown[-1].sequence < row.event_count
    return answer(
        {
            "items": shapes.events(shown, previous, _discretion(row, shown)),
            "next": str(shown[-1].sequence) if more else None,
        }
    )


@blueprint.get("/instances/<uuid:instance_id>/diagram")
@requires("case:read")
@operation(
    Operation(
        summary="The instance's own diagram and what has been passed on it",
        answers={200: ("XML and the state of each element.", ref("Diagram"))},
    )
)
def show_diagram(instance_id: UUID) -> Response:
    """Show an instance's diagram."""
    row = doors.enter(instance_id)
    return answer(diagrams.of_instance(db.session(), row))


def _discretion(row: Any, events: Sequence[Any] = ()) -> Discretion:
    """Give what the visitor may know of a case and of some of its events."""
    session = db.session()
    tasks = casefile.tasks_named(session, row, {one.task_id for one in events if one.task_id})
    loaded = definitions.load(session, row.definition_id)
    found = vote_rounds.rounds(session, row, loaded)
    secrets = vote_rounds.secrets_of(found, loaded, row.identity_mode)
    return Discretion(loaded, current_actor(), tasks, secrets)
