"""A case of the own enterprise and whose work it concerns: saying so, and passing it on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import instances
from engine.errors import Refused
from engine.relations import concerning, listing, passed, passing, rules
from web import db
from web.access import current_actor, requires
from web.form_errors import put
from web.language import say
from web.queries import with_query
from web.relations.forms import ConcernForm, PassForm, ReasonForm
from web.relations.room import Page, blueprint, passed_state


@blueprint.get("/<uuid:relation_id>/cases")
@requires("relation:pass")
def cases(relation_id: UUID) -> Page:
    """List the own cases that concern one of those who work for the enterprise."""
    session, actor = db.session(), current_actor()
    row = listing.get(session, relation_id, actor=actor)
    if row.organisation_id != actor.organisation_id:
        raise NotFound()
    after = request.args.get("after") or None
    found = concerning.cases(session, relation_id, actor=actor, after=after)
    here = url_for("relations.cases", relation_id=relation_id)
    return render_template(
        "relations/cases.html",
        row=row,
        rows=found.items,
        next_url=with_query(here, {"after": found.next}) if found.next else "",
    )


@blueprint.get("/cases/<uuid:instance_id>")
@requires("relation:pass")
def case(instance_id: UUID) -> Page:
    """Show whom a case concerns, and what was passed on of it."""
    return _page(instance_id)


@blueprint.post("/cases/<uuid:instance_id>")
@requires("relation:pass")
def concern(instance_id: UUID) -> Page:
    """Say whom a case concerns."""
    form = ConcernForm()
    try:
        db.execute(concerning.say, instance_id, _id(form.relation.data))
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        put(form, refusal)
        return _page(instance_id, concern_form=form), refusal.status
    flash(gettext("已保存。"), "success")
    return redirect(url_for("relations.case", instance_id=instance_id), 303)


@blueprint.post("/cases/<uuid:instance_id>/pass")
@requires("relation:pass")
def pass_on(instance_id: UUID) -> Page:
    """Pass a hazard on to whom it concerns."""
    form = PassForm()
    if not form.validate():
        return _page(instance_id, pass_form=form), 422
    try:
        db.execute(passing.pass_on, instance_id, form.words)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        put(form, refusal)
        return _page(instance_id, pass_form=form), refusal.status
    flash(gettext("已转给对方，等对方接收。"), "success")
    return redirect(url_for("relations.case", instance_id=instance_id), 303)


@blueprint.post("/cases/<uuid:instance_id>/call-back")
@requires("relation:pass")
def call_back(instance_id: UUID) -> Page:
    """Call back what was passed on and nobody took on yet."""
    form = ReasonForm()
    form.validate()
    try:
        db.execute(passing.call_back, instance_id, form.reason.data or "")
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        put(form, refusal)
        return _page(instance_id, reason_form=form), refusal.status
    flash(gettext("已收回。"), "success")
    return redirect(url_for("relations.case", instance_id=instance_id), 303)


def _page(
    instance_id: UUID, concern_form: Any = None, pass_form: Any = None, reason_form: Any = None
) -> str:
    pass_form_sent = pass_form
    session, actor = db.session(), current_actor()
    row = instances.get_instance(session, instance_id, actor=actor)
    party = concerning.of_case(session, row)
    last = passed.of_case(session, row)
    form = concern_form or ConcernForm(formdata=None, data={"relation": party and str(party.id)})
    form.relation.choices = _choices(party)
    is_passable = passing.is_passable(session, row)
    if pass_form is None and is_passable:
        pass_form = PassForm(formdata=None)
    return render_template(
        "relations/case.html",
        row=row,
        party=party,
        kind=say(rules.KINDS[party.kind].other) if party else "",
        form=form,
        pass_form=pass_form,
        wrong=concern_form or pass_form_sent or reason_form,
        reason_form=reason_form or ReasonForm(formdata=None),
        last=(last, passed_state(last.state)) if last else None,
    )


def _choices(party: concerning.Party | None) -> list[tuple[str, str]]:
    found = list(concerning.choices(db.session(), actor=current_actor()))
    if party is not None and party not in found:
        found.append(party)
    return [
        ("", gettext("不涉及相关方")),
        *((str(one.id), f"{one.name}（{one.subject}）") for one in found),
    ]


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)
