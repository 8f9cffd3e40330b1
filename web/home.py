"""The front door, the choice of language, and the answer to "are you alive?"."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, jsonify, redirect, request, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response

from engine import accounts
from engine.permissions import allows
from web import db
from web.access import current_account, public, safe_next
from web.language import COOKIE
from web.pages import navigation, waiting

blueprint = Blueprint("home", __name__)

_ONE_YEAR: Final = 365 * 24 * 3600


@blueprint.get("/")
@public
def index() -> Response:
    """Send everybody to their first page of work; strangers to the sign-in."""
    account = current_account()
    if account is None:
        return redirect(url_for("auth.sign_in"))
    # Those who look on from above have few tasks; without one they begin with the whole.
    if allows(account.actor, "board:read") and account.actor.organisation_kind != "enterprise":
        counts = waiting()
        if counts is None or not counts.mine + counts.group:
            return redirect(url_for("board.show"))
    entries = navigation()
    return redirect(entries[0].url if entries else url_for("accounts.account"))


@blueprint.post("/language")
@public
def language() -> Response:
    """Answer in another language from now on, on this device and for this account."""
    chosen = request.form.get("language", "")
    response = redirect(safe_next(request.form.get("next")) or url_for("home.index"))
    if chosen not in accounts.LANGUAGES:
        return response
    if current_account() is not None:
        db.execute(accounts.choose_language, chosen)
    response.set_cookie(
        COOKIE, chosen, max_age=_ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
    )
    return response


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process answers and reaches its database."""
    db.session().execute(text("select 1"))
    return jsonify(status="ok")
