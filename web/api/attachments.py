"""Files over the API: send one, cite its id in answers, fetch it again."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, url_for
from sqlalchemy.orm import Session

from engine import attachments, filestore, idempotency, pictures
from engine.actors import Actor
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, answer, idempotency_key, operation
from web.api.schemas import ref
from web.files import as_file, received, sent_file, visible_file
from web.limits import UPLOADS, limiter

blueprint = Blueprint("attachments", __name__)

_FILE: Final = {"file": {"type": "string", "format": "binary"}}


@blueprint.post("/attachments")
@requires()
@limiter.limit(UPLOADS)
@operation(
    Operation(
        summary="Send a photo, or a PDF if one may read cases; answers then cite its id",
        parts=_FILE,
        answers={201: ("Kept; forgotten after two days unless it is cited.", ref("Attachment"))},
        creates=True,
    )
)
def upload() -> Response:
    """Take a file."""
    actor = current_actor()
    kept = received(sent_file(), actor)
    asked = {"sha256": kept.sha256.hex(), "name": kept.name}
    make = partial(_attach, kept, actor)
    return answer(db.execute(idempotency.once, "attach", idempotency_key(), asked, make), 201)


def _attach(kept: attachments.Upload, actor: Actor, session: Session) -> dict[str, Any]:
    row = attachments.add(session, kept, actor=actor)
    address = url_for("api.attachments.show", attachment_id=row.id)
    return {"id": str(row.id), "sha256": row.sha256.hex(), "url": address}


@blueprint.get("/attachments/<uuid:attachment_id>")
@requires()
@operation(
    Operation(
        summary="A file of a case one may see",
        answers={200: ("The file as it is kept.", (pictures.MEDIA_TYPE, attachments.PDF))},
    )
)
def show(attachment_id: UUID) -> Response:
    """Give a file."""
    row = visible_file(attachment_id, current_actor())
    return as_file(row, filestore.of(db.session()).get(row.sha256))
