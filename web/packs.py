"""Sector packs: choose one, see where it differs, install or adapt it, print what then runs."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine import clock, definitions, mechanism, organisations
from engine.actors import ROLES
from engine.definitions.differences import differences
from engine.definitions.packs import Pack, bundle_of, get_pack, installing, packs
from engine.errors import Refused
from engine.hazards.codes import SECTORS
from engine.permissions import allows
from engine.rulebook import answers
from engine.spiff.course import course
from web import db, downloads, mechanism_papers, mechanism_words
from web.access import current_actor, requires
from web.comparing import Side, compared
from web.definitions import organisation
from web.event_details import span_words
from web.language import drawn, say
from web.mechanism_papers import PAPERS
from web.mechanism_words import Speech

blueprint = Blueprint("packs", __name__, url_prefix="/packs")

Page = str | tuple[str, int] | Response
_MAIN: Final = installing.MAIN
_NAMES: Final = {"handbook": "handbook", "rules": "rules", "notice": "notice-board"}


@blueprint.app_template_filter("pack_name")
def pack_name(label: str | None) -> str | None:
    """Say which pack a version came from: "gas 2" in words; None for one that came from none."""
    key, _, version = (label or "").partition(" ")
    if key not in SECTORS:
        return label
    return f"{say(SECTORS[key])} {gettext('第 %(version)s 版', version=version)}"


@blueprint.get("")
@requires("definition:read")
def index() -> str:
    """Let the visitor choose a pack; an enterprise's own sector comes first."""
    own = organisation()
    every = sorted(packs(), key=lambda pack: pack.key != own.sector)
    return render_template("packs/index.html", packs=every, own=own)


@blueprint.get("/<key>")
@requires("definition:read")
def show(key: str) -> str:
    """Show what a pack holds, where it differs and how what runs here stands to it."""
    return _show(get_pack(key))


@blueprint.get("/<key>/diagram.json")
@requires("definition:read")
def diagram(key: str) -> Response:
    """Give what the viewer draws: the pack's diagram, or with `?process=` one that it calls."""
    content = bundle_of(get_pack(key).key).of("bpmn").get(request.args.get("process", _MAIN))
    if content is None:
        raise NotFound()
    return jsonify(xml=content.decode(), passed={}, current=[])


@blueprint.get("/<key>/compare")
@requires("definition:read")
def compare(key: str) -> str:
    """Show what would change here by installing a pack."""
    session, pack = db.session(), get_pack(key)
    runs = installing.standing(session, organisation(), pack).runs
    before = Side.of_version(session, runs) if runs else Side(definitions.Bundle(), {})
    bundle = installing.main_of(pack)
    drawings = {
        process: url_for("packs.diagram", key=key, process=process) for process in bundle.of("bpmn")
    }
    found = differences(before.bundle, bundle)
    shown = compared(found, before, Side(bundle, drawings))
    return render_template("packs/compare.html", pack=pack, runs=runs, **shown)


@blueprint.post("/<key>/install")
@requires("definition:deploy")
def install(key: str) -> Page:
    """Install a pack for one's own organisation and go on to printing."""
    pack = get_pack(key)
    try:
        made = db.execute(installing.install, key, organisation_id=organisation().id)
    except Refused as refusal:
        return _show(pack, say(refusal.message)), refusal.status
    if made:
        flash(gettext("行业包已安装，新报告按它办理。"), "success")
    else:
        flash(gettext("现行的流程和这个行业包一样，不用安装。"), "success")
    return redirect(url_for("packs.papers", key=key), 303)


@blueprint.post("/<key>/adapt")
@requires("definition:deploy")
def adapt(key: str) -> Page:
    """Begin a draft with a pack and go on to the studio."""
    pack = get_pack(key)
    try:
        draft = db.execute(installing.adapt, key)
    except Refused as refusal:
        return _show(pack, say(refusal.message)), refusal.status
    return redirect(url_for("studio.edit", draft_id=draft.id), 303)


