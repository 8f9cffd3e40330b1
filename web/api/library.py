"""The document library over the API: what those above give to all below them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import documents, filestore
from engine.actors import Actor
from engine.attachments import PDF
from engine.pictures import MEDIA_TYPE
from web import db
from web.access import current_actor, requires
from web.api import contract
from web.api.contract import Operation, Parameter, answer, body, operation, paged
from web.api.doing import day, once
from web.api.parts import closed, ids, page_with, text
from web.api.schemas import DAY, FLAG, ID, MOMENT, TEXT, listed, maybe, shape
from web.files import as_file

blueprint = Blueprint("library", __name__, url_prefix="/documents")

_KIND: Final = {"enum": list(documents.KINDS)}
_FACTS: Final = {
    "id": ID,
    "kind": _KIND,
    "title": TEXT,
    "number": maybe(TEXT),
    "issuer": TEXT,
    "issued_on": DAY,
    "summary": maybe(TEXT),
    "files": listed(ID),
    "is_public": {"description": "For everybody, without a token too.", **FLAG},
    "published_at": MOMENT,
}
_DOCUMENT: Final = shape({**_FACTS, "publisher": TEXT})
_MADE: Final = shape({**_FACTS, "withdrawn_at": maybe(MOMENT)})


@blueprint.get("")
@requires("document:read")
@operation(
    Operation(
        summary="What one's own organisation and those above it published, the newest first",
        query=(
            Parameter("kind", "Only those of this kind.", _KIND),
            Parameter("words", "Part of the title or the number.", text(100)),
            *contract.WIDE_PAGING,
        ),
        answers={200: ("One page.", page_with(_DOCUMENT))},
    )
)
def index() -> Response:
    """List documents."""
    found = documents.library(
        db.session(),
        actor=current_actor(),
        kind=request.args.get("kind", ""),
        words=request.args.get("words", "").strip(),
        after=contract.after(),
        limit=contract.limit(),
    )
    return paged(found, lambda row: {**_facts(row), "publisher": row.publisher})


@blueprint.post("")
@requires("document:publish")
@operation(
    Operation(
        summary="Publish a document for all below one's own unit",
        body=closed(
            {
                "kind": _KIND,
                "title": text(200, 2),
                "issuer": text(200, 2),
                "issued_on": DAY,
                "files": ids(documents.MOST_FILES, 1),
            },
            {"number": text(60), "summary": text(500), "is_public": FLAG},
        ),
        answers={201: ("Published.", _MADE)},
        creates=True,
    )
)
def publish() -> Response:
    """Publish a document."""
    given = body()
    facts = documents.Facts(**{**given, "issued_on": day(given, "issued_on")})

    def make(session: Session, actor: Actor) -> Any:
        return _made(documents.publish(session, facts, actor=actor))

    return answer(once("publish_document", given, make), 201)


@blueprint.post("/<uuid:document_id>/withdraw")
@requires("document:publish")
@operation(
    Operation(
        summary="Take a document of one's own unit out of the library; it stays on record",
        body=closed({"reason": text(500, 2)}),
        answers={200: ("Withdrawn.", _MADE)},
        creates=True,
    )
)
def withdraw(document_id: UUID) -> Response:
    """Withdraw a document."""
    given = body()

    def make(session: Session, actor: Actor) -> Any:
        row = documents.withdraw(session, document_id, given["reason"], actor=actor)
        return _made(row)

    return answer(once("withdraw_document", given, make))


@blueprint.get("/<uuid:document_id>/files/<uuid:file_id>")
@requires("document:read")
@operation(
    Operation(
        summary="A file of a document that one may read",
        answers={200: ("The file as it is kept.", (MEDIA_TYPE, PDF))},
    )
)
def file(document_id: UUID, file_id: UUID) -> Response:
    """Give a file."""
    row = documents.file_of(db.session(), document_id, file_id, actor=current_actor())
    return as_file(row, filestore.of(db.session()).get(row.sha256))


def _facts(row: Any) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _FACTS}, "files": [str(f) for f in row.files]}


def _made(row: Any) -> dict[str, Any]:
    return {**_facts(row), "withdrawn_at": row.withdrawn_at}
