"""Sheets of enterprises over the API: sent, looked at, taken in once."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Invalid
from engine.registry import batches, importing, receiving
from engine.registry.entering import require_keeper
from web import db
from web.access import current_actor, requires
from web.api.contract import LIMIT, Operation, Parameter, answer, limit, operation
from web.api.doing import once
from web.api.parts import page_with
from web.api.schemas import ANY_OBJECT, ID, MOMENT, NUMBER, TEXT, listed, maybe, shape

blueprint = Blueprint("registry_sheets", __name__, url_prefix="/organisations/imports")

_KINDS: Final = ("new", "changed", "same", "bad")
_STATES: Final = ("reading", "unreadable", "previewed", "importing", "imported", "discarded")
_BATCH: Final = shape(
    {
        "id": ID,
        "name": TEXT,
        "state": {"enum": list(_STATES)},
        "counts": shape(dict.fromkeys(_KINDS, NUMBER)),
        "done": {"description": "Of the good rows.", **NUMBER},
        "read_at": MOMENT,
        "imported_at": maybe(MOMENT),
    }
)
_ROW: Final = shape(
    {
        "row": NUMBER,
        "name": TEXT,
        "is": {"enum": list(_KINDS)},
        "faults": listed(shape({"field": TEXT, "zh": TEXT, "en": TEXT, "value": TEXT})),
        "before": ANY_OBJECT,
        "after": ANY_OBJECT,
    }
)


@blueprint.post("")
@requires("registry:manage")
@operation(
    Operation(
        summary="Send a sheet of enterprises (.xlsx) and see what would become of its rows",
        parts={"sheet": {"type": "string", "format": "binary"}},
        answers={
            201: ("Read; nothing is taken in yet.", _BATCH),
            202: ("It is long: a job reads it; ask for the sheet again.", _BATCH),
        },
        creates=True,
    )
)
def upload() -> Response:
    """Read a sheet."""
    actor = current_actor()
    require_keeper(actor)
    file = request.files.get("sheet")
    content = file.stream.read() if file else b""
    name = (file and file.filename) or ""
    if not content:
        raise Invalid("请在 sheet 里附上一个 .xlsx 文件。", "Send an .xlsx file in 'sheet'.")
    # Read first: whoever writes does not wait for it. A job reads what is long.
    rows = receiving.judge_short(db.session(), content, actor=actor)

    def keep(session: Session, actor: Actor) -> Any:
        if rows is None:
            batch = receiving.receive(session, content, name, actor=actor)
        else:
            batch = importing.keep(session, rows, content, name, actor=actor)
        return _batch(importing.get(session, batch.id, actor=actor))

    given = {"name": name, "sha256": sha256(content).hexdigest()}
    done = once("read_sheet", given, keep)
    return answer(done, 202 if done["state"] == "reading" else 201)


@blueprint.get("/<uuid:batch_id>")
@requires("registry:manage")
@operation(
    Operation(
        summary="A sheet that was read, with its rows of one kind",
        query=(
            Parameter("kind", "The bad ones without it.", {"enum": list(_KINDS)}),
            LIMIT,
            Parameter(
                "cursor",
                "`next` of the page before.",
                {"type": "string", "pattern": "^[0-9]{1,9}$"},
            ),
        ),
        answers={200: ("One page of rows.", page_with(_ROW, sheet=_BATCH))},
    )
)
def look(batch_id: UUID) -> Response:
    """Show a sheet."""
    found = importing.get(db.session(), batch_id, actor=current_actor())
    kind, at = request.args.get("kind", "bad"), int(request.args.get("cursor", 0))
    rows, end = found.of(kind, at, limit()), at + limit()
    return answer(
        {
            "sheet": _batch(found),
            "items": [_row(row) for row in rows],
            "next": str(end) if found.counts[kind] > end else None,
        }
    )


@blueprint.post("/<uuid:batch_id>/take")
@requires("registry:manage")
@operation(
    Operation(
        summary="Take the good rows of a sheet in, this once",
        answers={
            200: ("Taken in.", _BATCH),
            202: ("A job takes them in; ask for the sheet again.", _BATCH),
        },
        creates=True,
    )
)
def take(batch_id: UUID) -> Response:
    """Take a sheet in."""

    def take_in(session: Session, actor: Actor) -> Any:
        importing.take_in(session, batch_id, actor=actor)
        return _batch(importing.get(session, batch_id, actor=actor))

    done = once("take_in_sheet", None, take_in)
    return answer(done, 202 if done["state"] == "importing" else 200)


@blueprint.post("/<uuid:batch_id>/discard")
@requires("registry:manage")
@operation(
    Operation(
        summary="Put a sheet aside that was only looked at",
        answers={200: ("Put aside.", _BATCH)},
        creates=True,
    )
)
def discard(batch_id: UUID) -> Response:
    """Put a sheet aside."""

    def put_aside(session: Session, actor: Actor) -> Any:
        importing.discard(session, batch_id, actor=actor)
        return _batch(importing.get(session, batch_id, actor=actor))

    return answer(once("discard_sheet", None, put_aside))


def _batch(found: batches.Preview) -> dict[str, Any]:
    one, counts = found.batch, found.counts
    return {
        "id": one.id,
        "name": one.name,
        "state": one.state,
        "counts": {kind: counts[kind] for kind in _KINDS},
        "done": one.done,
        "read_at": one.read_at,
        "imported_at": one.imported_at,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "row": row["row"],
        "name": row["name"],
        "is": row["is"],
        "faults": [
            {"field": key, "zh": zh, "en": en, "value": str(value)}
            for key, zh, en, value in row.get("faults", ())
        ],
        "before": row.get("before", {}),
        "after": row.get("after", {}),
    }