@blueprint.get("/<key>/print")
@requires("definition:read")
def papers(key: str) -> str:
    """Offer what can be printed from what runs."""
    found = _mechanism(key)
    actor = current_actor()
    may_make = actor.organisation_kind == "enterprise" and allows(actor, "rulebook:read")
    return render_template("packs/papers.html", pack=found.pack, found=found, may_make=may_make)


@blueprint.get("/<key>/<any(handbook,rules,notice):paper>.pdf")
@requires("definition:read")
def print_paper(key: str, paper: str) -> Response:
    """Give the handbook, the rules or the notice board, made from what runs and was answered."""
    found, session = _mechanism(key), db.session()
    given = answers.current(session, found)
    # Made from the same versions it is the same to the byte all day.
    today = (
        clock.now().astimezone(clock.LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    base_url = current_app.extensions["config"].base_url
    if paper == "rules":
        content = mechanism_papers.rules(session, found, given, base_url=base_url, created=today)
    else:
        more = {"code": _code(found)} if paper == "notice" else {}
        content = PAPERS[paper](found, given, base_url=base_url, created=today, **more)
    return downloads.pdf(content, f"{_NAMES[paper]}-{found.organisation.code}.pdf")


def _mechanism(key: str) -> mechanism.Mechanism:
    """Read what runs here; an enterprise prints what it runs, whatever sector was asked for."""
    return mechanism.read(db.session(), actor=current_actor(), sector=get_pack(key).key)


def _code(found: mechanism.Mechanism) -> str:
    """Give the code of the place where the notice is to hang, "" for none."""
    wanted = request.args.get("place", "")
    if not wanted:
        return ""
    try:
        place_id = UUID(wanted)
    except ValueError as error:
        raise NotFound() from error
    codes = {place.id: place.code for place in found.places}
    if place_id not in codes:
        raise NotFound()
    return codes[place_id]


def _show(pack: Pack, problem: str = "") -> str:
    own, bundle = organisation(), bundle_of(pack.key)
    loaded = definitions.loaded_from(bundle, _MAIN)
    names = loaded.model.names()
    chosen = request.args.get("flow", "")
    return render_template(
        "packs/show.html",
        pack=pack,
        own=own,
        problem=problem,
        standing=(standing := installing.standing(db.session(), own, pack)),
        differing=[_name(loaded, kind, key) for kind, key in standing.differing],
        names=names,
        chosen=chosen if chosen in names else _MAIN,
        steps=[step_line(loaded, step.element) for step in course(loaded.model)],
        rewards=mechanism_words.rewards(loaded),
        files=_files(pack, loaded),
        may_deploy=allows(current_actor(), "definition:deploy"),
        by_two=organisations.setting(own, "publish_by_two"),
    )


def step_line(loaded: Any, element: Any) -> dict[str, str]:
    """Say of a step what it is called, who does it and by when."""
    role = element.properties.get("candidateGroups") or element.lane_id or ""
    due = element.properties.get("dueIn", "")
    return {
        "name": drawn(element.name) or element.id,
        "role": say(ROLES[role]) if role in ROLES else role,
        "due": mechanism_words.due_words(loaded, due, _speech()),
    }


def _speech() -> Speech:
    """Give how deadlines are said in the language of the page."""
    return Speech(
        span=span_words,
        case=drawn,
        asked=lambda label: gettext("按填写的“%(field)s”", field=say(label)),
        signs=(gettext("、"), gettext("："), gettext("；")),
    )


def _name(loaded: Any, kind: str, key: str) -> str:
    """Give what people call a file of the pack; of one that is not in it, its key."""
    if kind == "form" and key in loaded.forms:
        return say(loaded.forms[key].title)
    if kind == "dmn":
        made = [loaded.decisions[name].name for name, file in loaded.tables.items() if file == key]
        return drawn(made[0]) if made else key
    name = loaded.model.names().get(key)
    return drawn(name) if name else key


def _files(pack: Pack, loaded: Any) -> dict[str, list[str]]:
    """Give the names of what the pack brings of its own, by kind."""
    return {
        "form": [say(loaded.forms[key].title) for key in sorted(loaded.forms)],
        "dmn": [drawn(decision.name) for _key, decision in sorted(loaded.decisions.items())],
        "checklist": [say(SECTORS[key]) for key in pack.checklists],
    }
