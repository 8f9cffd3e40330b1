"""Chain checks over the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from engine import audit, seal_check
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
        summary="Check the hash chains and seals of every history one may see",
        query=(_ONLY,),
        answers={200: ("What was found.", ref("Audit"))},
    )
)
def verify() -> Response:
    """Check the chains and their seals."""
    seen = list(_organisations(current_actor()))
    breaks = [
        {
            "organisation_id": found.organisation_id,
            "instance_id": found.instance_id,
            "sequence": found.sequence,
            "fault": found.fault,
        }
        for organisation_id in seen
        for found in audit.verify(db.session(), organisation_id=organisation_id)
    ]
    broken = [
        {
            "organisation_id": found.organisation_id,
            "day": found.day,
            "instance_id": found.instance_id,
            "fault": found.fault,
        }
        for organisation_id in seen
        for found in seal_check.verify(db.session(), organisation_id=organisation_id)
    ]
    intact = not breaks and not broken
    return answer({"intact": intact, "breaks": breaks, "broken_seals": broken})


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
