"""The case page: what a case is about, who is asked now, its diagram, its history, its papers."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from engine import (
    audit,
    audit_file,
    certificates,
    clock,
    diagrams,
    messages,
    seal_check,
)
from engine.actors import ROLES
from engine.hazards.codes import CATEGORIES
from engine.permissions import allows
from web import db, doors, labels
from web.access import current_actor, requires
from web.case_file import CaseFile
from web.certificates import NAMES, permission_for
from web.downloads import kept
from web.language import say

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

_PAGE: Final = 50
#: A print holds as many events as somebody will bind.
_PRINTED: Final = 1000


@blueprint.get("/<uuid:instance_id>")
@requires()
def show(instance_id: UUID) -> str | AnyResponse:
    """Show a case to those who handle it or look on; its reporter is sent to their own page."""
    actor = current_actor()
    row = doors.enter(instance_id)
    if not allows(actor, "case:read"):
        return redirect(url_for("reports.show", instance_id=row.id))
    file = CaseFile(row, actor)
    return render_template("cases/show.html", **_context(file, _PAGE))


@blueprint.get("/<uuid:instance_id>/print")
@requires("case:read")
def printed(instance_id: UUID) -> str:
    """Show the file to be printed: everything unfolded, with whole hashes."""
    file = CaseFile.open(instance_id)
    context = _context(file, _PRINTED)
    return render_template(
        "cases/print.html", **context, chain=chain_of(file), printed_at=clock.now()
    )


@blueprint.get("/<uuid:instance_id>/diagram.json")
@requires("case:read")
def diagram(instance_id: UUID) -> Response:
    """Give what the viewer draws: `?process=` names a called process, else it is the main one."""
    file = CaseFile.open(instance_id)
    found = diagrams.of_instance(db.session(), file.row)
    process = request.args.get("process") or file.row.key
    drawn = {file.row.key: found["xml"], **found["called"]}
    if process not in drawn:
        raise NotFound()
    elements = _within(found["elements"], process, main=process == file.row.key)
    return jsonify(
        xml=drawn[process],
        passed={key: one["passed"] for key, one in elements.items() if one["passed"]},
        current=[key for key, one in elements.items() if one["open"]],
    )


@blueprint.get("/<uuid:instance_id>/papers")
@requires("case:read")
def papers(instance_id: UUID) -> str:
    """Give the list of certificates alone: it is asked for again while one is being made."""
    file = CaseFile.open(instance_id)
    return render_template("cases/papers.html", file=file, **_papers(file))


@blueprint.get("/<uuid:instance_id>/proof")
@requires("case:read", "audit:verify")
def proof(instance_id: UUID) -> str:
    """Check the case's chain of events and say whether it is intact."""
    file = CaseFile.open(instance_id)
    return render_template("cases/proof.html", file=file, chain=chain_of(file))


@blueprint.get("/<uuid:instance_id>/audit.jsonl")
@requires("case:read", "audit:read")
def signed(instance_id: UUID) -> Response:
    """Give the case's history with its seals as a signed file (`bihuan audit verify --file`)."""
    file = CaseFile.open(instance_id, "file")
    doors.take_file(file.row.organisation_id, file.row.id)
    content = audit_file.build(db.session(), [file.row], actor=file.actor)
    return kept(content, "application/jsonl", f"{file.row.number}.audit.jsonl")


def _context(file: CaseFile, page: int) -> dict[str, Any]:
    before = _before()
    entries = file.entries(before=before, limit=page)
    oldest = entries[-1].proof.sequence if entries else 1
    return {
        "file": file,
        "labels": labels,
        "role_name": role_name,
        "category_name": lambda key: say(labels.name_of(CATEGORIES, key)),
        "entries": entries,
        "before": before,
        "older": oldest if oldest > 1 else None,
        "flow": _flow(file),
        "unread": _unread(file),
        **_papers(file),
    }


def role_name(key: str) -> str:
    """Say what a role or lane is called."""
    return say(ROLES[key]) if key in ROLES else key


def _before() -> int | None:
    text = request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest()
    return int(text)


def _flow(file: CaseFile) -> dict[str, Any]:
    """Say which diagrams there are, which one is asked for, and where the case is now."""
    names = file.loaded.model.names()
    chosen = request.args.get("flow", "")
    chosen = chosen if chosen in names else file.row.key
    here: dict[str, int] = {}
    for one in file.waiting:
        process = one.task.element.rpartition(":")[0] or file.row.key
        here[process] = here.get(process, 0) + 1
    return {"names": names, "chosen": chosen, "here": here, "is_main": chosen == file.row.key}


def _within(elements: dict[str, Any], process: str, *, main: bool) -> dict[str, Any]:
    """Give the elements of one process by their ids in its own diagram."""
    if main:
        return {key: one for key, one in elements.items() if ":" not in key}
    prefix = f"{process}:"
    return {
        key.removeprefix(prefix): one for key, one in elements.items() if key.startswith(prefix)
    }


def _papers(file: CaseFile) -> dict[str, Any]:
    """Give the certificates the reader may open, and how many are still to come."""
    session, row = db.session(), file.row
    found = [
        {
            "row": paper,
            "name": NAMES[paper.kind],
            "url": url_for("certificates.show", number=paper.number),
            "progress": (
                "revoked" if paper.state == "revoked" else certificates.progress(session, paper)
            ),
        }
        for paper in certificates.of_instance(session, row.organisation_id, row.id)
        if file.may(permission_for(paper.kind))
    ]
    to_come = [
        kind
        for kind in certificates.to_come(session, row.organisation_id, row.id)
        if file.may(permission_for(kind))
    ]
    waits = bool(to_come) or any(one["progress"] == "pending" for one in found)
    return {"papers": found, "to_come": len(to_come), "waits": waits}


def _unread(file: CaseFile) -> int | None:
    """Count what the reporter wrote and nobody read; None for those who do not write to them."""
    if not file.may("message:write"):
        return None
    said = messages.read(db.session(), file.row.id, actor=file.actor)
    return sum(one.from_role == "reporter" and one.read_at is None for one in said)


def chain_of(file: CaseFile) -> dict[str, Any] | None:
    """Say up to which event chain and seals hold; None for those who may not ask."""
    if not file.may("audit:verify"):
        return None
    row = file.row
    session, key = db.session(), (row.organisation_id, row.id)
    found = audit.verify(session, organisation_id=key[0], instance_id=key[1])
    return {
        "count": row.event_count,
        "head": row.head_hash.hex(),
        "broken": next(iter(found), None),
        "sealed": seal_check.of_case(session, *key),
    }
