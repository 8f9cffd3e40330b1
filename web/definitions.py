"""Process definitions: what can be started, and every version so that it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

from engine import definitions, migrations, organisations, trying
from engine.definitions import heirs, publishing
from engine.permissions import allows
from engine.relations import borrowing
from web import db, definition_words, version_words
from web.access import current_actor, own_organisation, requires
from web.downloads import name_file
from web.language import say
from web.trials import words as trial_words

blueprint = Blueprint("definitions", __name__, url_prefix="/definitions")

_TYPES: Final = {
    "bpmn": "application/xml",
    "dmn": "application/xml",
    "form": "application/json",
    "scenario": "application/json",
}
_ENDINGS: Final = {"bpmn": "bpmn", "dmn": "dmn", "form": "json", "scenario": "json"}


@blueprint.get("")
@requires("definition:read")
def index() -> str:
    """List what the organisation can start, and whose versions those are."""
    session, own = db.session(), organisation()
    rows = [
        next(one for one in definitions.lineage(session, own, row.key) if one.id == row.id)
        for row in definitions.startable(session, own)
    ]
    return render_template(
        "definitions/index.html",
        rows=rows,
        may_deploy=_may_deploy(),
        newer=newer_ones(own, rows),
        waiting=_waiting(),
    )


def newer_ones(own: Any, rows: Sequence[Any]) -> list[Any]:
    """Give what an administrator has to decide about, of the definitions in force."""
    if not _may_deploy():
        return []
    found = (heirs.find_newer(db.session(), own, row.key) for row in rows)
    return [one for one in found if one is not None]


def _waiting() -> Sequence[Any]:
    """Give the drafts that wait for a second person, to those who may be that person."""
    if not allows(current_actor(), "definition:approve"):
        return ()
    return publishing.waiting(db.session(), actor=current_actor())


@blueprint.get("/<key>")
@requires("definition:read")
def show(key: str) -> str:
    """Show the version that the next case starts with."""
    row = definitions.get_latest(db.session(), organisation(), key)
    return _page(row)


@blueprint.get("/<key>/<int:version>")
@requires("definition:read")
def version(key: str, version: int) -> str:
    """Show one version; `?owner=` says whose, when it is not the nearest one's."""
    return _page(get_shown(key, version))


@blueprint.get("/<key>/<int:version>/diagram.json")
@requires("definition:read")
def diagram(key: str, version: int) -> Response:
    """Give what the viewer draws: the diagram, or with `?process=` one that it calls."""
    row = get_shown(key, version)
    process = request.args.get("process") or row.key
    content = definitions.resource_content(db.session(), row, "bpmn", process)
    return jsonify(xml=content.decode(), passed={}, current=[])


@blueprint.get("/<key>/<int:version>.bpmn")
@requires("definition:read")
def bpmn(key: str, version: int) -> Response:
    """Give the diagram as a file, to be opened in any BPMN tool."""
    return _file(get_shown(key, version), "bpmn", key)


@blueprint.get("/<key>/<int:version>/files/<kind>/<name>")
@requires("definition:read")
def resource(key: str, version: int, kind: str, name: str) -> Response:
    """Give one of the files a version is made of."""
    if kind not in _TYPES:
        raise NotFound()
    return _file(get_shown(key, version), kind, name)


def organisation() -> Any:
    """Give the visitor's own organisation."""
    return organisations.get(db.session(), own_organisation(), actor=current_actor())


def get_shown(key: str, version: int) -> Any:
    """Give a version that the visitor may read; `?owner=` says whose, or it is the nearest's."""
    return definitions.get_version(
        db.session(), key, version, owner_id=_owner(), actor=current_actor()
    )


def own_version(key: str, version: int) -> Any:
    """Give a version of the visitor's own organisation."""
    return definitions.get_version(
        db.session(), key, version, owner_id=own_organisation(), actor=current_actor()
    )


def _owner() -> UUID | None:
    text = request.args.get("owner")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound() from error


def _page(row: Any) -> str:
    session = db.session()
    loaded = definitions.load(session, row.id)
    names = loaded.model.names()
    chosen = request.args.get("flow", "")
    versions, in_force = versions_of(row)
    shown = version_words.shown(versions, in_force)
    return render_template(
        "definitions/show.html",
        row=row,
        loaded=loaded,
        names=names,
        chosen=chosen if chosen in names else row.key,
        versions=shown,
        in_force=in_force,
        this=next(one for one in shown if one.row.id == row.id),
        base=next((one for one in versions if one.id == row.base_id), None),
        origin=borrowing.origin_of_version(session, row),
        newer=_newer(row),
        may_inherit=_may_inherit(row),
        steps=definition_words.steps(loaded),
        asked=definition_words.forms_of(loaded),
        tables=definition_words.tables(loaded),
        scenarios=[
            (key, say(one.title), trial_words.expects(loaded, one.expect))
            for key, one in trying.kept_with(session, row)
        ],
        may_deploy=_may_deploy(),
        running=_running(row),
        elsewhere=_elsewhere(row) if row.id == in_force else [],
        is_own=row.organisation_id == own_organisation(),
        may_redraw=_may_redraw(row),
    )


def _may_redraw(row: Any) -> bool:
    """Say whether the visitor may begin a draft from this version: their own or an inherited."""
    session = db.session()
    return _may_deploy() and row.organisation_id in definitions.inheritance(session, organisation())


def _newer(row: Any) -> Any:
    """Give what an administrator has to decide about: the sector published a newer version."""
    if row.organisation_id != own_organisation() or not _may_deploy():
        return None
    return heirs.find_newer(db.session(), organisation(), row.key)


def _may_inherit(row: Any) -> bool:
    """Say whether there is a version above that could be used instead of one's own."""
    own = organisation()
    if row.organisation_id != own.id or not _may_deploy():
        return False
    latest = definitions.find_latest(db.session(), own, row.key)
    inherited = definitions.find_inherited(db.session(), own, row.key)
    return latest is not None and latest.organisation_id == own.id and inherited is not None


def versions_of(row: Any) -> tuple[Any, UUID | None]:
    """Give the versions to choose from, and which of them the next case starts with."""
    session, own = db.session(), organisation()
    latest = definitions.find_latest(session, own, row.key)
    if row.organisation_id in definitions.inheritance(session, own):
        return definitions.lineage(session, own, row.key), latest.id if latest else None
    # A version of an enterprise one looks at from above: its own line is what counts there.
    theirs = definitions.owner(session, row)
    latest = definitions.find_latest(session, theirs, row.key)
    return definitions.lineage(session, theirs, row.key), latest.id if latest else None


def _file(row: Any, kind: str, name: str) -> Response:
    content = definitions.resource_content(db.session(), row, kind, name)
    response = Response(content, content_type=_TYPES[kind])
    # An XML file of somebody else's is kept, never shown as a page of this site.
    name_file(response, f"{name}.{_ENDINGS[kind]}")
    return response


def _running(row: Any) -> int:
    """Count the cases that the visitor may move to another version."""
    actor = current_actor()
    may = allows(actor, "case:migrate")
    return migrations.count(db.session(), row.id, actor=actor) if may else 0


def _elsewhere(row: Any) -> list[tuple[migrations.Version, int]]:
    """Give the other versions whose running cases the visitor may move to this one; how many."""
    actor = current_actor()
    if not allows(actor, "case:migrate"):
        return []
    found = migrations.sources(db.session(), row.key, actor=actor)
    return [(version, number) for version, number in found if version.id != row.id]


def _may_deploy() -> bool:
    return allows(current_actor(), "definition:deploy")
