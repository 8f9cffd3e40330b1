"""Mechanisms that others let one take over: leaders' 头雁 and hosts'; and publishing the own."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, StringField, TextAreaField

from engine import definitions
from engine.definitions.differences import differences
from engine.errors import InvalidAnswers, Refused
from engine.permissions import allows
from engine.relations import borrowing, templates
from engine.spiff.course import course
from web import db, mechanism_words
from web.access import current_actor, requires
from web.comparing import Side, compared
from web.definitions import organisation
from web.form_errors import put
from web.language import say
from web.majors.forms import Asked
from web.packs import step_line
from web.queries import with_query

blueprint = Blueprint("borrowing", __name__, url_prefix="/templates")

Page = str | tuple[str, int] | AnyResponse
_MAIN: Final = templates.MAIN


class PublishForm(FlaskForm):  # type: ignore[misc]
    """What is published, and for whom."""

    title = StringField(
        lazy_gettext("名称"),
        [Asked()],
        description=lazy_gettext("例如：建筑施工隐患报告奖励机制"),
        render_kw={"maxlength": 200},
    )
    audience = RadioField(lazy_gettext("给谁用"), [Asked()], validate_choice=False)
    note = TextAreaField(lazy_gettext("说明"), render_kw={"rows": 3, "maxlength": 500})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience.choices = [(key, say(words)) for key, words in templates.AUDIENCES.items()]


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why it is withdrawn."""

    reason = StringField(lazy_gettext("收回的原因"), [Asked()], render_kw={"maxlength": 500})


@blueprint.get("")
@requires("definition:read")
def index() -> str:
    """List the mechanisms one may take over."""
    actor = current_actor()
    after = request.args.get("after") or None
    found = templates.listed(db.session(), actor=actor, after=after)
    here = url_for("borrowing.index")
    return render_template(
        "borrowing/index.html",
        rows=found.items,
        own_id=actor.organisation_id,
        may_publish=_may_publish(),
        next_url=with_query(here, {"after": found.next}) if found.next else "",
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("template:publish")
def publish() -> Page:
    """Publish what runs in the own enterprise."""
    form = PublishForm()
    if form.is_submitted() and form.validate():
        given = (form.title.data or "", form.audience.data or "", form.note.data or "")
        try:
            row = db.execute(templates.publish, *given)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            put(form, refusal)
        else:
            flash(gettext("已公开，对方可以照它起草自己的机制。"), "success")
            return redirect(url_for("borrowing.show", template_id=row.id), 303)
    page = render_template(
        "borrowing/new.html",
        form=form,
        may_lead=templates.may_lead(db.session(), organisation()),
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.get("/<uuid:template_id>")
@requires("definition:read")
def show(template_id: UUID) -> Page:
    """Show what a template holds, and where it differs from what runs here."""
    return _show(template_id)


@blueprint.get("/<uuid:template_id>/diagram.json")
@requires("definition:read")
def diagram(template_id: UUID) -> Response:
    """Give what the viewer draws: the main process, or with `?process=` one that it calls."""
    session = db.session()
    row = templates.get(session, template_id, actor=current_actor())
    drawn = templates.bundle_of(session, row).by_process().of("bpmn")
    content = drawn.get(request.args.get("process", _MAIN))
    if content is None:
        raise NotFound()
    return jsonify(xml=content.decode(), passed={}, current=[])


@blueprint.get("/<uuid:template_id>/compare")
@requires("definition:read")
def compare(template_id: UUID) -> Page:
    """Show where a template differs from what runs in the own enterprise."""
    session = db.session()
    row = templates.get(session, template_id, actor=current_actor())
    bundle = templates.bundle_of(session, row).by_process()
    drawings = {
        process: url_for("borrowing.diagram", template_id=row.id, process=process)
        for process in bundle.of("bpmn")
    }
    runs = definitions.find_latest(session, organisation(), _MAIN)
    before = Side.of_version(session, runs) if runs else Side(definitions.Bundle(), {})
    # Checklists are not kept with a version, so there is nothing to compare them with.
    held = {kind: keys for kind, keys in bundle.contents.items() if kind != "checklist"}
    after = definitions.Bundle(held)
    shown = compared(differences(before.bundle, after), before, Side(after, drawings))
    return render_template("borrowing/compare.html", row=row, runs=runs, **shown)


@blueprint.post("/<uuid:template_id>/take")
@requires("definition:deploy")
def take(template_id: UUID) -> Page:
    """Begin a draft of one's own with a template and go on to the studio."""
    try:
        draft_id = db.execute(borrowing.take_over, template_id)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _show(template_id, say(refusal.message)), refusal.status
    return redirect(url_for("studio.edit", draft_id=draft_id), 303)


@blueprint.post("/<uuid:template_id>/withdraw")
@requires("template:publish")
def withdraw(template_id: UUID) -> Page:
    """Let nobody take it over any more."""
    form = ReasonForm()
    form.validate()
    try:
        db.execute(templates.withdraw, template_id, form.reason.data or "")
    except InvalidAnswers as wrong:
        put(form, wrong)
        return _show(template_id, form=form), 422
    flash(gettext("已收回。别人已经起的草稿不受影响。"), "success")
    return redirect(url_for("borrowing.index"), 303)


def _show(template_id: UUID, problem: str = "", form: Any = None) -> str:
    session, actor = db.session(), current_actor()
    row = templates.get(session, template_id, actor=actor)
    bundle = templates.bundle_of(session, row).by_process()
    is_own = row.organisation_id == actor.organisation_id
    loaded = definitions.loaded_from(bundle, _MAIN)
    names = loaded.model.names()
    chosen = request.args.get("flow", _MAIN)
    return render_template(
        "borrowing/show.html",
        row=row,
        is_own=is_own,
        problem=problem,
        form=form or ReasonForm(formdata=None),
        wrong=form,
        names=names,
        chosen=chosen if chosen in names else _MAIN,
        audience=say(templates.AUDIENCES[row.audience]),
        steps=[step_line(loaded, step.element) for step in course(loaded.model)],
        rewards=mechanism_words.rewards(loaded),
        counts={kind: len(bundle.of(kind)) for kind in ("form", "dmn", "checklist", "scenario")},
        may_take=not is_own and allows(actor, "definition:deploy"),
        may_withdraw=is_own and _may_publish(),
    )


def _may_publish() -> bool:
    actor = current_actor()
    return actor.organisation_kind == "enterprise" and allows(actor, "template:publish")
