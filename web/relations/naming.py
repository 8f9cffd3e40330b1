"""Proposing a relation to an enterprise of the register, or inviting one that is not in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from engine import clock
from engine.errors import Refused
from engine.relations import codes, listing, proposing, rules
from web import db, downloads, figures, pdf
from web.access import current_actor, own_organisation, requires
from web.form_errors import put
from web.limits import WRONG_NAMES, failed, limiter
from web.relations.forms import InviteForm, ProposeForm
from web.relations.room import Page, blueprint


def _enterprise() -> str:
    """Give whose tries are counted together."""
    return f"relation {own_organisation()}"


@blueprint.get("/new")
@requires("relation:manage")
def new() -> str:
    """Ask with whom there is a relation."""
    return _propose_page(ProposeForm(formdata=None, data={"from_on": str(clock.local_date())}))


@blueprint.post("/new")
@requires("relation:manage")
@limiter.limit(WRONG_NAMES, key_func=_enterprise, deduct_when=failed)
def propose() -> Page:
    """Propose a relation to an enterprise of the register."""
    form = ProposeForm()
    if form.validate():
        try:
            row = db.execute(proposing.propose, form.organisation.data or "", form.terms)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            put(form, refusal)
        else:
            flash(gettext("已提出，等对方主要负责人确认。"), "success")
            return redirect(url_for("relations.show", relation_id=row.id), 303)
    return _propose_page(form), 422


@blueprint.get("/invite")
@requires("relation:manage")
def invite_form() -> str:
    """Ask whom to invite."""
    return _invite_page(InviteForm(formdata=None, data={"from_on": str(clock.local_date())}))


@blueprint.post("/invite")
@requires("relation:manage")
def invite() -> Page:
    """Invite an enterprise that is not in the register yet."""
    form = InviteForm()
    if form.validate():
        try:
            row = db.execute(
                proposing.invite,
                form.name.data or "",
                form.uscc.data or "",
                form.terms,
                keeper_id=_id(form.keeper.data),
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            put(form, refusal)
        else:
            flash(gettext("邀请已生成。请打印或转发给对方，并通知登记单位。"), "success")
            return redirect(url_for("relations.show", relation_id=row.id), 303)
    return _invite_page(form), 422


@blueprint.get("/<uuid:relation_id>/invitation.pdf")
@requires("relation:manage")
def invitation(relation_id: UUID) -> Response:
    """Print an invitation with its code, for its host."""
    session, actor = db.session(), current_actor()
    row = listing.get(session, relation_id, actor=actor)
    is_own = row.organisation_id == actor.organisation_id
    if not is_own or row.code_digest is None or row.state not in ("invited", "proposed"):
        raise NotFound()
    code = codes.code_of(session, row)
    address = f"{current_app.extensions['config'].base_url}/invited/{code}"
    content = pdf.render(
        "print/invitation/template.html",
        {
            "issuer": row.host,
            "row": row,
            "kind": rules.KINDS[row.kind],
            "code": codes.spaced(code),
            "address": address,
            "last_day": str(clock.local_date(row.expires_at)),
        },
        styles=("print/base.css", "print/invitation/style.css"),
        created=row.proposed_at,
        pictures={"qr": figures.qr(address)},
        one_page=True,
    )
    return downloads.pdf(content, "invitation.pdf")


def _propose_page(form: Any) -> str:
    return render_template("relations/new.html", form=form)


def _invite_page(form: Any) -> str:
    found = proposing.keepers(db.session(), actor=current_actor())
    office = gettext("区安委办")
    form.keeper.choices = [("", office), *((str(one.id), one.name) for one in found)]
    return render_template("relations/invite.html", form=form)


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        # None of the district, as the engine will say.
        return UUID(int=0)
