"""Places and their posters: the code on the wall that opens the report form (R-27)."""

from __future__ import annotations

from uuid import UUID

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from engine import organisations, teams
from engine.errors import Refused
from web import db
from web.access import current_actor, own_organisation, requires
from web.form_errors import put

blueprint = Blueprint("places", __name__, url_prefix="/places")

Page = str | tuple[str, int] | Response


class PlaceForm(FlaskForm):  # type: ignore[misc]
    """A place to hang a poster."""

    name = StringField(
        lazy_gettext("地点"),
        [DataRequired(lazy_gettext("请填写地点。")), Length(max=100)],
        description=lazy_gettext("例如：二号车间"),
    )
    part = StringField(
        lazy_gettext("部位"),
        [Length(max=100)],
        description=lazy_gettext("例如：东侧配电柜"),
    )


@blueprint.get("")
@requires("place:manage")
def index() -> Page:
    """List the places whose posters hang."""
    return _page(PlaceForm(formdata=None))


@blueprint.post("")
@requires("place:manage")
def add() -> Page:
    """Enter a place."""
    form = PlaceForm()
    if not form.validate_on_submit():
        return _page(form)
    try:
        place = db.execute(
            organisations.create_place,
            own_organisation(),
            name=form.name.data,
            part=form.part.data,
        )
    except Refused as error:
        put(form, error)
        return _page(form)
    return redirect(url_for("places.poster", place_id=place.id))


@blueprint.get("/<uuid:place_id>/poster")
@requires("place:manage")
def poster(place_id: UUID) -> Page:
    """Show the poster to print and hang up."""
    place = organisations.get_place(db.session(), place_id, actor=current_actor())
    address = f"{current_app.extensions['config'].base_url}/r/{place.code}"
    # Error correction H: the poster still works with a third of the code torn or dirty.
    code = segno.make(address, error="h", micro=False)
    return render_template(
        "places/poster.html",
        place=place,
        address=address,
        picture=code.svg_data_uri(scale=8, border=4),
    )


@blueprint.post("/<uuid:place_id>/revoke")
@requires("place:manage")
def revoke(place_id: UUID) -> Page:
    """End the code of a poster that is lost or was taken away."""
    db.execute(organisations.revoke_place, place_id)
    flash(gettext("张贴码已作废，旧的张贴页扫码后不再有效。"), "success")
    return redirect(url_for("places.index"))


@blueprint.post("/<uuid:place_id>/renew")
@requires("place:manage")
def renew(place_id: UUID) -> Page:
    """Give a place a new code; the old poster ends."""
    db.execute(organisations.renew_place, place_id)
    flash(gettext("已换新码，请打印新的张贴页。"), "success")
    return redirect(url_for("places.poster", place_id=place_id))


def _page(form: PlaceForm) -> tuple[str, int]:
    session, own = db.session(), own_organisation()
    places = organisations.places(session, own, actor=current_actor())
    names = {node.id: node.path for node in teams.tree(session, own)}
    areas = {place: names[team] for place, team in teams.team_of_places(session, own).items()}
    page = render_template("places/index.html", places=places, areas=areas, form=form)
    return page, 422 if form.errors else 200
