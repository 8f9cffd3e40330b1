"""Certificates over the API: the paper for those of the case, the check for everybody."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from engine import certificates
from engine.clock import local_date
from engine.errors import Conflict, NotFound
from web import db, doors, downloads, papers
from web.access import current_actor, public, requires
from web.api.contract import Operation, Parameter, answer, operation
from web.api.schemas import DAY, FLAG, TEXT, maybe, shape
from web.certificates import may_see

blueprint = Blueprint("certificates", __name__)

_FOUND: Final = shape(
    {
        "number": TEXT,
        "kind": {"enum": list(certificates.KINDS)},
        "issued_on": DAY,
        "issuer": TEXT,
        "state": {"enum": ["pending", "ready", "revoked"]},
        "statement_digest": TEXT,
        "pdf_digest": maybe(TEXT),
        "intact": FLAG,
        "checks": shape({"statement": FLAG, "pdf": maybe(FLAG), "history": FLAG}),
    }
)
_COPY: Final = Parameter(
    "copy", "Give a reward certificate without its sum.", {"enum": ["1", "true"]}
)


@blueprint.get("/certificates/<number>.pdf")
@requires()
@operation(
    Operation(
        summary="A certificate as PDF",
        query=(_COPY,),
        answers={200: ("The PDF; with 作废 across it once revoked.", ("application/pdf",))},
    )
)
def file(number: str) -> Response:
    """Give the PDF."""
    session, actor = db.session(), current_actor()
    row = certificates.get_by_number(session, number, actor=actor, sight="both")
    if not may_see(row, actor):
        raise NotFound()
    doors.leave_trace(row.organisation_id, row.instance_id, actor=actor)
    hide = row.kind == "reward" and "copy" in request.args
    content = papers.paper(session, row, hide_amount=hide)
    if content is None:
        raise Conflict(
            f"证书 {number} 正在生成，请稍后再取。", f"Certificate {number} is still being made."
        )
    return downloads.pdf(content, f"{number}.pdf")


@blueprint.get("/verify/<code>")
@public
@operation(
    Operation(
        summary="What a certificate is and whether it is intact; nothing of what it says",
        answers={200: ("What was found, computed anew.", _FOUND)},
        is_open=True,
    )
)
def verify(code: str) -> Response:
    """Check a certificate."""
    session = db.session()
    row = certificates.find_by_code(session, code)
    if row is None:
        raise NotFound()
    found = certificates.check(session, row, papers.stored(session, row))
    return answer(
        {
            "number": row.number,
            "kind": row.kind,
            "issued_on": local_date(row.issued_at),
            "issuer": certificates.issuer(session, row),
            "state": row.state,
            "statement_digest": row.statement_digest.hex(),
            "pdf_digest": row.pdf_digest.hex() if row.pdf_digest else None,
            "intact": found.intact,
            "checks": {"statement": found.statement, "pdf": found.pdf, "history": found.history},
        }
    )
