"""What is told of complaints in figures: to the district's union, and to those above."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.exceptions import NotFound

from engine.complaints import access, figures
from engine.complaints.rooms import is_district_union
from web import db
from web.access import current_actor, requires
from web.complaints.room import blueprint, private
from web.queries import with_query

Page = Any


@blueprint.get("/figures")
@requires("complaint:handle")
def by_enterprise() -> Page:
    """Give the district's union the figures of each enterprise."""
    session, actor = db.session(), current_actor()
    access.require_handler(session, actor)
    if not is_district_union(session, actor):
        raise NotFound()
    rows, more = figures.by_enterprise(session, actor=actor, after=request.args.get("after", ""))
    page = render_template(
        "complaints/figures.html",
        rows=rows,
        next_url=with_query(url_for("complaints.by_enterprise"), {"after": more}) if more else "",
    )
    return private(page)


@blueprint.get("/protection")
@requires("statistics:read_district")
def protection() -> Page:
    """Give those above the sums of all enterprises they see."""
    found = figures.of_district(db.session(), actor=current_actor())
    return render_template("complaints/protection.html", figures=found)
