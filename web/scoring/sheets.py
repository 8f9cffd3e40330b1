"""One sheet: its values with the lists behind them, the bonus, the signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import people
from engine.errors import InvalidAnswers, Refused
from engine.permissions import allows
from engine.scoring import schemes, sheets
from web import db
from web.access import current_actor, requires
from web.language import say
from web.scoring.room import blueprint, evidence, points, rule_words, value_words

Page = str | tuple[str, int] | Response


@blueprint.get("/<uuid:scheme_id>/<uuid:scored_id>")
@requires("score:read")
def show(scheme_id: UUID, scored_id: UUID) -> Page:
    """Show a sheet; to the one it scores once it is signed."""
    return _page(scheme_id, scored_id)


@blueprint.post("/<uuid:scheme_id>/<uuid:scored_id>/bonus")
@requires("score:work")
def bonus(scheme_id: UUID, scored_id: UUID) -> Page:
    """Add a bonus, or take one back."""
    place = request.form.get("remove", "")
    said = {name: request.form.get(name, "") for name in ("points", "reason")}
    try:
        if place.isascii() and place.isdigit() and len(place) < 3:
            db.execute(sheets.take_bonus, scheme_id, scored_id, int(place))
        else:
            db.execute(sheets.add_bonus, scheme_id, scored_id, **said)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _page(scheme_id, scored_id, refusal, said), refusal.status
    return redirect(url_for("scoring.show", scheme_id=scheme_id, scored_id=scored_id))


@blueprint.post("/<uuid:scheme_id>/<uuid:scored_id>/sign")
@requires("score:sign")
def sign(scheme_id: UUID, scored_id: UUID) -> Page:
    """Sign a sheet."""
    try:
        db.execute(sheets.sign, scheme_id, scored_id)
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return _page(scheme_id, scored_id, refusal), refusal.status
    flash(gettext("已签字，不再改动。"), "success")
    return redirect(url_for("scoring.show", scheme_id=scheme_id, scored_id=scored_id))


def _page(
    scheme_id: UUID,
    scored_id: UUID,
    refusal: Refused | None = None,
    said: dict[str, str] | None = None,
) -> str:
    session, actor = db.session(), current_actor()
    row = sheets.get(session, scheme_id, scored_id, actor=actor)
    scheme = schemes.read(sheets.scheme_of(session, row))
    works = row.organisation_id == actor.organisation_id and allows(actor, "score:work")
    errors: dict[str, str] = {}
    if isinstance(refusal, InvalidAnswers):
        errors = {key: say(found[0]) for key, found in refusal.errors.items()}
    signer = people.names(session, [row.signed_by]).get(row.signed_by) if row.signed_by else ""
    return render_template(
        "scoring/sheet.html",
        row=row,
        name=say(scheme.name),
        lines=[_line(one, row) for one in scheme.indicators],
        bonus=row.items.get("bonus", []),
        bonus_name=say(scheme.bonus_name),
        bonus_most=points(scheme.bonus_most),
        total=points(row.total),
        points=points,
        signer=signer,
        may_change=works and row.state == "draft",
        may_sign=works and row.state == "draft" and allows(actor, "score:sign"),
        back=url_for("scoring.ranking", scheme_id=scheme_id) if works else url_for("scoring.index"),
        wrong=say(refusal.message) if refusal is not None and not errors else "",
        errors=errors,
        said=said or {},
    )


def _line(one: Any, row: Any) -> dict[str, Any]:
    found = row.items["indicators"].get(one.key, {})
    return {
        "name": say(one.name),
        "rule": rule_words(one),
        "value": value_words(one, found),
        "url": evidence(one, row),
        "points": points(found.get("points")),
        "most": points(one.weight),
    }
