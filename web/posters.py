"""Posters of places as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from engine import clock, organisations
from engine.store import Place
from web import db, downloads
from web.access import current_actor, own_organisation, requires
from web.sheets import POSTER_SIZES, posters

blueprint = Blueprint("posters", __name__, url_prefix="/places")


@blueprint.get("/<uuid:place_id>/poster.pdf")
@requires("place:manage")
def one(place_id: UUID) -> Response:
    """Give the poster of one place; `?size=A6` fills a page with four of it."""
    place = organisations.get_place(db.session(), place_id, actor=current_actor())
    if place.revoked_at is not None:
        raise NotFound()
    return _answer([place] * POSTER_SIZES[_size()], place.code)


@blueprint.get("/posters.pdf")
@requires("place:manage")
def every() -> Response:
    """Give the posters of all places; `?size=A6` puts four on a page."""
    found = organisations.places(db.session(), own_organisation(), actor=current_actor())
    hanging = [place for place in found if place.revoked_at is None]
    if not hanging:
        raise NotFound()
    return _answer(hanging, "posters")


def _answer(places: Sequence[Place], name: str) -> Response:
    owner = organisations.get(db.session(), places[0].organisation_id, actor=current_actor())
    content = posters(
        places,
        issuer=owner.name,
        base_url=current_app.extensions["config"].base_url,
        anonymous=organisations.setting(owner, "anonymous_reports"),
        created=clock.now(),
        size=_size(),
    )
    return downloads.pdf(content, f"{name}.pdf")


def _size() -> str:
    size = request.args.get("size", "A4")
    return size if size in POSTER_SIZES else "A4"
