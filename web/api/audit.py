"""Chain checks over the API."""

from __future__ import annotations

from flask import Blueprint, Response

from engine import audit
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, operation
from web.api.schemas import ref

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit/verify")
@requires("audit:verify")
@operation(
    Operation(
        summary="Check the hash chains of one's organisation",
        answers={200: ("What was found.", ref("Audit"))},
    )
)
def verify() -> Response:
    """Check the chains."""
    breaks = [
        {"instance_id": found.instance_id, "sequence": found.sequence, "fault": found.fault}
        for found in audit.verify(db.session(), organisation_id=current_actor().organisation_id)
    ]
    return answer({"intact": not breaks, "breaks": breaks})
