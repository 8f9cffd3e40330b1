"""Trying a draft: everything of it runs, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.exceptions import NotFound as Nowhere
from werkzeug.wrappers import Response

from engine import trying
from engine.clock import LOCAL_ZONE
from engine.definitions.drafts import texts
from engine.definitions.trials import Played, play
from engine.definitions.trials.steps import Step
from engine.errors import DefinitionRefused, EngineError, Invalid, InvalidAnswers, ModelError
from engine.hazards import rewards
from web import db
from web.access import current_actor, requires
from web.json_views import given as json_given
from web.json_views import sent, speaks_json
from web.language import say
from web.trials.page import Desk
from web.trials.state import State

blueprint = Blueprint("trials", __name__, url_prefix="/studio/drafts/<uuid:draft_id>")

Page = str | tuple[str, int] | Response

_UNITS: Final = {"hours": 1, "days": 24}
_MOST_OPEN: Final = 10_000


@blueprint.get("/try")
@requires("definition:deploy")
def show(draft_id: UUID) -> Page:
    """Begin a trial, or go on where `?scenario=` comes to."""
    bench = trying.bench(db.session(), draft_id, actor=current_actor())
    key = request.args.get("scenario", "")
    try:
        desk = Desk(bench, bench.loaded(), State.fresh())
        if key:
            desk = desk.moved(State.of(trying.find_scenario(bench, key), key))
    except ModelError as error:
        return cannot(bench, error)
    return _as_far(desk)


@blueprint.post("/try")
@requires("definition:deploy")
def take(draft_id: UUID) -> Page:
    """Take one step of a trial: what was done so far comes with it."""
    bench = trying.bench(db.session(), draft_id, actor=current_actor())
    try:
        loaded = bench.loaded()
    except ModelError as error:
        return cannot(bench, error), error.status
    act = _ACTS.get(request.form.get("trial.do", ""))
    if act is None:
        raise BadRequest()
    state = State.read(request.form.get("trial.state", ""))
    return act(Desk(bench, loaded, state, _place(), request.form.get("trial.flow", "")))


@blueprint.post("/try.json")
@requires("definition:deploy")
@speaks_json
def play_for_programs(draft_id: UUID) -> Response:
    """Play a list of steps and give what comes of it."""
    bench = trying.bench(db.session(), draft_id, actor=current_actor())
    said = sent()
    state = State.of_plain({"steps": said.get("steps", []), **_record(said.get("given"))})
    given = trying.given(
        db.session(), at=state.at, reward_limit_fen=state.limit_fen, actor=current_actor()
    )
    return json_given(_plain(play(bench.loaded(), given, state.steps)))


@blueprint.get("/try/diagram.json")
@requires("definition:deploy")
def diagram(draft_id: UUID) -> Response:
    """Give the diagram of one process of a draft, as the viewer draws it."""
    bench = trying.bench(db.session(), draft_id, actor=current_actor())
    try:
        key = bench.whole.processes().get(request.args.get("process") or bench.draft.key)
    except ModelError as error:
        raise Nowhere() from error
    if key is None:
        raise Nowhere()
    return jsonify(xml=texts.to_text(bench.whole.of("bpmn")[key]))


def cannot(bench: trying.Bench, error: EngineError) -> str:
    """Say why a draft cannot be tried yet, problem by problem."""
    problems = error.problems if isinstance(error, DefinitionRefused) else []
    return render_template(
        "trials/cannot.html", draft=bench.draft, sentence=say(error.message), problems=problems
    )


def _as_far(desk: Desk) -> str:
    """Show a trial as far as it comes; a step that cannot be taken is told and left out."""
    stopped = desk.played.stopped
    if stopped is None:
        return desk.page()
    steps = desk.state.steps[: stopped.place]
    return desk.moved(replace(desk.state, steps=tuple(steps))).page(problem=stopped.error)


def _go(desk: Desk, state: State) -> Page:
    """Show the trial in another state; when it cannot be reached, in the present one."""
    moved = desk.moved(state)
    stopped = moved.played.stopped
    if stopped is None:
        return moved.page()
    if stopped.place < len(desk.state.steps):
        return _as_far(moved), 422
    return desk.page(problem=stopped.error), 422


def _answer(desk: Desk) -> Page:
    try:
        begun = desk if desk.played.started else desk.moved(_begun(desk.state))
        state = begun.state.and_then(begun.step(request.form))
    except Invalid as error:
        return desk.page(posted=request.form, problem=error), error.status
    moved = begun.moved(state)
    stopped = moved.played.stopped
    if stopped is None:
        return moved.page()
    if not isinstance(stopped.error, InvalidAnswers):
        return _go(desk, state)
    return desk.page(posted=request.form, problem=stopped.error), 422


def _begun(state: State) -> State:
    """Give the state with the moment and the limit that were chosen for the beginning."""
    at, limit = request.form.get("trial.at", ""), request.form.get("trial.limit", "")
    state = replace(state, at=_moment(at)) if at else state
    return replace(state, limit_fen=rewards.to_fen(limit)) if limit else state


def _travel(desk: Desk) -> Page:
    try:
        step = _journey()
        state = desk.state.and_then(step)
    except Invalid as error:
        return desk.page(problem=error), error.status
    return _go(desk, state)


def _journey() -> Step:
    to, count = request.form.get("trial.to", ""), request.form.get("trial.count", "")
    if to:
        return Step(do="travel", to=_moment(to))
    unit = _UNITS.get(request.form.get("trial.unit", ""))
    if unit is None or not (count.isascii() and count.isdigit() and 0 < len(count) < 6):
        raise Invalid(
            "请写明走多久，例如 3 天；或走到哪一天。",
            "Say how far to travel, such as 3 days, or to which day.",
        )
    return Step(do="travel", span=timedelta(hours=int(count) * unit))


def _moment(text: str) -> datetime:
    """Read a day or a moment of a form; a day begins on its morning."""
    try:
        found = datetime.fromisoformat(
            f"{date.fromisoformat(text)}T09:00" if len(text) == 10 else text
        )
        if not 2000 <= found.year <= 2100:
            raise ValueError(text)
    except ValueError as error:
        raise Invalid(
            f"“{text[:40]}”不是日期，应写成 2026-03-02。", f"'{text[:40]}' is no date."
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=LOCAL_ZONE)


def _timer(desk: Desk) -> Page:
    return _one_more(desk, Step(do="timer"))


def _one_more(desk: Desk, step: Step) -> Page:
    try:
        state = desk.state.and_then(step)
    except Invalid as error:
        return desk.page(problem=error), error.status
    return _go(desk, state)


_ACTS: Final[Mapping[str, Callable[[Desk], Page]]] = {
    "answer": _answer,
    "timer": _timer,
    "travel": _travel,
    "sample": lambda desk: desk.page(with_sample=True),
    "back": lambda desk: _go(desk, desk.state.back()),
    "again": lambda desk: _go(desk, desk.state.again()),
    "look": _as_far,
}


def _place() -> int:
    text = request.form.get("trial.task", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadRequest()
    return int(text)


def _record(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise Invalid("given 应写明 at。", "'given' has to say 'at'.")
    return raw


def _plain(played: Played) -> dict[str, Any]:
    """Give a trial as plain data."""
    stopped = played.stopped
    return {
        "at": played.at,
        "completed": played.completed,
        "passed": [{"element": one.element.key, "at": one.at} for one in played.passed],
        "waits_at": sorted(played.waits_at),
        "next_due": played.next_due,
        "open": [
            {
                "task": one.element.key,
                "name": one.element.name,
                "item": one.task.item,
                "role": one.role,
                "due_at": one.due_at,
                "not_by": sorted(one.not_by),
                "form": one.element.properties.get("formKey"),
            }
            for one in played.open[:_MOST_OPEN]
        ],
        "data": played.data,
        "happened": [
            {
                "at": one.at,
                "tag": one.tag,
                "element": one.element.key if one.element else None,
                "to": one.to,
                "words": say(one.words) if one.words else None,
                "data": one.data,
            }
            for one in played.happened
        ],
        "failed": [one.key for one in played.failed],
        "stopped": None
        if stopped is None
        else {
            "place": stopped.place,
            "words": say(stopped.error.message),
            "errors": {
                key: [say(message) for message in messages]
                for key, messages in getattr(stopped.error, "errors", {}).items()
            },
        },
    }
