"""Planning a visit: which enterprise, then when and who."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.errors import InvalidAnswers
from engine.guidance import finding, planning
from web import db, form_fields
from web.access import current_actor, requires
from web.guidance.room import blueprint


@blueprint.get("/new")
@requires("guidance:visit")
def choose() -> str:
    """Look for the enterprise to visit."""
    words = request.args.get("q", "")
    rows = finding.enterprises(db.session(), words[:100], actor=current_actor())
    return render_template("guidance/choose.html", rows=rows, words=words)


@blueprint.get("/new/<uuid:enterprise_id>")
@requires("guidance:visit")
def plan(enterprise_id: UUID) -> str:
    """Ask when and who goes."""
    return _page(enterprise_id)


@blueprint.post("/new/<uuid:enterprise_id>")
@requires("guidance:visit")
def begin(enterprise_id: UUID) -> Response | tuple[str, int]:
    """Plan the visit."""
    form, _choices = planning.start_form(db.session(), actor=current_actor())
    answers = form_fields.answers(form, request.form)
    try:
        visit_id = db.execute(planning.plan, enterprise_id, answers)
    except InvalidAnswers as wrong:
        return _page(enterprise_id, posted=request.form, wrong=wrong), wrong.status
    flash(gettext("已计划。到了日子，在“待办”里记录现场指导。"), "success")
    return redirect(url_for("guidance.show", visit_id=visit_id))


def _page(
    enterprise_id: UUID,
    *,
    posted: MultiDict[str, str] | None = None,
    wrong: InvalidAnswers | None = None,
) -> str:
    session, actor = db.session(), current_actor()
    enterprise = planning.find_enterprise(session, enterprise_id, actor=actor)
    form, choices = planning.start_form(session, actor=actor)
    filters = finding.Filters(enterprise_id=enterprise_id)
    earlier = finding.visits(session, actor=actor, filters=filters, limit=5)
    shown = form_fields.build(form, values={}, choices=choices, formdata=posted)
    if wrong is not None:
        form_fields.put_errors(shown, wrong)
    return render_template(
        "guidance/plan.html", form=shown, enterprise=enterprise, earlier=earlier.items
    )
