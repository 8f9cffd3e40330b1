"""Definitions over the API: what can be started, versions, diagram, lint, deploy."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from engine import definitions
from engine.errors import Invalid, NotFound
from engine.store import tables as t
from web import db
from web.access import current_actor, requires
from web.api import shapes
from web.api.contract import Operation, answer, operation
from web.api.schemas import TEXT, listed, ref, shape

blueprint = Blueprint("definitions", __name__)

_PARTS: Final = {
    kind: {"type": "array", "items": {"type": "string", "format": "binary"}}
    for kind in ("bpmn", "dmn", "forms")
}
_KINDS: Final = {"bpmn": "bpmn", "dmn": "dmn", "forms": "form"}
_MOST_FILES: Final = 200


@blueprint.get("/definitions")
@requires("definition:read")
@operation(
    Operation(
        summary="What the organisation can start",
        answers={200: ("The latest versions.", shape({"items": listed(ref("Definition"))}))},
    )
)
def index() -> Response:
    """List what can be started."""
    found = definitions.startable(db.session(), _organisation())
    return answer({"items": [shapes.definition(row) for row in found]})


@blueprint.get("/definitions/<key>")
@requires("definition:read")
@operation(
    Operation(
        summary="One definition with all its versions",
        answers={200: ("The definition.", ref("DefinitionVersions"))},
    )
)
def show(key: str) -> Response:
    """Show one definition."""
    latest = definitions.get_latest(db.session(), _organisation(), key)
    versions = definitions.versions(db.session(), latest.organisation_id, key)
    return answer(
        {
            "key": key,
            "name": latest.name,
            "version": latest.version,
            "versions": [shapes.definition(row) for row in versions],
        }
    )


@blueprint.get("/definitions/<key>/<int:version>.bpmn")
@requires("definition:read")
@operation(
    Operation(
        summary="The diagram of one version",
        answers={200: ("BPMN 2.0 XML.", "application/xml")},
    )
)
def diagram(key: str, version: int) -> Response:
    """Give a diagram."""
    latest = definitions.get_latest(db.session(), _organisation(), key)
    versions = definitions.versions(db.session(), latest.organisation_id, key)
    found = next((row for row in versions if row.version == version), None)
    if found is None:
        raise NotFound()
    content = definitions.resource_content(db.session(), found, "bpmn", key)
    return Response(content, content_type="application/xml")


@blueprint.get("/definitions/<key>/start-form")
@requires("report:create")
@operation(
    Operation(
        summary="The form that starts it", answers={200: ("The form definition.", ref("Form"))}
    )
)
def start_form(key: str) -> Response:
    """Give the start form."""
    latest = definitions.get_latest(db.session(), _organisation(), key)
    loaded = definitions.load(db.session(), latest.id)
    content = loaded.form_sources[loaded.model.start_form or ""]
    return Response(content, content_type="application/json")


@blueprint.post("/definitions/lint")
@requires("definition:deploy")
@operation(
    Operation(
        summary="Say what is wrong with diagrams, tables and forms",
        parts=_PARTS,
        answers={200: ("Everything found.", shape({"problems": listed(ref("LintProblem"))}))},
    )
)
def lint() -> Response:
    """Lint what is sent."""
    problems = definitions.problems_of(_sent())
    return answer({"problems": [shapes.problem(found) for found in problems]})


@blueprint.post("/definitions")
@requires("definition:deploy")
@operation(
    Operation(
        summary="Deploy diagrams, tables and forms as a new version",
        parts={**_PARTS, "reason": TEXT},
        answers={
            200: ("Nothing in it was new.", shape({"deployed": listed(ref("Definition"))})),
            201: ("The versions made.", shape({"deployed": listed(ref("Definition"))})),
        },
    )
)
def deploy() -> Response:
    """Deploy what is sent."""
    made = db.execute(
        definitions.deploy,
        _sent(),
        organisation_id=current_actor().organisation_id,
        reason=(request.form.get("reason") or None),
    )
    rows = [shapes.definition(row) for row in made]
    return answer({"deployed": rows}, 201 if rows else 200)


def _sent() -> definitions.Bundle:
    """Read the files of a multipart request; their names without ending are the keys."""
    files = [(part, file) for part in _KINDS for file in request.files.getlist(part)]
    if not files:
        raise Invalid(
            "请至少上传一个流程图（bpmn）。", "Send at least one diagram in the part 'bpmn'."
        )
    if len(files) > _MOST_FILES:
        raise Invalid(f"一次最多 {_MOST_FILES} 个文件。", f"At most {_MOST_FILES} files at once.")
    contents: dict[str, dict[str, bytes]] = {}
    for part, file in files:
        key = (file.filename or "").rsplit("/", 1)[-1].rsplit(".", 1)[0][:64]
        contents.setdefault(_KINDS[part], {})[key] = file.stream.read()
    return definitions.Bundle(contents)


def _organisation() -> t.Organisation:
    found = db.session().get(t.Organisation, current_actor().organisation_id)
    if found is None:
        raise NotFound()
    return found
