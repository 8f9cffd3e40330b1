"""Handing a flow on: a version or a draft as one file, for another installation to import."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from engine.definitions import Bundle, drafts
from engine.definitions.drafts import copying
from engine.definitions.packing import Pack, pack
from web import db
from web.access import current_actor, requires
from web.definitions import get_shown, organisation
from web.downloads import name_file

blueprint = Blueprint("packing", __name__)


@blueprint.get("/definitions/<key>/<int:version>/pack.zip")
@requires("definition:read")
def version(key: str, version: int) -> Response:
    """Give a version with everything it runs with, and the checklists that go with it."""
    session, row = db.session(), get_shown(key, version)
    found = copying.files_of(session, row)
    lists = copying.checklists_of(session, row, organisation())
    bundle = Bundle({"checklist": lists, **found.contents})
    packed = pack(Pack(key=row.key, name=row.name, version=row.version, bundle=bundle))
    return _file(packed, f"{row.key}-{row.version}")


@blueprint.get("/studio/drafts/<uuid:draft_id>/pack.zip")
@requires("definition:deploy")
def draft(draft_id: UUID) -> Response:
    """Give a draft as it was saved last."""
    session = db.session()
    row = drafts.get(session, draft_id, actor=current_actor())
    bundle = drafts.bundle_of(session, row)
    packed = pack(Pack(key=row.key, name=row.title, version=None, bundle=bundle))
    return _file(packed, f"{row.key}-draft-{row.revision}")


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    name_file(response, f"{name}.zip")
    return response
