"""What is wrong with what is being drawn, and mending it: asked while somebody draws."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from engine.definitions import drafts, overrides
from engine.definitions.drafts import files as draft_files
from engine.definitions.drafts import texts
from engine.definitions.findings import Finding, findings, proposals
from engine.errors import Invalid, Message, NotFound
from engine.spiff import importing
from engine.spiff.importing import Proposal
from web import db
from web.access import current_actor, requires
from web.definitions import organisation
from web.json_views import given, sent, speaks_json
from web.language import say

blueprint = Blueprint("studio_lint", __name__, url_prefix="/studio")

_MOST_ACCEPTED: Final = 2000
#: A list that nobody would read to its end; a diagram of 5,000 steps without a name has more.
_MOST_TOLD: Final = 1000


@blueprint.post("/lint")
@requires("definition:deploy")
@speaks_json
def lint() -> Response:
    """Say what is wrong with the files that are sent; nothing is kept."""
    body = sent()
    bundle = texts.bundle_from(body.get("files"))
    draft_files.check_sizes(bundle)
    aside = overrides.read(body.get("overrides", []))
    found = findings(db.session(), organisation(), bundle, overrides=aside)
    if len(found) > _MOST_TOLD:
        found.sort(key=lambda one: one.problem.severity != "error")
    told = [_told(one) for one in found[:_MOST_TOLD]]
    return given({"problems": told, "left_out": len(found) - len(told)})


@blueprint.post("/fix")
@requires("definition:deploy")
@speaks_json
def fix() -> Response:
    """Give a diagram with the proposals that were accepted; nothing is kept."""
    body = sent()
    xml, accepted = body.get("xml"), body.get("accept")
    if not isinstance(xml, str) or not _are_ids(accepted):
        raise Invalid(
            "请给出流程图（xml）和要采纳的建议（accept，编号的列表）。",
            "Give the diagram as 'xml' and the accepted proposals as 'accept', a list of ids.",
        )
    mended = importing.apply(texts.to_bytes(xml), set(accepted or ()))
    return given({"xml": texts.to_text(mended)})


@blueprint.get("/drafts/<uuid:draft_id>/proposals.json")
@requires("definition:deploy")
@speaks_json
def propose(draft_id: UUID) -> Response:
    """Give what would let a diagram of a draft run, or run better."""
    draft = drafts.get(db.session(), draft_id, actor=current_actor())
    diagrams = drafts.bundle_of(db.session(), draft).of("bpmn")
    wanted = diagrams.get(request.args.get("file", draft.key))
    if wanted is None:
        raise NotFound()
    return given({"proposals": [_proposed(one) for one in proposals(wanted)]})


def _told(finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    return {
        "kind": finding.kind,
        "file": finding.file,
        "rule": problem.rule,
        "family": problem.family,
        "element": problem.element,
        "line": problem.line,
        "severity": problem.severity,
        "words": say(Message(problem.zh, problem.en)),
        "fix": finding.proposal.id if finding.proposal else None,
        "fix_words": _words(finding.proposal) if finding.proposal else None,
        "may_override": finding.may_override,
    }


def _proposed(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "rule": proposal.rule,
        "element": proposal.element,
        "line": proposal.line,
        "required": proposal.required,
        "words": _words(proposal),
    }


def _words(proposal: Proposal) -> str:
    return say(Message(proposal.zh, proposal.en))


def _are_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= _MOST_ACCEPTED
        and all(isinstance(each, str) for each in value)
    )
