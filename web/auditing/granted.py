"""Cases that an enterprise granted the visitor's organisation by name: which, and one of them.

The visitor sees nothing else of the enterprise: no link leads out of these pages into its house.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request, url_for

from engine import audit_file
from engine.auditing import named
from engine.permissions import allows
from web import db, doors
from web.access import current_actor, requires
from web.auditing import blueprint
from web.auditing.case import told_at, told_whole
from web.auditing.words import until
from web.case_file import CaseFile
from web.downloads import kept
from web.timeline import Entry

_PAGE: Final = 50


@blueprint.get("/audit/granted")
@requires("auditing:granted")
def granted() -> str:
    """List what enterprises granted the visitor's organisation by name."""
    rows = named.held(db.session(), actor=current_actor())
    back = (
        (url_for("auditing.own_grounds"), "grounds")
        if allows(current_actor(), "auditing:state")
        else (url_for("auditing.looks_into_ours"), "looks")
    )
    return render_template("auditing/granted.html", rows=rows, until=until, back=back)


@blueprint.get("/audit/granted/<uuid:ground_id>")
@requires("auditing:granted")
def granted_cases(ground_id: UUID) -> str:
    """List the cases that a grant covers."""
    session, actor = db.session(), current_actor()
    ground = named.in_force(session, ground_id, actor=actor)
    rows = named.cases(session, ground_id, actor=actor, after=_after(), limit=_PAGE + 1)
    shown = rows[:_PAGE]
    here = url_for("auditing.granted_cases", ground_id=ground_id)
    return render_template(
        "auditing/granted_cases.html",
        ground=ground,
        enterprise=named.enterprise_of(session, ground),
        rows=shown,
        until=until,
        next_url=f"{here}?after={shown[-1].id}" if len(rows) > _PAGE else "",
    )


@blueprint.get("/audit/granted/<uuid:ground_id>/cases/<uuid:instance_id>")
@requires("auditing:granted")
def granted_case(ground_id: UUID, instance_id: UUID) -> str:
    """Show a granted case whole, as its audit page does."""
    grant, file = _open(ground_id, instance_id, "history")
    return told_whole(file, grant=grant, bare=without_links)


@blueprint.get("/audit/granted/<uuid:ground_id>/cases/<uuid:instance_id>/replay")
@requires("auditing:granted")
def granted_replay(ground_id: UUID, instance_id: UUID) -> str:
    """Show a granted case as it stood after one event: `?at=` its number."""
    grant, file = _open(ground_id, instance_id, "replay")
    return told_at(file, grant=grant, bare=without_links)


@blueprint.get("/audit/granted/<uuid:ground_id>/cases/<uuid:instance_id>/audit.jsonl")
@requires("auditing:granted")
def granted_file(ground_id: UUID, instance_id: UUID) -> Response:
    """Give a granted case's history with its seals as a signed file."""
    _grant, file = _open(ground_id, instance_id, "file")
    content = audit_file.build(db.session(), [file.row], actor=file.actor)
    return kept(content, "application/jsonl", f"{file.row.number}.audit.jsonl")


def without_links(entries: Sequence[Entry]) -> list[Entry]:
    """Take out of a told history what leads into the enterprise's house: photos, files, links."""
    return [replace(one, photos=(), files=(), url="", link_text="") for one in entries]


def _open(ground_id: UUID, instance_id: UUID, what: str) -> tuple[Any, CaseFile]:
    ground, row, reader = doors.enter_granted(ground_id, instance_id, what)
    return ground, CaseFile(row, reader)


def _after() -> UUID | None:
    try:
        return UUID(request.args["after"]) if "after" in request.args else None
    except ValueError:
        return None
