"""The principal's page: what the first responsible person answers for, and signs (R-43)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import clock
from engine.coverage import kpis, quarters
from web import db
from web.access import current_actor, own_organisation, requires
from web.coverage import words
from web.coverage.record import Record

blueprint = Blueprint("principal", __name__, url_prefix="/principal")


@blueprint.get("")
@requires("coverage:sign")
def show() -> str:
    """Show what stands open, how the mechanism stands, and the quarters to sign."""
    actor, session = current_actor(), db.session()
    if actor.organisation_kind != "enterprise":
        raise NotFound()
    found = kpis.kpis(session, actor=actor)
    return render_template(
        "coverage/principal.html",
        standing=quarters.standing(session, actor=actor),
        quarters=quarters.quarters(session, actor=actor),
        record=Record(session, own_organisation(), actor),
        kpi=found[0] if found else None,
        stages=words.STAGES,
        tones=words.TONES,
        today=clock.local_date(),
    )


@blueprint.post("/quarters/<key>")
@requires("coverage:sign")
def sign(key: str) -> Response:
    """Sign a quarter."""
    db.execute(quarters.sign, key, request.form.get("note", ""))
    flash(gettext("%(quarter)s 已签认。", quarter=key), "success")
    return redirect(url_for("principal.show"), 303)
