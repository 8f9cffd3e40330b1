"""One case: read by all once it is published, worked on by some until then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.campaigns import finding as campaigns
from engine.errors import Refused
from engine.permissions import allows
from engine.practices import finding, nominating, parcels, press, rules, vetting, wording
from web import db, files
from web.access import current_actor, requires
from web.form_errors import put
from web.language import say
from web.practices.room import (
    USES,
    LevelForm,
    ReasonForm,
    TextForm,
    blueprint,
    shown,
    told_in,
)

Page = str | tuple[str, int] | Response


@dataclass
class Wrong:
    """What was refused, and what had been typed."""

    message: str = ""
    text: TextForm | None = None
    reason: ReasonForm | None = None
    scores: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Any] = field(default_factory=dict)


@blueprint.get("/new/<uuid:instance_id>")
@requires("practice:nominate")
def ask(instance_id: UUID) -> Page:
    """Ask for the words of a case, beginning with what the hazard's own file says."""
    try:
        told = nominating.proposal(db.session(), instance_id, actor=current_actor())
    except Refused as refusal:
        if refusal.status == 404:
            raise
        flash(say(refusal.message), "warning")
        return redirect(url_for("cases.show", instance_id=instance_id))
    return _ask(instance_id, TextForm(formdata=None, **told_in(told)))


@blueprint.post("/new/<uuid:instance_id>")
@requires("practice:nominate")
def nominate(instance_id: UUID) -> Page:
    """Nominate a closed hazard."""
    form = TextForm()
    if not form.validate_on_submit():
        return _ask(instance_id, form), 422
    try:
        row = db.execute(nominating.nominate, instance_id, **form.words())
    except Refused as refusal:
        if refusal.status == 404:
            raise
        put(form, refusal)
        return _ask(instance_id, form), refusal.status
    flash(gettext("已推荐。企业主要负责人同意以后，进入保密审查和评审。"), "success")
    return redirect(url_for("practices.show", practice_id=row.id))


@blueprint.get("/<uuid:practice_id>")
@requires("practice:read")
def show(practice_id: UUID) -> Page:
    """Show a case, with what the visitor may do about it."""
    return _page(practice_id, Wrong())


@blueprint.post("/<uuid:practice_id>/consent")
@requires("practice:consent")
def consent(practice_id: UUID) -> Page:
    """Agree for the enterprise."""
    photos = request.form.getlist("photos")
    is_named = request.form.get("is_named") == "y"
    read = request.form.get("version", "1")
    version = int(read) if read.isascii() and read.isdigit() and len(read) < 6 else 0
    said: dict[str, Any] = {"is_named": is_named, "photos": photos, "version": version}
    return _do(practice_id, nominating.consent, **said)


@blueprint.post("/<uuid:practice_id>/withdraw")
@requires("practice:consent")
def withdraw(practice_id: UUID) -> Page:
    """Take the enterprise's consent back."""
    return _end(practice_id, nominating.withdraw)


@blueprint.post("/<uuid:practice_id>/check")
@requires("practice:vet")
def check(practice_id: UUID) -> Page:
    """Note that nothing in it may not be told."""
    form = TextForm()
    if not form.validate_on_submit():
        return _page(practice_id, Wrong(text=form)), 422
    try:
        db.execute(vetting.check_secrecy, practice_id, **form.words())
    except Refused as refusal:
        if refusal.status == 404:
            raise
        put(form, refusal)
        return _page(practice_id, Wrong(text=form)), refusal.status
    row = finding.get(db.session(), practice_id, actor=current_actor())
    if row.state == "reworded":
        flash(
            gettext("保密审查已记录。文字有改动，已请企业再次同意；同意以后另一人评审。"), "success"
        )
    else:
        flash(gettext("保密审查已记录，请另一人评审。"), "success")
    return _back(practice_id)


@blueprint.post("/<uuid:practice_id>/vet")
@requires("practice:vet")
def vet(practice_id: UUID) -> Page:
    """Give points."""
    scores = {one.key: request.form.get(one.key, "") for one in rules.criteria()}
    return _do(practice_id, vetting.vet, scores, typed=scores)


@blueprint.post("/<uuid:practice_id>/publish")
@requires("practice:publish")
def publish(practice_id: UUID) -> Page:
    """Publish it."""
    return _do(practice_id, vetting.publish, level=request.form.get("level", ""))


@blueprint.post("/<uuid:practice_id>/decline")
@requires("practice:vet")
def decline(practice_id: UUID) -> Page:
    """Say that it is not taken."""
    return _end(practice_id, vetting.decline)


