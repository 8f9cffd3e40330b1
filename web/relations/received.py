"""What hosts passed on to the own enterprise: taken on, or sent back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine.errors import InvalidAnswers, Refused
from engine.relations import passed, rules, taking_on
from web import db
from web.access import current_actor, requires
from web.language import say
from web.queries import with_query
from web.relations.room import Page, blueprint, may, passed_state


@blueprint.get("/received")
@requires("relation:read")
def received() -> str:
    """List what hosts passed on."""
    return _page()


@blueprint.post("/received/<uuid:passed_id>/take")
@requires("relation:pass", "report:enter")
def take(passed_id: UUID) -> Page:
    """Begin a case of one's own with what was passed on."""
    try:
        instance_id = db.execute(taking_on.take, passed_id)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(say(refusal.message)), refusal.status
    flash(gettext("已接收，按本单位的流程办理。"), "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@blueprint.post("/received/<uuid:passed_id>/refuse")
@requires("relation:pass")
def refuse(passed_id: UUID) -> Page:
    """Send back what was passed on."""
    reason = request.form.get("reason", "")
    try:
        db.execute(taking_on.refuse, passed_id, reason)
    except InvalidAnswers as wrong:
        return _page(say(wrong.errors["reason"][0]), passed_id, reason), 422
    flash(gettext("已退回，对方会看到原因。"), "success")
    return redirect(url_for("relations.received"), 303)


def _page(problem: str = "", wrong_id: UUID | None = None, reason: str = "") -> str:
    after = request.args.get("after") or None
    found = passed.received(db.session(), actor=current_actor(), after=after)
    here = url_for("relations.received")
    return render_template(
        "relations/received.html",
        rows=[
            (row, passed_state(row.state), say(rules.KINDS[row.kind].host)) for row in found.items
        ],
        problem=problem,
        wrong_id=wrong_id,
        reason=reason,
        may_take=may("relation:pass") and may("report:enter"),
        next_url=with_query(here, {"after": found.next}) if found.next else "",
    )
