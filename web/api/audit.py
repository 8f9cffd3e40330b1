"""Chain checks over the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from engine import audit
from engine.actors import Actor
from engine.errors import NotFound
from engine.store import organisations_of
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, Parameter, answer, operation
from web.api.schemas import ID, ref

blueprint = Blueprint("audit", __name__)

_ONLY: Final = Parameter("organisation_id", "Only the histories of this enterprise.", ID)


@blueprint.get("/audit/verify")
@requires("audit:verify")
@operation(
    Operation(
        summary="Check the hash chains of every history one may see",
        query=(_ONLY,),
        answers={200: ("What was found.", ref("Audit"))},
    )
)
def verify() -> Response:
    """Check the chains."""
    breaks = [
        {
            "organisation_id": found.organisation_id,
            "instance_id": found.instance_id,
            "sequence": found.sequence,
            "fault": found.fault,
        }
        for organisation_id in _organisations(current_actor())
        for found in audit.verify(db.session(), organisation_id=organisation_id)
    ]
    return answer({"intact": not breaks, "breaks": breaks})


def _organisations(actor: Actor) -> Iterator[UUID]:
    """Yield whose histories to check; NotFound when what is asked for is not theirs to see."""
    seen = list(db.session().scalars(organisations_of(actor)))
    asked = request.args.get("organisation_id")
    if asked is None:
        yield from seen
    elif UUID(asked) in seen:
        yield UUID(asked)
    else:
        raise NotFound()
