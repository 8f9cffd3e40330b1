"""Definitions over the API: what can be started, versions, diagram, lint, deploy."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Any, Final

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from engine import definitions, idempotency
from engine.actors import Actor
from engine.definitions import overrides
from engine.errors import Invalid, NotFound
from engine.spiff.lint import Override
from engine.store import tables as t
from web import db
from web.access import current_actor, own_organisation, requires
from web.api import shapes
from web.api.contract import Operation, answer, idempotency_key, operation, plain
from web.api.schemas import NUMBER, TEXT, listed, maybe, page_of, ref, shape

blueprint = Blueprint("definitions", __name__)

_PARTS: Final = {
    kind: {"type": "array", "items": {"type": "string", "format": "binary"}}
    for kind in ("bpmn", "dmn", "forms")
}
#: Legal rules that the enterprise sets aside, in the part `overrides`.
_ASIDE: Final = {
    "type": "string",
    "contentMediaType": "application/json",
    "description": 'Legal rules set aside: JSON, [{"rule", "reason"}, …]; kept with the version.',
}
_KINDS: Final = {"bpmn": "bpmn", "dmn": "dmn", "forms": "form"}
_MOST_FILES: Final = 200
_DEPLOYED: Final = shape(
    {"key": maybe(TEXT), "version": maybe(NUMBER), "deployed": listed(ref("Definition"))}
)


@blueprint.get("/definitions")
@requires("definition:read")
@operation(
    Operation(
        summary="What the organisation can start",
        answers={200: ("The latest versions; all on one page.", page_of("Definition"))},
    )
)
def index() -> Response:
    """List what can be started."""
    found = definitions.startable(db.session(), _organisation())
    return answer({"items": [shapes.definition(row) for row in found], "next": None})


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
    rows = definitions.lineage(db.session(), _organisation(), key)
    return answer(
        {
            "key": key,
            "name": latest.name,
            "version": latest.version,
            "versions": [
                shapes.version(row, latest.id)
                for row in rows
                if row.organisation_id == latest.organisation_id
            ],
        }
    )


@blueprint.get("/definitions/<key>/<int:version>.bpmn")
@requires("definition:read")
@operation(
    Operation(
        summary="The diagram of one version",
        answers={200: ("BPMN 2.0 XML.", ("application/xml",))},
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
        parts={**_PARTS, "overrides": _ASIDE},
        answers={200: ("Everything found.", shape({"problems": listed(ref("LintProblem"))}))},
    )
)
def lint() -> Response:
    """Lint what is sent."""
    problems = definitions.problems_of(_sent(), overrides=_set_aside())
    return answer({"problems": [shapes.problem(found) for found in problems]})


@blueprint.post("/definitions")
@requires("definition:deploy")
@operation(
    Operation(
        summary="Deploy diagrams, tables and forms as a new version",
        parts={**_PARTS, "reason": TEXT, "overrides": _ASIDE},
        answers={
            200: ("Nothing in it was new; the version that runs already.", _DEPLOYED),
            201: ("The versions made; key and version are those of the first.", _DEPLOYED),
        },
        creates=True,
    )
)
def deploy() -> Response:
    """Deploy what is sent."""
    sent, reason, aside = _sent(), request.form.get("reason") or None, _set_aside()
    asked: dict[str, Any] = {"reason": reason, "files": _digests(sent)}
    if aside:
        asked["overrides"] = [list(each) for each in aside]
    make = partial(_deploy, sent, reason, aside, current_actor())
    done = db.execute(idempotency.once, "deploy", idempotency_key(), asked, make)
    return answer(done, 201 if done["deployed"] else 200)


def _deploy(
    sent: definitions.Bundle,
    reason: str | None,
    aside: list[Override],
    actor: Actor,
    session: Session,
) -> dict[str, Any]:
    made = definitions.deploy(
        session,
        sent,
        organisation_id=own_organisation(),
        reason=reason,
        overrides=aside,
        actor=actor,
    )
    first = made[0] if made else _running(sent)
    done: dict[str, Any] = plain(
        {
            "key": first.key if first else None,
            "version": first.version if first else None,
            "deployed": [shapes.definition(row) for row in made],
        }
    )
    return done


def _running(sent: definitions.Bundle) -> t.Definition | None:
    """Give the version that runs of the first process that was sent, if one does."""
    running = (
        definitions.find_latest(db.session(), _organisation(), key) for key in sent.processes()
    )
    return next((row for row in running if row is not None), None)


def _digests(sent: definitions.Bundle) -> dict[str, dict[str, str]]:
    return {
        kind: {key: sha256(content).hexdigest() for key, content in contents.items()}
        for kind, contents in sent.contents.items()
    }


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


def _set_aside() -> list[Override]:
    """Read the part that says which legal rules do not apply here, and why."""
    said = request.form.get("overrides")
    if not said:
        return []
    try:
        found = orjson.loads(said)
    except orjson.JSONDecodeError as error:
        raise Invalid("overrides 应为 JSON。", "'overrides' has to be JSON.") from error
    return overrides.read(found)


def _organisation() -> t.Organisation:
    found = db.session().get(t.Organisation, current_actor().organisation_id)
    if found is None:
        raise NotFound()
    return found
