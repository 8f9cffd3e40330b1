"""The order in which state-owned enterprises of the district led the way 头雁 (R-11)."""

from __future__ import annotations

from flask import render_template

from engine import registry
from web import db
from web.access import current_actor, requires
from web.registry.room import blueprint


@blueprint.get("/leading")
@requires("statistics:read_district")
def leading() -> str:
    """Show who had the mechanism first, and how long before the day it was due."""
    found = registry.leading(db.session(), actor=current_actor())
    return render_template("registry/leading.html", rows=found, due_on=registry.LEAD_DUE)