def _do(
    practice_id: UUID,
    operation: Callable[..., Any],
    *args: Any,
    typed: Mapping[str, Any] | None = None,
    **kwargs: Any,
) -> Page:
    try:
        db.execute(operation, practice_id, *args, **kwargs)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        errors = getattr(refusal, "errors", {})
        wrong = Wrong(message=say(refusal.message), scores=typed or {}, errors=errors)
        return _page(practice_id, wrong), refusal.status
    flash(gettext("已记录。"), "success")
    return _back(practice_id)


def _end(practice_id: UUID, operation: Callable[..., Any]) -> Page:
    form = ReasonForm()
    try:
        db.execute(operation, practice_id, reason=form.reason.data or "")
    except Refused as refusal:
        if refusal.status == 404:
            raise
        put(form, refusal)
        return _page(practice_id, Wrong(reason=form)), refusal.status
    flash(gettext("已记录。"), "success")
    return _back(practice_id)


def _back(practice_id: UUID) -> Response:
    return redirect(url_for("practices.show", practice_id=practice_id))


def _ask(instance_id: UUID, form: TextForm) -> str:
    return render_template("practices/nominate.html", form=form, instance_id=instance_id)


def _page(practice_id: UUID, wrong: Wrong) -> str:
    session, actor = db.session(), current_actor()
    row = finding.get(session, practice_id, actor=actor)
    steps = steps_for(row, actor)
    text = wrong.text
    if text is None and "check" in steps:
        known = {"title": row.title, "dimensions": row.dimensions, **told_in(row.story)}
        text = TextForm(formdata=None, **known)
    return render_template(
        "practices/show.html",
        case=shown(row),
        steps=steps,
        changes=[
            (say(one.name), say(one.before), say(one.after))
            for one in (wording.changes(session, row) if "work" in steps else ())
        ],
        refused=wrong,
        text=text if "check" in steps else None,
        reason=wrong.reason or ReasonForm(formdata=None),
        level=LevelForm(formdata=None),
        criteria=[_criterion(one, wrong) for one in rules.criteria()],
        pass_mark=rules.pass_mark(),
        total=row.scores.get("total"),
        points=[(say(one.name), row.scores.get(one.key), one.most) for one in rules.criteria()]
        if row.scores and "work" in steps
        else [],
        campaigns=campaigns.of_case(session, row.organisation_id, row.id, actor=actor)
        if "work" in steps
        else [],
        photos=_photos(row) if "consent" in steps else [],
        given=parcels.of_case(session, row) if "work" in steps else [],
        outlet=request.args.get("outlet", "")[:100],
        uses=[(count, say(USES[kind])) for kind, count in finding.uses(session, row).items()],
        own=finding.own_uses(session, row, actor=actor),
        back=url_for("practices.work" if "work" in steps else "practices.index"),
    )


def steps_for(row: Any, actor: Any) -> set[str]:
    """Say what the visitor may do about a case now."""
    mine = actor.organisation_id == row.organisation_id
    above = finding.oversees(db.session(), row, actor=actor)
    enterprise = actor.organisation_kind == "enterprise"
    found = {
        "work": allows(actor, "practice:nominate") and (mine or above),
        "consent": mine
        and allows(actor, "practice:consent")
        and row.state in ("nominated", "reworded"),
        "withdraw": mine
        and allows(actor, "practice:consent")
        and row.state not in ("declined", "withdrawn"),
        "check": above and row.state == "consented" and row.secrecy_at is None,
        "vet": above and row.state == "consented" and row.secrecy_at is not None,
        "publish": above and allows(actor, "practice:publish") and row.state == "vetted",
        "decline": above and row.state in ("nominated", "consented", "reworded", "vetted"),
        "unpublish": above and allows(actor, "practice:publish") and row.state == "published",
        "press": allows(actor, parcels.EXPORT) and press.may_export(db.session(), row, actor=actor),
        "use": row.state == "published",
        "apply": row.state == "published"
        and enterprise
        and not mine
        and allows(actor, "practice:apply"),
        "draw": row.state == "published"
        and enterprise
        and not mine
        and allows(actor, "practice:apply")
        and allows(actor, "definition:deploy"),
    }
    return {name for name, holds in found.items() if holds}


def _criterion(one: rules.Criterion, wrong: Wrong) -> dict[str, Any]:
    said = wrong.errors.get(one.key) or []
    return {
        "key": one.key,
        "name": say(one.name),
        "most": one.most,
        "value": wrong.scores.get(one.key, ""),
        "error": say(said[0]) if said else "",
    }


def _photos(row: Any) -> list[dict[str, Any]]:
    practice = nominating.own(db.session(), row.id, current_actor())
    sides = dict(nominating.photos_of(db.session(), practice))
    names = {"before": gettext("整改前"), "after": gettext("整改后")}
    return [{**one, "name": names[sides[one["id"]]]} for one in files.shown(list(sides))]
