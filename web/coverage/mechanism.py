"""The mechanism record of an enterprise: what proves it, what is missing, what is signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import clock
from engine.coverage import evidence, kinds, kpis, obstacles, offers, zero
from engine.errors import Conflict, Invalid
from engine.permissions import allows, require
from web import db
from web.access import current_actor, own_organisation, requires
from web.coverage import evidence_forms, forms, words
from web.coverage.record import Record
from web.form_errors import put
from web.language import say

blueprint = Blueprint("mechanism", __name__, url_prefix="/mechanism")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@requires("coverage:read")
def own() -> Page:
    """Show the own enterprise's record; those above are led to the board."""
    if current_actor().organisation_kind != "enterprise":
        return redirect(url_for("coverage.show"))
    return _record(own_organisation())


@blueprint.get("/<uuid:organisation_id>")
@requires("coverage:read")
def show(organisation_id: UUID) -> Page:
    """Show the record of an enterprise that the visitor may see."""
    return _record(organisation_id)


@blueprint.route("/evidence/<kind>", methods=["GET", "POST"])
@requires("coverage:enter")
def enter(kind: str) -> Page:
    """Enter a piece of evidence of a kind."""
    if kind not in kinds.KINDS:
        raise NotFound()
    require(current_actor(), evidence.entering(kind))
    _own_only()
    today = clock.local_date()
    form = evidence_forms.make(kind, {"on": today.isoformat(), "year": today.year})
    sent = form.is_submitted()
    # What was refused is said at its field after the other questions were looked at.
    is_whole = sent and form.validate()
    form.receive()
    if is_whole and not any(field.errors for field in form):
        try:
            db.execute(evidence.enter, evidence_forms.given(kind, form))
        except (Invalid, Conflict) as error:
            put(form, error)
        else:
            flash(gettext("已登记。"), "success")
            return redirect(url_for("mechanism.own"), 303)
    page = render_template(
        "coverage/evidence.html",
        form=form,
        name=say(kinds.KINDS[kind].name),
        hint=say(kinds.KINDS[kind].hint),
    )
    return page, 422 if sent else 200


@blueprint.route("/evidence/<uuid:evidence_id>/withdraw", methods=["GET", "POST"])
@requires("coverage:record")
def withdraw(evidence_id: UUID) -> Page:
    """Ask why a piece of evidence no longer holds, and withdraw it."""
    row = _own_piece(evidence_id)
    form = forms.WithdrawForm()
    sent = form.is_submitted()
    if sent and form.validate():
        try:
            db.execute(evidence.withdraw, evidence_id, form.reason.data or "")
        except Invalid as error:
            put(form, error)
        else:
            flash(gettext("已撤回，阶段已重新计算。"), "success")
            return redirect(url_for("mechanism.own"), 303)
    name = say(words.kind_name(row.kind))
    page = render_template("coverage/withdraw.html", form=form, row=row, name=name)
    return page, 422 if sent else 200


@blueprint.post("/offers/<kind>")
@requires("coverage:record")
def take(kind: str) -> Response:
    """Take what the system knows as evidence."""
    db.execute(offers.take, kind)
    flash(gettext("已登记。"), "success")
    return redirect(url_for("mechanism.own"), 303)


@blueprint.route("/zero", methods=["GET", "POST"])
@requires("coverage:sign")
def sign_zero() -> Page:
    """Sign that nothing was reported in a month."""
    own_ = _own_only()
    months = zero.standings(db.session(), own_)
    free, busy, absent = (
        [one.month for one in months if one.state == state]
        for state in ("free", "reported", "absent")
    )
    form = forms.ZeroForm(data={"month": free[0]} if free else {})
    sent = form.is_submitted()
    # A month that is not offered any more is refused in words of its own.
    form.month.choices = [(month, month) for month in (*free, *(absent if sent else ()))]
    if sent and form.validate():
        try:
            db.execute(zero.sign, form.month.data or "", form.note.data or "")
        except (Invalid, Conflict) as error:
            put(form, error)
        else:
            flash(gettext("零报告已签认。"), "success")
            return redirect(url_for("mechanism.own"), 303)
    form.month.choices = [(month, month) for month in free]
    page = render_template(
        "coverage/zero.html", form=form, free=free, busy=sorted(busy), absent=absent
    )
    return page, 422 if sent else 200


@blueprint.post("/<uuid:organisation_id>/obstacle")
@requires("coverage:explain")
def explain(organisation_id: UUID) -> Page:
    """Note why an enterprise has no mechanism yet."""
    form = forms.ObstacleForm()
    try:
        db.execute(
            obstacles.explain,
            organisation_id,
            form.obstacle.data or "",
            form.note.data or "",
        )
    except Invalid as error:
        put(form, error)
        return _record(organisation_id, form), 422
    flash(gettext("原因已保存。"), "success")
    return redirect(_address(organisation_id), 303)


def _record(organisation_id: UUID, form: Any = None) -> str:
    actor = current_actor()
    record = Record(db.session(), organisation_id, actor)
    if form is None:
        kept = record.standing.record
        known = {"obstacle": kept.obstacle, "note": kept.obstacle_note} if kept else {}
        form = forms.ObstacleForm(formdata=None, data=known)
    form.offer(gettext("没有说明"))
    may_record = record.may("coverage:record")
    figures = kpis.kpis(db.session(), actor=actor, organisation_id=organisation_id, sight="both")
    return render_template(
        "coverage/record.html",
        record=record,
        form=form,
        stages=words.STAGES,
        tones=words.TONES,
        by=words.IMPLEMENTED_BY,
        kpi=figures[0] if figures else None,
        offers=offers.offers(db.session(), actor=actor) if may_record else {},
        may_issue=allows(actor, "coverage:sign"),
    )


def _address(organisation_id: UUID) -> str:
    if current_actor().organisation_id == organisation_id:
        return url_for("mechanism.own")
    return url_for("mechanism.show", organisation_id=organisation_id)


def _own_only() -> UUID:
    """Give the own enterprise; those above one enter nothing."""
    if current_actor().organisation_kind != "enterprise":
        raise NotFound()
    return own_organisation()


def _own_piece(evidence_id: UUID) -> Any:
    rows = evidence.listed(db.session(), _own_only())
    found = next((row for row in rows if row.id == evidence_id), None)
    if found is None or found.withdrawn_at is not None:
        raise NotFound()
    return found
