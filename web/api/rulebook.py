"""The rules of enterprises over the API: versions, what was said of them, and saying it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.rulebook import commenting, finding, wording
from engine.rulebook.commenting import Said
from web import db, rules_word
from web.access import current_actor, requires
from web.api.contract import PAGING, Operation, after, answer, body, limit, operation, paged
from web.api.doing import once
from web.api.parts import closed, page_with, text
from web.api.schemas import (
    ANY_OBJECT,
    DAY,
    ID,
    MOMENT,
    NUMBER,
    TEXT,
    listed,
    maybe,
    shape,
)
from web.rulebook.room import version_file

blueprint = Blueprint("rulebook", __name__, url_prefix="/rulebooks")

_STATE: Final = {"enum": list(finding.STATES)}
_LINE: Final = shape(
    {
        "id": ID,
        "organisation_id": ID,
        "enterprise": TEXT,
        "title": TEXT,
        "number": {"description": "Counted from 1.", **NUMBER},
        "state": _STATE,
        "due_on": maybe(DAY),
        "made_at": MOMENT,
        "issued_on": maybe(DAY),
        "document_number": maybe(TEXT),
        "comments": {"description": "Of one's own unit; an enterprise: all.", **NUMBER},
        "answered": NUMBER,
    }
)
_COMMENT: Final = shape(
    {
        "id": ID,
        "unit_id": {"description": "The enterprise itself: its union.", **ID},
        "chapter": TEXT,
        "article": {"description": "Empty: the chapter as a whole.", **TEXT},
        "text": TEXT,
        "suggestion": maybe(TEXT),
        "made_at": MOMENT,
        "outcome": maybe({"enum": list(commenting.OUTCOMES)}),
        "answer": maybe(TEXT),
        "answered_at": maybe(MOMENT),
    }
)
_WHOLE: Final = shape(
    {
        **{
            name: schema
            for name, schema in _LINE["properties"].items()
            if name not in ("enterprise", "comments", "answered")
        },
        "note": maybe(TEXT),
        "answers_version": {"description": "The answers it was made from.", **NUMBER},
        "made_from": {"description": "Process and settings it was made from.", **ANY_OBJECT},
        "sha256": {"description": "Of the PDF that was put before others.", **TEXT},
        "chapters": listed(
            shape(
                {
                    "key": TEXT,
                    "title": TEXT,
                    "articles": listed(shape({"key": TEXT, "name": TEXT, "lines": listed(TEXT)})),
                }
            )
        ),
        "changes": {
            "description": "Against the version before.",
            **listed(shape({"chapter": TEXT, "name": TEXT, "state": TEXT})),
        },
        "comments": listed(_COMMENT),
    }
)


@blueprint.get("")
@requires("rulebook:read")
@operation(
    Operation(
        summary="Versions one may read, the newest first: own, asked about, or issued below",
        query=PAGING,
        answers={200: ("One page.", page_with(_LINE))},
    )
)
def index() -> Response:
    """List versions."""
    found = finding.listed(db.session(), actor=current_actor(), after=after(), limit=limit())
    return paged(found, lambda row: {name: getattr(row, name) for name in _LINE["properties"]})


@blueprint.get("/<uuid:version_id>")
@requires("rulebook:read")
@operation(
    Operation(
        summary="One version: its articles, what changed, what was said and answered",
        answers={200: ("The version.", _WHOLE)},
    )
)
def show(version_id: UUID) -> Response:
    """Show a version."""
    session, actor = db.session(), current_actor()
    row = finding.get(session, version_id, actor=actor)
    said, earlier = wording.read(row.content), finding.before(session, row)
    changes = wording.differences(wording.read(earlier.content), said) if earlier else []
    names = set(_WHOLE["properties"]) - {"sha256", "chapters", "changes", "comments"}
    return answer(
        {
            **{name: getattr(row, name) for name in names},
            "sha256": row.sha256.hex(),
            "chapters": [
                {
                    "key": chapter.key,
                    "title": chapter.title,
                    "articles": [
                        {"key": one.key, "name": one.name, "lines": list(one.lines)}
                        for one in chapter.articles
                    ],
                }
                for chapter in said.chapters
            ],
            "changes": [
                {"chapter": one.chapter, "name": one.name, "state": one.state} for one in changes
            ],
            "comments": [_comment(one) for one in finding.comments(session, row, actor=actor)],
        }
    )


@blueprint.get("/<uuid:version_id>/rules.<any(pdf,docx):kind>")
@requires("rulebook:read")
@operation(
    Operation(
        summary="A version as PDF, the very file that was kept, or as Word document",
        answers={200: ("The file.", ("application/pdf", rules_word.TYPE))},
    )
)
def files(version_id: UUID, kind: str) -> Response:
    """Give a version as a file."""
    return version_file(finding.get(db.session(), version_id, actor=current_actor()), kind)


@blueprint.post("/<uuid:version_id>/comments")
@requires("rulebook:comment")
@operation(
    Operation(
        summary="Comment on a chapter or an article, if one's unit or union was asked",
        body=closed(
            {"chapter": text(24, 1), "text": text(commenting.LONGEST, 2)},
            {"article": text(40), "suggestion": text(commenting.LONGEST)},
        ),
        answers={201: ("The comment.", _COMMENT)},
        creates=True,
    )
)
def comment(version_id: UUID) -> Response:
    """Comment on a version."""
    given = body()

    def say(session: Session, actor: Actor) -> Any:
        return _comment(commenting.comment(session, version_id, Said(**given), actor=actor))

    return answer(once("comment_on_rules", given, say), 201)


def _comment(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COMMENT["properties"]}
