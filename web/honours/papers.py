"""Honours on paper: the certificate to frame, and the list to hang up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import NotFound

from engine import clock
from engine.clock import LOCAL_ZONE
from engine.honours import finding, proof, rules
from web import db, downloads, figures
from web.access import current_account, current_actor, requires
from web.honours.room import blueprint
from web.pdf import render

TITLE: Final = "荣誉证书"
_SIZES: Final = ("a3", "a4")
_UNITS: Final = {"adopted": "条", "reporters": "人"}
#: So few are printed larger, to be read from further away.
_SHORT: Final = 8


@blueprint.get("/<uuid:honour_id>/certificate.pdf")
@requires("honour:read")
def certificate(honour_id: UUID) -> Response:
    """Give the certificate of an honour: to the person, and to those who hand it out."""
    row = finding.certificate(db.session(), honour_id, actor=current_actor())
    content = laid_out(row, is_void=row.state == "revoked")
    return downloads.pdf(content, f"{row.number}.pdf", download="download" in request.args)


@blueprint.get("/list.pdf")
@requires("honour:read")
def sheet() -> Response:
    """Give the honours of a period to hang up, on A3 or A4."""
    period, size = request.args.get("period", ""), request.args.get("size", "a3")
    if size not in _SIZES or not rules.is_period(period):
        raise NotFound()
    rows = finding.on_paper(db.session(), period, actor=current_actor())
    account = current_account()
    issuer = account.organisation_name if account else ""
    today = clock.local_date()
    content = render(
        "print/honours_list/template.html",
        {
            "issuer": issuer,
            "period": rules.period_words(period).zh,
            "people": [_line(row, row.name) for row in rows if row.kind == "person"],
            "teams": [_line(row, row.team) for row in rows if row.kind == "team"],
            "size": size,
            "is_short": len(rows) <= _SHORT,
            "made": today.isoformat(),
        },
        styles=("print/base.css", "print/honours_list/style.css", f"print/honours_list/{size}.css"),
        created=datetime(today.year, today.month, today.day, tzinfo=LOCAL_ZONE),
        identifier=hashlib.sha256(f"honours {issuer} {period} {size}".encode()).digest(),
    )
    return downloads.pdf(content, f"honours-{period}.pdf")


def laid_out(row: Any, *, is_void: bool = False) -> bytes:
    """Lay out a certificate from its statement; the same statement gives the same bytes.

    Raises:
        IntegrityError: the statement was altered. DelegateError: the machine cannot make PDFs.
    """
    said = proof.read(row)
    facts: Mapping[str, Any] = said["facts"]
    return render(
        "print/honour/template.html",
        {
            "s": said,
            "title": TITLE,
            "issuer": said["issuer"],
            "digest": (row.statement_digest or b"").hex(),
            "revoked_at": row.ended_at.isoformat() if is_void and row.ended_at else None,
            "period": rules.period_words(facts["period"]).zh,
            "basis": _counted(facts["basis"]),
        },
        styles=("print/base.css", "print/certificate.css", "print/reward/style.css",
                "print/honour/style.css"),
        created=datetime.fromisoformat(said["issued_at"]),
        identifier=(row.code or "").encode(),
        pictures={"qr": figures.qr(said["verify_url"])},
        one_page=True,
    )  # fmt: skip


def is_ours(row: Any, content: bytes) -> bool:
    """Say whether `content` is this honour's certificate, or its copy marked void."""
    digest = hashlib.sha256(content).digest()
    ways = (False, True) if row.state == "revoked" else (False,)
    return any(digest == hashlib.sha256(laid_out(row, is_void=way)).digest() for way in ways)


def _line(row: Any, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": row.title,
        "reason": row.reason,
        "basis": _counted(row.basis),
        "reward": row.reward,
        "number": row.number,
    }


def _counted(basis: Mapping[str, int]) -> str:
    """Say what was counted, as "查实隐患 5 件，其中重大 1 件"; what is late is no honour."""
    return "，".join(
        f"{words.zh} {basis[key]} {_UNITS.get(key, '件')}"
        for key, words in rules.BASIS.items()
        if basis.get(key) and key != "overdue"
    )
