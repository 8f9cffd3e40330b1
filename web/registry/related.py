"""Related parties in the register: who was invited and is to be entered, and those of one entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import registry
from engine.errors import Refused
from engine.relations import entered, listing, rules
from web import db
from web.access import current_actor, requires
from web.language import say
from web.queries import with_query
from web.registry.room import blueprint
from web.relations.room import agreement, mechanism, state

Page = str | tuple[str, int] | Response


@blueprint.get("/invited")
@requires("registry:manage")
def invited() -> Page:
    """List those that enterprises invited and that the visitor's unit is asked to enter."""
    return _invited()


@blueprint.post("/invited/<uuid:relation_id>/bind")
@requires("registry:manage")
def bind(relation_id: UUID) -> Page:
    """Bind an invitation to the enterprise of its code that is in the register already."""
    try:
        db.execute(entered.bind_known, relation_id)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _invited(say(refusal.message)), refusal.status
    flash(gettext("已接上，等对方主要负责人确认。"), "success")
    return redirect(url_for("registry.invited"), 303)


@blueprint.get("/<uuid:organisation_id>/relations")
@requires("registry:read")
def relations(organisation_id: UUID) -> str:
    """List the relations of one enterprise on both sides."""
    session, actor = db.session(), current_actor()
    organisation = registry.get(session, organisation_id, actor=actor).Organisation
    after = request.args.get("after") or None
    found = listing.of_enterprise(session, organisation_id, actor=actor, after=after)
    counts = listing.passed(session, found.items)
    here = url_for("registry.relations", organisation_id=organisation_id)
    return render_template(
        "registry/relations.html",
        organisation=organisation,
        rows=[_shown(row, organisation_id, counts) for row in found.items],
        next_url=with_query(here, {"after": found.next}) if found.next else "",
    )


def _invited(problem: str = "") -> str:
    rows = entered.waiting(db.session(), actor=current_actor())
    kinds = {key: say(kind.other) for key, kind in rules.KINDS.items()}
    return render_template("registry/invited.html", rows=rows, kinds=kinds, problem=problem)


def _shown(row: Any, own_id: UUID, counts: Any) -> dict[str, Any]:
    """Give a relation as somebody above one of its sides reads it."""
    is_host = row.organisation_id == own_id
    kind = rules.KINDS[row.kind]
    days = ("established_on", "implemented_on")
    ends = days if is_host else tuple(f"host_{key}" for key in days)
    return {
        "row": row,
        "other": row.other if is_host else row.host,
        "part": say(kind.other if is_host else kind.host),
        "state": state(rules.state_of(row), rules.STATES),
        "agreement": agreement(row),
        "mechanism": mechanism(*(getattr(row, key) for key in ends)),
        "passed": counts.get(row.id, listing.Passed()),
    }
