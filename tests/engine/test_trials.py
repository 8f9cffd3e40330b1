"""A trial goes the way a real case would go, by its own clock, and leaves nothing behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine import attachments, clock, commands, definitions, spiff, trying
from engine.actors import SYSTEM, Actor
from engine.clock import LOCAL_ZONE
from engine.definitions import Bundle, Loaded, loaded_from
from engine.definitions.scenarios import read
from engine.definitions.trials import OpenStep, Played, play
from engine.definitions.trials.samples import sample_answers
from engine.definitions.trials.steps import Given, Step, read_given
from engine.definitions.trials.world import SAMPLE_FILE
from engine.errors import InvalidAnswers, StepBudgetExceeded
from engine.filestore import FileStore
from engine.store import tables as t
from tests import flows, voting
from tests.cast import Cast
from tests.engine import stories
from tests.pictures import photo
from tests.processes.player import ROOT
from web.config import Config

SHIPPED = definitions.read_folder(ROOT)
#: What a trial makes up: numbers, files, people.
_MADE_UP = ("_no", "_at", "photos", "files", "rectifier", "_proof")
AT = datetime(2026, 3, 2, 9, 0, tzinfo=LOCAL_ZONE)
GIVEN = Given(at=AT, reward_limit_fen=20_000)
REPORTED = Step(do="start", answers={"place": "一号车间", "description": "配电柜进水"})


@pytest.fixture
def database_kind() -> str:
    """Which way a case goes does not depend on the database."""
    return "sqlite"


def hazard() -> Loaded:
    return loaded_from(SHIPPED, "hazard_report")


def does(task: str, **answers: Any) -> Step:
    return Step(do="complete", task=task, answers=answers)


def small(diagram: bytes, key: str = "line", *, form: bytes = flows.ASK) -> Loaded:
    return loaded_from(Bundle({"bpmn": {key: diagram}, "form": {"ask": form}}), key)


class Chance:
    """Somebody who does whatever is open, and answers whatever is asked, by chance."""

    def __init__(self, loaded: Loaded, given: Given, seed: int) -> None:
        self.loaded, self.given = loaded, given
        self.chance = random.Random(seed)
        self.steps: list[Step] = [self._start()]
        self.played = play(loaded, given, self.steps)

    def goes_on(self, most: int) -> Played:
        """Take up to `most` steps."""
        while self.played.open and len(self.steps) < most:
            one = self.chance.choice(list(self.played.open))
            self.steps.append(self._answer(one))
            self.played = play(self.loaded, self.given, self.steps)
            assert self.played.stopped is None, self._why()
        return self.played

    def _start(self) -> Step:
        form = self.loaded.start_form
        answers = sample_answers(form, values={}, at=self.given.at, chance=self.chance)
        return Step(do="start", answers=answers)

    def _answer(self, one: OpenStep) -> Step:
        answers: dict[str, Any] = {}
        if one.form is not None:
            answers = sample_answers(
                one.form, values={**one.data, **one.values}, at=self.played.at,
                choices=one.choices, rights=one.rights, chance=self.chance,
            )  # fmt: skip
        return Step(do="complete", task=one.element.key, item=one.task.item, answers=answers)

    def _why(self) -> Any:
        stopped = self.played.stopped
        return stopped and (stopped.step, getattr(stopped.error, "errors", stopped.error))


class Real:
    """The same steps, done by the cast of the enterprise 甲."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast

    def plays(self, key: str, steps: list[Step], roles: list[str]) -> UUID:
        """Start a case and do each step as somebody of its role."""
        first, *others = steps
        answers = self._answers(first)
        case: UUID = stories.begin(
            self.session, self.cast.reporter, key, answers=answers,
            mode=answers.get("identity_mode", "named"),
        )  # fmt: skip
        for step, role in zip(others, roles, strict=True):
            task = step.task.rpartition(":")[2]
            stories.do(self.session, self._actor(role), case, task, **self._answers(step))
        return case

    def _actor(self, role: str) -> Actor:
        return self.cast.everybody()[role]

    def _answers(self, step: Step) -> dict[str, Any]:
        return {key: self._real(value) for key, value in step.answers.items()}

    def _real(self, value: Any) -> Any:
        if value == [SAMPLE_FILE]:
            return [self._photo()]
        if isinstance(value, str) and value.startswith("@"):
            return str(self._actor(value[1:]).user_id)
        return value

    def _photo(self) -> str:
        files: FileStore = self.session.info["files"]
        upload = attachments.receive(files, photo("brown"), "a.webp", only_photos=True)
        row = commands.execute(self.session, attachments.add, upload, actor=self.cast.reporter)
        return str(row.id)


