"""Grounds over the API: a program that looks from above states one as its person does on a page."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine import idempotency
from engine.actors import Actor
from engine.auditing import grounds
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, body, idempotency_key, operation, plain
from web.api.doing import day
from web.api.schemas import DAY, FLAG, ID, MOMENT, TEXT, listed, maybe, shape

blueprint = Blueprint("grounds", __name__)

_REFERENCE: Final = {"type": "string", "minLength": 1, "maxLength": grounds.REFERENCE_LENGTH}
_PURPOSE: Final = {"type": "string", "maxLength": grounds.PURPOSE_LENGTH}
_STATED: Final = {
    **shape(
        {"kind": {"enum": list(grounds.STATED)}, "reference": _REFERENCE},
        {"purpose": _PURPOSE, "organisation_id": maybe(ID), "expires_on": maybe(DAY)},
    ),
    "additionalProperties": False,
}
_GROUND: Final = shape(
    {
        "id": ID,
        "kind": {"enum": list(grounds.KINDS)},
        "reference": TEXT,
        "purpose": maybe(TEXT),
        "organisation_id": maybe(ID),
        "stated_at": MOMENT,
        "expires_at": MOMENT,
        "holds": FLAG,
    }
)


@blueprint.get("/audit-grounds")
@requires("auditing:state")
@operation(
    Operation(
        summary="The grounds one has stated, and those granted, the latest first",
        answers={200: ("Up to 50 of them.", shape({"items": listed(_GROUND)}))},
    )
)
def index() -> Response:
    """List one's grounds."""
    rows = grounds.list_own(db.session(), actor=current_actor())
    return answer({"items": [_shown(row, holds=bool(row.holds)) for row in rows]})


@blueprint.post("/audit-grounds")
@requires("auditing:state")
@operation(
    Operation(
        summary="State on what ground one looks into histories from now on",
        body=_STATED,
        answers={201: ("It holds to the end of its last day.", _GROUND)},
        creates=True,
    )
)
def state() -> Response:
    """State a ground."""
    given, actor = body(), current_actor()
    make = partial(_state, given, actor)
    return answer(db.execute(idempotency.once, "state_ground", idempotency_key(), given, make), 201)


def _state(given: dict[str, Any], actor: Actor, session: Session) -> dict[str, Any]:
    enterprise = given.get("organisation_id")
    row = grounds.state(
        session,
        kind=given["kind"],
        reference=given["reference"],
        purpose=given.get("purpose") or "",
        enterprise_id=UUID(enterprise) if enterprise else None,
        expires_on=day(given, "expires_on"),
        actor=actor,
    )
    shown: dict[str, Any] = plain(_shown(row, holds=True))
    return shown


def _shown(row: Any, *, holds: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "reference": row.reference,
        "purpose": row.purpose,
        "organisation_id": row.enterprise_id,
        "stated_at": row.stated_at,
        "expires_at": row.expires_at,
        "holds": holds,
    }
