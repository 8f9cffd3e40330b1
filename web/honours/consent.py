"""One's own name: whether it may be said, and one's honours."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from engine import naming
from engine.honours import finding
from web import db
from web.access import current_actor, requires
from web.honours.room import Page, blueprint, shown


@blueprint.get("/consent")
@requires("naming:own")
def consent() -> str:
    """Show what the visitor agreed to, and the honours that are theirs."""
    session, actor = db.session(), current_actor()
    return render_template(
        "honours/consent.html",
        given=naming.standing(session, actor=actor),
        honours=[shown(row) for row in finding.own(session, actor=actor)],
        least=naming.LEAST_OTHERS,
    )


@blueprint.post("/consent")
@requires("naming:own")
def give() -> Page:
    """Agree to be named."""
    db.execute(naming.agree)
    flash(gettext("已记录您的同意，随时可以撤回。"), "success")
    return redirect(url_for("honours.consent"))


@blueprint.post("/consent/withdraw")
@requires("naming:own")
def withdraw() -> Page:
    """Take it all back."""
    db.execute(naming.withdraw)
    flash(gettext("已撤回。以后印的公示单和荣誉榜都不再有您的姓名。"), "success")
    return redirect(url_for("honours.consent"))
