"""The studio: drafts of definitions, begun, drawn and saved in the browser."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import definitions
from engine.definitions import Bundle, drafts
from engine.definitions.drafts import blank, copying, texts
from engine.errors import Invalid, NotFound, Refused
from engine.relations import borrowing
from web import db, uploaded
from web.access import current_actor, requires
from web.definitions import newer_ones, organisation
from web.json_views import given, sent, speaks_json
from web.language import say
from web.studio.catalogue import catalogue, urls

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@requires("definition:deploy")
def index() -> Page:
    """List the drafts, and what is in force to begin another from."""
    return _index()


@blueprint.post("/drafts")
@requires("definition:deploy")
def create() -> Page:
    """Begin a draft: from a version, from files, or from the smallest flow that runs."""
    try:
        title, key, bundle, base_id = _beginning()
        draft = db.execute(drafts.create, title=title, key=key, bundle=bundle, base_id=base_id)
    except NotFound:
        raise
    except Refused as refusal:
        return _index(say(refusal.message)), refusal.status
    return redirect(url_for("studio.edit", draft_id=draft.id), 303)


@blueprint.get("/drafts/<uuid:draft_id>")
@requires("definition:deploy")
def edit(draft_id: UUID) -> Page:
    """Show the editor of a draft."""
    draft = _draft(draft_id)
    return render_template(
        "studio/edit.html",
        draft=draft,
        urls=urls(draft),
        saver=drafts.saver(db.session(), draft),
        origin=borrowing.origin_of(db.session(), draft.organisation_id, draft.id),
        files=_names(drafts.bundle_of(db.session(), draft)),
    )


@blueprint.get("/drafts/<uuid:draft_id>/content.json")
@requires("definition:deploy")
@speaks_json
def content(draft_id: UUID) -> Response:
    """Give everything the editor works on, and what it may choose from."""
    session, draft = db.session(), _draft(draft_id)
    return given(
        {
            "id": draft.id,
            "key": draft.key,
            "title": draft.title,
            "state": draft.state,
            "revision": draft.revision,
            "saved_by": drafts.saver(session, draft),
            "saved_at": draft.saved_at,
            "files": texts.texts_of(drafts.bundle_of(session, draft)),
            "overrides": draft.overrides,
            "catalogue": catalogue(draft),
        }
    )


@blueprint.put("/drafts/<uuid:draft_id>/content.json")
@requires("definition:deploy")
@speaks_json
def save(draft_id: UUID) -> Response:
    """Replace all files of a draft, unless somebody else has saved it meanwhile."""
    session, draft = db.session(), _draft(draft_id)
    body = sent()
    saved = db.execute(
        drafts.save,
        draft_id,
        revision=_whole_number(body.get("revision")),
        bundle=texts.bundle_from(body.get("files"), drafts.bundle_of(session, draft)),
        overrides=body.get("overrides", []),
        title=_text(body.get("title", draft.title)),
    )
    return given({"revision": saved.revision, "saved_at": saved.saved_at})


@blueprint.post("/drafts/<uuid:draft_id>/discard")
@requires("definition:deploy")
def discard(draft_id: UUID) -> Page:
    """Put a draft away."""
    db.execute(drafts.discard, draft_id)
    flash(gettext("草稿已丢弃。已发布的版本不受影响。"), "success")
    return redirect(url_for("studio.index"), 303)


def _draft(draft_id: UUID) -> Any:
    return drafts.get(db.session(), draft_id, actor=current_actor())


def _index(problem: str = "") -> str:
    session, actor, own = db.session(), current_actor(), organisation()
    rows = definitions.startable(session, own)
    return render_template(
        "studio/index.html",
        drafts=drafts.listed(session, actor=actor),
        in_force=[
            {"row": row, "is_own": row.organisation_id == actor.organisation_id} for row in rows
        ],
        newer=newer_ones(own, rows),
        problem=problem,
        wrong=bool(problem),
        typed=request.form,
    )


def _beginning() -> tuple[str, str | None, Bundle, UUID | None]:
    """Give title, key, files and base of the draft that the form asks for."""
    title = drafts.clean_title(request.form["title"]) if request.form.get("title") else ""
    if request.form.get("from"):
        return _copied(request.form["from"], title)
    if request.form.get("empty"):
        title = title or gettext("新流程")
        return title, None, blank.blank(title), None
    found = uploaded.read(request.files.getlist("files"))
    if found is None:
        raise Invalid(
            "请选择文件：流程图（.bpmn）、决策表（.dmn）、表单（.json）或流程包（.zip）。",
            "Choose files: diagrams (.bpmn), tables (.dmn), forms (.json) or a pack (.zip).",
        )
    bundle = _by_process(found.bundle)
    return title or found.name or _first_name(found.bundle), found.key or None, bundle, None


def _copied(definition_id: str, title: str) -> tuple[str, str, Bundle, UUID]:
    try:
        wanted = UUID(definition_id)
    except ValueError as error:
        raise NotFound() from error
    base = copying.get_drawable(db.session(), wanted, actor=current_actor())
    return title or base.name, base.key, copying.files_of(db.session(), base), base.id


def _by_process(bundle: Bundle) -> Bundle:
    """Put diagrams under the ids of their processes; what cannot be read keeps its name."""
    diagrams = {}
    for name, content in bundle.of("bpmn").items():
        key = drafts.key_of(Bundle({"bpmn": {name: content}}))[:64]
        diagrams[key if key not in diagrams else name] = content
    return Bundle({**bundle.contents, **({"bpmn": diagrams} if diagrams else {})})


def _first_name(bundle: Bundle) -> str:
    return next(key for keys in bundle.contents.values() for key in keys)


def _names(bundle: Bundle) -> list[str]:
    return [key for keys in bundle.contents.values() for key in keys]


def _whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31 - 1:
        raise Invalid(
            "revision 应为打开草稿时的版次。", "'revision' has to be the one that was opened."
        )
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Invalid("title 应为文字。", "'title' has to be text.")
    return value
