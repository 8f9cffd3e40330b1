"""Files over the API: send one, cite its id in answers, fetch it again."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response

from engine import filestore
from web import db
from web.access import current_actor, requires
from web.api.contract import Operation, operation
from web.api.schemas import ref
from web.files import as_file, keep_upload, visible_file
from web.limits import UPLOADS, limiter

blueprint = Blueprint("attachments", __name__)

_FILE: Final = {"file": {"type": "string", "format": "binary"}}


@blueprint.post("/attachments")
@requires("report:create")
@limiter.limit(UPLOADS)
@operation(
    Operation(
        summary="Send a photo, or a PDF if one may read cases; answers then cite its id",
        parts=_FILE,
        answers={201: ("Kept; forgotten after two days unless it is cited.", ref("Attachment"))},
    )
)
def upload() -> tuple[Response, int]:
    """Take a file."""
    return keep_upload(current_actor())


@blueprint.get("/attachments/<uuid:attachment_id>")
@requires()
@operation(
    Operation(
        summary="A file of a case one may see",
        answers={200: ("The file as it is kept.", "application/octet-stream")},
    )
)
def show(attachment_id: UUID) -> Response:
    """Give a file."""
    row = visible_file(attachment_id, current_actor())
    return as_file(row, filestore.of(db.session()).get(row.sha256))
