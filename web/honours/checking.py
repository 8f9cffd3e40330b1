"""An honour's certificate on the public page that checks certificates."""

from __future__ import annotations

from flask import render_template
from flask_wtf import FlaskForm

from engine.honours import proof
from web import db
from web.honours.papers import is_ours


def code_of(code: str, number: str = "", digest: str = "") -> str:
    """Give the code of an honour's certificate by code, or by number and digest; "" if none."""
    session = db.session()
    row = (
        proof.find_by_code(session, code) if code else proof.find_by_digest(session, number, digest)
    )
    return row.code or "" if row is not None else ""


def page(code: str, form: FlaskForm, content: bytes = b"") -> str | None:
    """Say what an honour's certificate is and whether it is intact, and nothing of what it says.

    Args:
        content: a file that somebody holds of it, to compare; empty for none.
    """
    session = db.session()
    row = proof.find_by_code(session, code)
    if row is None:
        return None
    found = proof.check(session, row)
    return render_template(
        "honours/verify.html",
        row=row,
        issuer=proof.issuer(session, row),
        found=found,
        matches=is_ours(row, content) if content and found.statement else None,
        form=form,
    )
