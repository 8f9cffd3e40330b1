"""The scenarios of a draft: kept from a trial, run, renamed and removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine import trying
from engine.definitions.scenarios import Result, Scenario
from engine.definitions.scenarios.expecting import Expected
from engine.definitions.trials import Played
from engine.errors import EngineError, Invalid, Message, ModelError, NotFound, Refused
from web import db
from web.access import current_actor, requires
from web.language import say
from web.trials import cannot
from web.trials import words as trial_words
from web.trials.page import Desk
from web.trials.state import State

blueprint = Blueprint("scenarios", __name__, url_prefix="/studio/drafts/<uuid:draft_id>/scenarios")

Page = str | tuple[str, int] | Response


@blueprint.get("")
@requires("definition:deploy")
def index(draft_id: UUID) -> Page:
    """Run all scenarios of a draft and show which of them pass."""
    return _index(draft_id)


@blueprint.post("")
@requires("definition:deploy")
def keep(draft_id: UUID) -> Page:
    """Keep what was tried as a scenario, with what was ticked as expected."""
    bench = trying.bench(db.session(), draft_id, actor=current_actor())
    state = State.read(request.form.get("trial.state", ""))
    try:
        desk = Desk(bench, bench.loaded(), state)
    except ModelError as error:
        return cannot(bench, error), error.status
    try:
        scenario = _scenario(desk, bench)
        db.execute(trying.keep, draft_id, scenario)
    except NotFound:
        raise
    except Refused as refusal:
        return desk.page(problem=refusal), refusal.status
    flash(
        gettext("场景“%(title)s”已保存，发布前会自动再跑一遍。", title=scenario.title.zh), "success"
    )
    return redirect(url_for("scenarios.index", draft_id=draft_id), 303)


@blueprint.post("/<key>/rename")
@requires("definition:deploy")
def rename(draft_id: UUID, key: str) -> Page:
    """Give a scenario another title."""
    return _change(draft_id, trying.rename, key, request.form.get("title", ""))


@blueprint.post("/<key>/remove")
@requires("definition:deploy")
def remove(draft_id: UUID, key: str) -> Page:
    """Take a scenario out of the draft."""
    return _change(draft_id, trying.remove, key)


def _change(draft_id: UUID, operation: Any, *arguments: Any) -> Page:
    try:
        db.execute(operation, draft_id, *arguments)
    except NotFound:
        raise
    except (Refused, ModelError) as refusal:
        return _index(draft_id, refusal), refusal.status
    flash(gettext("场景已更新。"), "success")
    return redirect(url_for("scenarios.index", draft_id=draft_id), 303)


def _index(draft_id: UUID, problem: EngineError | None = None) -> str:
    bench = trying.bench(db.session(), draft_id, actor=current_actor())
    rows = [_row(key, one) for key, one in trying.results(bench)]
    return render_template(
        "trials/scenarios.html",
        draft=bench.draft,
        rows=rows,
        failed=sum(not row["passed"] for row in rows),
        may_change=bench.draft.state == "editing",
        problem=say(problem.message) if problem else "",
    )


def _row(key: str, one: Result | ModelError) -> dict[str, Any]:
    if isinstance(one, ModelError):
        return {"key": key, "title": key, "passed": False, "first": say(one.message), "expects": []}
    first = one.differences[0] if one.differences else None
    return {
        "key": key,
        "title": say(one.scenario.title),
        "passed": one.passed,
        "first": say(first) if first else "",
        "steps": len(one.scenario.steps),
        "expects": (
            trial_words.expects(one.played.loaded, one.scenario.expect) if one.played else []
        ),
    }


def _scenario(desk: Desk, bench: trying.Bench) -> Scenario:
    """Make the scenario that the form asks for."""
    played = desk.played
    if not played.started or played.stopped is not None:
        raise Invalid(
            "先试着走几步，再把它存为场景。",
            "Take a few steps first, then keep them as a scenario.",
        )
    title = trying.clean_title(request.form.get("title", ""))
    old = desk.state.scenario if request.form.get("replace") else ""
    return Scenario(
        id=old if old in bench.own.of("scenario") else trying.new_key(bench),
        title=Message(title, title),
        process=bench.draft.key,
        given=trying.needed(desk.given, desk.state.steps),
        steps=desk.state.steps,
        expect=_expected(played),
    )


def _expected(played: Played) -> Expected:
    """Give what was ticked, with the values that the trial came to."""
    data, passed = played.data, {one.element.key for one in played.passed}
    ends = played.ends[-1].id if played.completed and played.ends else ""
    fields = [name for name in request.form.getlist("field") if name in data]
    return Expected(
        ends=ends if request.form.get("ends") else "",
        fields={name: data[name] for name in fields if isinstance(data[name], _KEPT)},
        passes=[key for key in request.form.getlist("passes") if key in passed],
    )


_KEPT = (str, int, float, bool, list)
