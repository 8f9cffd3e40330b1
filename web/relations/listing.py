"""The relations of the own enterprise, and one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for

from engine import filestore
from engine.relations import codes, listing, passed, rules, trail
from web import db
from web.access import current_actor, requires
from web.files import as_file
from web.language import say
from web.queries import with_query
from web.relations.forms import ReasonForm
from web.relations.room import Page, blueprint, may, passed_state, shown


@blueprint.get("")
@requires("relation:read")
def index() -> str:
    """List those who work for the enterprise, or whom it works for."""
    session, actor = db.session(), current_actor()
    side = request.args.get("side", "host")
    side = side if side in listing.SIDES else "host"
    page = listing.listed(session, side, actor=actor, after=request.args.get("after") or None)
    counts = listing.passed(session, page.items)
    got = passed.received(session, actor=actor, limit=1).items
    here = url_for("relations.index")
    return render_template(
        "relations/index.html",
        side=side,
        rows=[shown(row, counts) for row in page.items],
        may_manage=may("relation:manage"),
        has_received=bool(got),
        next_url=with_query(here, {"side": side, "after": page.next}) if page.next else "",
    )


@blueprint.get("/<uuid:relation_id>")
@requires("relation:read")
def show(relation_id: UUID) -> Page:
    """Show one relation to either side."""
    return page(relation_id)


@blueprint.get("/<uuid:relation_id>/files/<uuid:file_id>")
@requires("relation:read")
def file(relation_id: UUID, file_id: UUID) -> Response:
    """Give a file of the safety agreement to either side."""
    session = db.session()
    row = listing.file_of(session, relation_id, file_id, actor=current_actor())
    return as_file(row, filestore.of(session).get(row.sha256))


def page(relation_id: UUID, wrong: Any = None, which: str = "") -> str:
    """Show a relation.

    Args:
        wrong: the form of a step that was refused. which: the step it is of.
    """
    session, actor = db.session(), current_actor()
    row = listing.get(session, relation_id, actor=actor)
    one = shown(row, listing.passed(session, [row]))
    possible = _steps(one)
    return render_template(
        "relations/show.html",
        one=one,
        row=row,
        steps=possible,
        forms_of={
            key: wrong if key == which else ReasonForm(formdata=None, prefix=f"{key}-")
            for key in ("refuse", "withdraw", "end")
        },
        wrong=wrong,
        code=_code(row, one),
        trail=[(step, say(trail.STEPS[step.what])) for step in trail.steps(session, row)],
        sent=_sent(row, one),
        may_pass=may("relation:pass"),
    )


def _code(row: Any, one: dict[str, Any]) -> str:
    if not one["is_host"] or row.code_digest is None or row.state not in ("invited", "proposed"):
        return ""
    return codes.spaced(codes.code_of(db.session(), row))


def _sent(row: Any, one: dict[str, Any]) -> list[tuple[Any, dict[str, str]]]:
    if not one["is_host"]:
        return []
    found = passed.sent(db.session(), row.id, actor=current_actor(), limit=20).items
    return [(item, passed_state(item.state)) for item in found]


def _steps(one: dict[str, Any]) -> set[str]:
    """Give what the visitor may do with a relation as it stands."""
    row, is_host = one["row"], one["is_host"]
    found: set[str] = set()
    if row.state == "proposed" and not is_host and may("relation:answer"):
        found |= {"confirm", "refuse"}
    if may("relation:manage"):
        if row.state == "in_force":
            found.add("end")
        if is_host and row.state in rules.OPEN:
            found |= {"edit", "agreement"}
        if is_host and row.state in ("proposed", "invited"):
            found.add("withdraw")
    return found
