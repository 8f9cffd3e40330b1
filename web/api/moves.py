"""Moving running cases to another version over the API: tried, begun, watched, stopped.

Who moves cases need not be allowed to read them: a case is its number, its state and the names of
the steps it waits at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import definitions, migrations
from engine.actors import Actor
from engine.errors import Message
from web import db
from web.access import current_actor, requires
from web.api.contract import LIMIT, Operation, Parameter, answer, asked_id, body, limit, operation
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import FLAG, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("moves", __name__, url_prefix="/moves")

_VERSION: Final = shape({"id": ID, "key": TEXT, "name": TEXT, "version": NUMBER, "owner": TEXT})
_WHY: Final = maybe(shape({"zh": TEXT, "en": TEXT}))
_STATES: Final = {"enum": ["waiting", "moved", "refused", "failed"]}
_MAPPING: Final = {
    "description": "Step → the step under which it goes on, where they are called otherwise.",
    "type": "object",
    "maxProperties": 200,
    "additionalProperties": text(200),
}
_BATCH: Final = shape(
    {
        "id": ID,
        "state": {"enum": ["running", "done", "stopped"]},
        "source": _VERSION,
        "target": _VERSION,
        "mapping": {"type": "object"},
        "reason": TEXT,
        "created_at": MOMENT,
        "by": TEXT,
        "ended_at": maybe(MOMENT),
        "counts": {
            "description": "State → cases.",
            **shape(dict.fromkeys(_STATES["enum"], NUMBER)),
        },
    }
)
_CASE: Final = {"instance_id": ID, "number": TEXT, "at": listed(TEXT), "why": _WHY}
_TRIAL: Final = shape({**_CASE, "state": TEXT})
_ITEM: Final = shape({**_CASE, "state": _STATES, "case_state": TEXT, "ended_at": maybe(MOMENT)})
_KEY: Final = text(64, 1)
_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


@blueprint.get("")
@requires("case:migrate")
@operation(
    Operation(
        summary="How many cases run by a version, where they may be moved, and moves so far",
        query=(
            Parameter("definition_key", "The process.", _KEY, required=True),
            Parameter("version", "The version.", _NUMBER, required=True),
            Parameter("owner_id", "Who drew it; the nearest without it.", ID),
        ),
        answers={
            200: (
                "The latest 20 moves of the process.",
                page_with(_BATCH, cases=NUMBER, targets=listed(_VERSION)),
            )
        },
    )
)
def index() -> Response:
    """List moves of a process."""
    session, actor, said = db.session(), current_actor(), request.args
    key = said["definition_key"]
    row = _source(key, int(said["version"]), asked_id("owner_id"))
    return answer(
        {
            "cases": migrations.count(session, row.id, actor=actor),
            "targets": [_version(one) for one in migrations.targets(session, row.id, actor=actor)],
            "items": [_batch(one) for one in migrations.listed(session, key, actor=actor)],
            "next": None,
        }
    )


@blueprint.post("")
@requires("case:migrate")
@operation(
    Operation(
        summary="Move the running cases of a version to another, or say what would become of them",
        body=closed(
            {
                "definition_key": _KEY,
                "version": _NUMBER,
                "to": {"description": "The id of one of `targets`.", **ID},
            },
            {"owner_id": maybe(ID), "mapping": _MAPPING, "reason": text(500), "dry_run": FLAG},
        ),
        answers={
            200: ("A dry run: nothing is changed.", shape({"items": listed(_TRIAL)})),
            202: ("A job moves each by itself.", _BATCH),
        },
        creates=True,
    )
)
def begin() -> Response:
    """Begin to move cases, or try it."""
    given = body()
    owner = UUID(given["owner_id"]) if given.get("owner_id") else None
    row = _source(given["definition_key"], int(given["version"]), owner)
    target, mapping = UUID(given["to"]), given.get("mapping", {})
    if given.get("dry_run"):
        session, actor = db.session(), current_actor()
        plan = migrations.plan(session, row.id, target, mapping, actor=actor)
        trials = migrations.dry_run(session, plan, actor=actor)
        return answer({"items": [_trial(one) for one in trials]})

    def start(session: Session, actor: Actor) -> Any:
        reason = given.get("reason", "")
        made = migrations.start(session, row.id, target, mapping, reason=reason, actor=actor)
        return _batch(migrations.progress(session, made, actor=actor))

    return answer(once("move_cases", given, start), 202)


@blueprint.get("/<uuid:migration_id>")
@requires("case:migrate")
@operation(
    Operation(
        summary="How far a move is, and what became of its cases: what did not go well first",
        query=(LIMIT,),
        answers={200: ("Up to `limit` cases.", page_with(_ITEM, move=_BATCH))},
    )
)
def show(migration_id: UUID) -> Response:
    """Show a move."""
    session, actor = db.session(), current_actor()
    found = migrations.progress(session, migration_id, actor=actor)
    items = migrations.items(session, migration_id, actor=actor, limit=limit())
    return answer({"move": _batch(found), "items": [_item(one) for one in items], "next": None})


@blueprint.post("/<uuid:migration_id>/stop")
@requires("case:migrate")
@operation(
    Operation(
        summary="Move no further case; those that were moved stay",
        answers={200: ("How far it is.", _BATCH)},
        creates=True,
    )
)
def stop(migration_id: UUID) -> Response:
    """Stop a move."""
    return _change("stop_move", migration_id, migrations.stop)


@blueprint.post("/<uuid:migration_id>/retry")
@requires("case:migrate")
@operation(
    Operation(
        summary="Try once more what was refused, failed, or not come to",
        answers={200: ("How far it is.", _BATCH)},
        creates=True,
    )
)
def retry(migration_id: UUID) -> Response:
    """Try what did not move once more."""
    return _change("retry_move", migration_id, migrations.retry)


def _change(name: str, migration_id: UUID, run: Callable[..., None]) -> Response:
    def make(session: Session, actor: Actor) -> Any:
        run(session, migration_id, actor=actor)
        session.flush()
        return _batch(migrations.progress(session, migration_id, actor=actor))

    return answer(once(name, None, make))


def _source(key: str, version: int, owner_id: UUID | None) -> Any:
    return definitions.get_version(
        db.session(), key, version, owner_id=owner_id, actor=current_actor()
    )


def _version(one: migrations.Version) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _VERSION["properties"]}


def _batch(one: migrations.Progress) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "source": _version(one.source),
        "target": _version(one.target),
        "mapping": dict(one.mapping),
        "reason": one.reason,
        "created_at": one.created_at,
        "by": one.author,
        "ended_at": one.ended_at,
        "counts": {state: one.counts.get(state, 0) for state in _STATES["enum"]},
    }


def _item(one: migrations.Item) -> dict[str, Any]:
    return {
        "instance_id": one.instance_id,
        "number": one.number,
        "at": list(one.at),
        "why": _why(one.words),
        "state": one.state,
        "case_state": one.case_state,
        "ended_at": one.ended_at,
    }


def _trial(one: migrations.Trial) -> dict[str, Any]:
    return {
        "instance_id": one.case.id,
        "number": one.case.number,
        "at": list(one.case.at),
        "why": _why(one.words),
        "state": one.state,
    }


def _why(words: Message | None) -> dict[str, str] | None:
    return None if words is None else {"zh": words.zh, "en": words.en}
