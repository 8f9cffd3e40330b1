"""Uploading files, and giving them to those who may see the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound, Unauthorized

from engine import attachments, filestore, instances, pictures
from engine.actors import Actor
from engine.errors import NotFound as NotTheirs
from engine.errors import Refused
from engine.permissions import allows
from web import db, doors
from web.access import public
from web.downloads import name_file
from web.guests import by_receipt, guest, reporter, visitors
from web.limits import UPLOADS, limiter

blueprint = Blueprint("files", __name__)

#: A picture and a document run nothing and load nothing, wherever they are opened.
_FILE_POLICY = "default-src 'none'; sandbox"


@blueprint.post("/attachments")
@public
@limiter.limit(UPLOADS)
def upload() -> tuple[Response, int]:
    """Take one file (multipart field ``file``) and give `{"id", "sha256", "url"}`."""
    actor = reporter() or by_receipt()
    if actor is None:
        raise Unauthorized()
    row = keep(sent_file(), actor)
    address = url_for("files.full", attachment_id=row.id)
    return jsonify(id=str(row.id), sha256=row.sha256.hex(), url=address), 201


@blueprint.get("/files/<uuid:attachment_id>")
@public
def full(attachment_id: UUID) -> Response:
    """Give a file as it is kept."""
    row = _visible(attachment_id)
    return as_file(row, filestore.of(db.session()).get(row.sha256))


@blueprint.get("/files/<uuid:attachment_id>/small")
@public
def small(attachment_id: UUID) -> Response:
    """Give the small picture of a photo."""
    row = _visible(attachment_id)
    content = attachments.thumbnail(filestore.of(db.session()), row)
    return _answer(content, pictures.MEDIA_TYPE, row.sha256.hex() + "-small")


def sent_file() -> FileStorage:
    """Give the file of the request; BadRequest when there is none."""
    sent = request.files.get("file")
    if sent is None:
        raise BadRequest()
    return sent


def keep(sent: FileStorage, actor: Actor, *, as_reporter: bool = False) -> Any:
    """Check and keep one file that was sent, in a transaction of its own.

    Args:
        as_reporter: it goes with a report, or with a message of its reporter.

    Raises:
        Invalid: it is not a file that can be kept.
    """
    kept = received(sent, actor, as_reporter=as_reporter)
    return db.execute(attachments.add, kept, actor=actor)


def received(sent: FileStorage, actor: Actor, *, as_reporter: bool = False) -> attachments.Upload:
    """Check a file and keep its bytes; nothing tells of it yet. Arguments as for `keep`."""
    # Documents carry their author's name; those who report send photos.
    handles = any(allows(actor, permission) for permission in ("case:read", "coverage:record"))
    only_photos = as_reporter or not handles
    return attachments.receive(
        filestore.of(db.session()), sent.read(), sent.filename or "", only_photos=only_photos
    )


def shown(ids: Sequence[str]) -> list[dict[str, Any]]:
    """Give what a form shows of uploaded files; of what this browser may not see, nothing."""
    found = []
    for number, one in enumerate(ids, start=1):
        try:
            row = _visible(UUID(one))
        except NotFound:
            continue
        picture = row.media_type == pictures.MEDIA_TYPE
        found.append(
            {
                "id": one,
                "url": f"/files/{one}/small" if picture else f"/files/{one}",
                "name": gettext("照片 %(number)s", number=number) if picture else row.name,
                "picture": picture,
            }
        )
    return found


def as_file(row: Any, content: bytes) -> Response:
    """Answer with a file; a document is saved, never opened in the page."""
    response = _answer(content, row.media_type, row.sha256.hex())
    if row.media_type != pictures.MEDIA_TYPE:
        name_file(response, row.name)
    return response


def visible_file(attachment_id: UUID, actor: Actor) -> Any:
    """Give the file's row if `actor` may see it: the case it belongs to, or a fresh upload.

    Raises:
        NotFound: there is none, or it is not theirs to see.
        GroundNeeded: it tells of a case, and they look from above without a ground.
    """
    session = db.session()
    row = attachments.get_file(session, attachment_id, actor=actor)
    if row.instance_id is not None:
        instances.get_instance(session, row.instance_id, actor=actor, sight="both")
        doors.leave_trace(row.organisation_id, row.instance_id, actor=actor)
    return row


def _visible(attachment_id: UUID) -> Any:
    candidates = visitors()
    # Somebody signed in elsewhere may report here, too.
    visitor = _guest()
    for actor in [*candidates, visitor] if visitor else candidates:
        try:
            return visible_file(attachment_id, actor)
        except NotTheirs:
            continue
    raise NotFound()


def _guest() -> Actor | None:
    """A guest may look at what they have just uploaded; cited files are not theirs to open."""
    try:
        return guest()
    except Refused:
        return None


def _answer(content: bytes, media_type: str, tag: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Security-Policy"] = _FILE_POLICY
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.set_etag(tag)
    response.make_conditional(request)
    return response
