"""The page an invitation leads to: who invites, what for, and what to do now."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import NotFound, Refused
from engine.permissions import allows
from engine.relations import codes, entered, rules, telling
from web import db
from web.access import current_account, public, requires
from web.language import say
from web.limits import WRONG_CODES, failed, limiter
from web.relations.room import Page

blueprint = Blueprint("invited", __name__, url_prefix="/invited")


@blueprint.get("")
@public
def ask() -> Page:
    """Ask for the code of an invitation."""
    code = request.args.get("code", "").strip()
    if code:
        return redirect(url_for("invited.show", code=code[:40]))
    return render_template("relations/ask_code.html", code="", problem="")


@blueprint.get("/<code>")
@public
@limiter.limit(WRONG_CODES, deduct_when=lambda response: response.status_code == 404)
def show(code: str) -> Page:
    """Say who invites and what for; the page of a wrong or old code says nothing."""
    return _page(code)


@blueprint.post("/<code>")
@requires("relation:answer")
@limiter.limit(WRONG_CODES, deduct_when=failed)
def accept(code: str) -> Page:
    """Confirm the invitation for one's own enterprise."""
    try:
        relation_id = db.execute(entered.accept, code)
    except NotFound:
        return _page(code)
    except Refused as refusal:
        if refusal.status == 403:
            raise
        return _page(code, say(refusal.message), refusal.status)
    flash(gettext("已确认。"), "success")
    return redirect(url_for("relations.show", relation_id=relation_id), 303)


def _page(code: str, problem: str = "", status: int = 200) -> Page:
    session = db.session()
    row = entered.open_invitation(session, code)
    if row is None:
        wrong = gettext("没有这份邀请：代码不对，或者已过期、已办理。请向邀请单位核对。")
        return render_template("relations/ask_code.html", code=code[:40], problem=wrong), 404
    account = current_account()
    keeper = telling.name_of(session, row.keeper_id) if row.keeper_id else gettext("区安委办")
    page = render_template(
        "relations/invited.html",
        row=row,
        kind=rules.KINDS[row.kind],
        host=telling.name_of(session, row.organisation_id),
        keeper=keeper,
        code=codes.spaced(codes.code_of(session, row)),
        may_accept=account is not None and allows(account.actor, "relation:answer"),
        problem=problem,
    )
    return page, status