def path_of(session: Session, case: UUID) -> list[str]:
    """Give the elements a case has passed, as its history tells them."""
    session.rollback()
    texts = session.scalars(
        select(t.Event.data).where(t.Event.instance_id == case).order_by(t.Event.sequence)
    )
    return [key for text in texts for key in orjson.loads(text).get("path") or ()]


def data_of(session: Session, case: UUID) -> dict[str, Any]:
    row = session.execute(select(t.Instance).where(t.Instance.id == case)).scalar_one()
    model = definitions.load(session, row.definition_id).model
    return spiff.read_data(model, row.blob)


def compared(data: Any) -> dict[str, Any]:
    """Give the data without what a trial makes up and what a version's number is."""
    return {
        key: value
        for key, value in data.items()
        if not any(part in key for part in _MADE_UP) and not key.endswith("_version")
    }


@pytest.mark.parametrize(
    ("key", "seeds"), [("hazard_report", [1, 7, 8, 9]), ("suggestion", [0, 1, 6])]
)
def test_by_chance_or_not_a_trial_goes_the_way_of_a_real_case(
    session: Session, cast: Cast, config: Config, key: str, seeds: list[int]
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    bundle = Bundle({kind: SHIPPED.of(kind) for kind in ("bpmn", "dmn", "form")})
    commands.execute(
        session, definitions.deploy, bundle, organisation_id=cast.enterprise_id, actor=SYSTEM
    )
    loaded = loaded_from(bundle, key)
    ways = set()
    for seed in seeds:
        tried = Chance(loaded, Given(at=clock.now(), sector="industry"), seed)
        played = tried.goes_on(30)
        roles = [role_of(loaded, step) for step in tried.steps[1:]]
        case = Real(session, cast).plays(key, tried.steps, roles)
        assert path_of(session, case) == [one.element.key for one in played.passed]
        assert compared(data_of(session, case)) == compared(played.data)
        ways.add(tuple(sorted({one.element.key for one in played.passed})))
    assert len(ways) == len(seeds), "chance has to lead along different ways"


def role_of(loaded: Loaded, step: Step) -> str:
    element = loaded.model.elements[step.task]
    return element.properties.get("candidateGroups") or element.lane_id or ""


def test_deadlines_are_counted_in_the_working_days_of_the_enterprise() -> None:
    steps = [REPORTED, does("acknowledge")]
    (verify,) = play(hazard(), GIVEN, steps).open
    assert verify.due_at == datetime(2026, 3, 5, 23, 59, 59, tzinfo=LOCAL_ZONE)
    closed = {AT.date() + timedelta(days=n): False for n in (1, 2)}
    (verify,) = play(hazard(), Given(at=AT, calendar=closed), steps).open
    assert verify.due_at == datetime(2026, 3, 9, 23, 59, 59, tzinfo=LOCAL_ZONE)


def test_each_timer_on_the_way_fires_at_its_own_moment() -> None:
    plan = {
        "rectifier": "@rectifier", "measures": "更换", "fund_plan": "3000", "due_on": "2026-03-20",
        "contingency": "断电", "interim_controls": "停用",
    }  # fmt: skip
    confirmed = {"finding": "confirmed", "category": "object", "level": "general"}
    steps = [REPORTED, does("acknowledge"), does("verify", **confirmed)]
    steps += [does("rectification:plan", **plan), Step(do="travel", span=timedelta(days=30))]
    played = play(hazard(), GIVEN, steps)
    assert played.at == AT + timedelta(days=30)
    told = [
        (one.at.astimezone(LOCAL_ZONE).date().isoformat(), one.element.id, one.to)
        for one in played.happened
        if one.to and one.element
    ]
    assert told == [
        ("2026-03-16", "escalate_pay", ("principal",)),
        ("2026-03-20", "remind_rectify", ("rectifier", "verifier")),
        ("2026-03-23", "escalate_rectify", ("principal",)),
    ]


def test_the_clock_of_a_trial_is_its_own() -> None:
    before = clock.now()
    later = datetime(2031, 1, 1, tzinfo=UTC)
    played = play(hazard(), Given(at=later), [REPORTED, Step(do="timer")])
    assert played.at == later + timedelta(hours=24)
    assert clock.now() - before < timedelta(minutes=1)


def test_who_may_not_do_a_task_is_told() -> None:
    confirmed = {"finding": "malicious"}
    (second,) = play(
        hazard(), GIVEN, [REPORTED, does("acknowledge"), does("verify", **confirmed)]
    ).open
    assert (second.role, second.not_by) == ("principal", frozenset({"report", "verify"}))


def test_hidden_and_readonly_fields_are_judged_as_in_a_case() -> None:
    diagram = flows.process(
        "line", flows.start(), flows.task("first", readonly="note"), flows.END,
        flows.flows(("start", "first"), ("first", "end")),
    )  # fmt: skip
    steps = [Step(do="start", answers={"note": "甲"}), does("first", note="乙")]
    stopped = play(small(diagram), GIVEN, steps).stopped
    assert stopped is not None
    assert "不能修改" in stopped.error.message.zh


def test_a_step_that_cannot_be_taken_leaves_the_trial_before_it() -> None:
    played = play(hazard(), GIVEN, [REPORTED, does("acknowledge"), does("verify"), does("plan")])
    assert played.stopped is not None
    assert played.stopped.place == 2
    assert isinstance(played.stopped.error, InvalidAnswers)
    assert set(played.stopped.error.errors) == {"finding"}
    assert [one.element.id for one in played.open] == ["verify"]


def test_a_service_that_fails_is_told_and_waits() -> None:
    diagram = flows.process(
        "line", flows.start(), flows.service("tell", "tell_reporter", message="'nonsense'"),
        flows.END, flows.flows(("start", "tell"), ("tell", "end")),
    )  # fmt: skip
    played = play(small(diagram), GIVEN, [Step(do="start")])
    assert [one.id for one in played.failed] == ["tell"]
    assert "nonsense" in played.happened[-1].data["error"]
    assert not played.completed


def endless() -> Iterator[tuple[str, bytes]]:
    """Give diagrams that go on for ever."""
    gates = '<exclusiveGateway id="a"/><exclusiveGateway id="b" default="b_to_a"/>'
    yield "round", flows.process(
        "line", flows.start(), gates, flows.END,
        flows.flows(("start", "a"), ("a", "b"), ("b", "a"), ("b", "end", "note == 'x'")),
    )  # fmt: skip
    tick = flows.timer("tick", "first", "R/PT1M").replace("timeDuration", "timeCycle")
    yield "ticking", flows.process(
        "line", flows.start(), flows.task("first"), tick, flows.END, '<endEvent id="ticked"/>',
        flows.flows(("start", "first"), ("first", "end"), ("tick", "ticked")),
    )  # fmt: skip


@pytest.mark.parametrize("diagram", [pytest.param(d, id=name) for name, d in endless()])
def test_what_goes_on_for_ever_is_stopped_in_words(diagram: bytes) -> None:
    steps = [Step(do="start"), Step(do="travel", span=timedelta(days=300))]
    stopped = play(small(diagram), GIVEN, steps).stopped
    assert stopped is not None
    assert isinstance(stopped.error, StepBudgetExceeded)
    assert stopped.error.message.zh


def test_a_trial_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.definitions.trials.LONGEST_SECONDS", -1.0)
    stopped = play(hazard(), GIVEN, [REPORTED]).stopped
    assert stopped is not None
    assert "时间太长" in stopped.error.message.zh


def test_nothing_of_a_trial_reaches_the_database(session: Session, cast: Cast) -> None:
    asked: list[str] = []

    def listen(*arguments: Any) -> None:
        asked.append(arguments[2])

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", listen)
    kept = read(SHIPPED.of("scenario")["general_rewarded"])
    assert play(hazard(), kept.given, kept.steps).completed
    event.remove(bind, "before_cursor_execute", listen)
    assert asked == []


def test_a_scenario_takes_along_only_what_its_steps_need() -> None:
    item = {
        "hazard": "漏电",
        "level": "major_listed",
        "version": 3,
        "conditions": ["甲", {"text": "乙"}],
    }
    calendar = {AT.date() + timedelta(days=days): False for days in (-1, 0, 9)}
    given = Given(at=AT, calendar=calendar, items={"E-1": {**item, "basis": ["…"]}, "E-2": item})
    cites = replace(REPORTED, answers={**REPORTED.answers, "checklist_item": "E-1"})
    kept = trying.needed(given, [cites, does("acknowledge")])
    assert [day.day for day in kept.calendar] == [2, 11]
    assert kept.items == {"E-1": {**item, "conditions": ["甲", "乙"]}}
    played = play(hazard(), read_given(kept.plain()), [cites, does("acknowledge")])
    assert played.data["checklist_level"] == "major_listed"
    assert played.data["checklist_version"] == 3


def test_samples_answer_what_has_to_be_answered_and_nothing_else() -> None:
    form = hazard().forms["verify"]
    found = sample_answers(form, values={}, at=AT)
    assert found == {"finding": "confirmed", "category": "human", "level": "general"}
    answered = {"category": "object", "level": "major"}
    assert sample_answers(form, values=answered, at=AT) == {"finding": "confirmed"}
    plan = hazard().forms["plan"]
    assert sample_answers(plan, values={}, at=AT)["due_on"] == "2026-03-16"


def test_what_is_compared_in_the_diagram_is_offered_as_a_sample() -> None:
    form = flows.form(
        "ask", {"type": "textfield", "key": "note", "id": "note", "label": "备注",
            "validate": {"required": True}}
    )  # fmt: skip
    found = sample_answers(
        small(flows.LINE, form=form).start_form, values={}, at=AT, compared={"note": ["停工", 7]}
    )
    assert found == {"note": "停工"}


def test_each_of_several_voters_is_asked_and_the_votes_are_counted() -> None:
    ballot = voting.process("p", decide="ratio", ratio="2/3", voters="union")
    forms = {"ask": flows.ASK, "ballot": voting.BALLOT}
    loaded = loaded_from(Bundle({"bpmn": {"p": ballot}, "form": forms}), "p")
    steps = [Step(do="start"), does("first")]
    seats = [one.task.item for one in play(loaded, GIVEN, steps).open]
    assert seats == ["@union-1", "@union-2", "@union-3"]
    agree = replace(does("decide", decision="agree"), item=seats[2])
    steps += [agree, replace(agree, item=seats[0])]
    played = play(loaded, GIVEN, steps)
    assert played.stopped is None
    decided = next(one for one in played.happened if one.tag == "vote:decided")
    assert (decided.data["result"], decided.data["agreed"]) == ("passed", 2), "two of three do"
    assert played.data["decide_result"] == "passed"
