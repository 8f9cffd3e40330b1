"""Scenarios: a flow's own tests, kept with it, that have to pass before it is deployed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, spiff
from engine.actors import SYSTEM
from engine.commands import execute
from engine.definitions import Bundle, scenarios
from engine.definitions.deploy import closure
from engine.definitions.scenarios import check_scenarios, read, run_in, scenarios_of
from engine.definitions.scenarios.expecting import proposed
from engine.errors import DefinitionRefused, ModelError
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.processes.player import ROOT

SHIPPED = definitions.read_folder(ROOT)
SCENARIOS = scenarios_of(SHIPPED)


def scenario(process: str = "line", /, **changes: Any) -> bytes:
    """A scenario of one of the small flows: begun, and both tasks done."""
    document = {
        "id": "both",
        "title": "两步走完",
        "process": process,
        "given": {"at": "2026-03-02"},
        "steps": [
            {"do": "start", "answers": {"note": "开始"}},
            {"do": "complete", "task": "first", "answers": {}},
            {"do": "complete", "task": "second", "answers": {"note": "好"}},
        ],
        "expect": {"ends": "end", "fields": {"note": "好"}, "passes": ["first", "second"]},
    }
    return json.dumps({**document, **changes}).encode()


def small(*scenarios: bytes, **diagrams: bytes) -> Bundle:
    """The small flows with scenarios."""
    found = {read(content).id: content for content in scenarios}
    return Bundle({**flows.bundle(**diagrams).contents, "scenario": found})


def shipped(**changes: Mapping[str, bytes]) -> Bundle:
    """What is shipped, with some of its files changed."""
    contents = {kind: {**SHIPPED.of(kind), **keys} for kind, keys in changes.items()}
    return Bundle({**SHIPPED.contents, **contents})


def first_words(found: Bundle, key: str) -> str:
    return run_in(found, SCENARIOS[key]).differences[0].zh


def test_every_shipped_scenario_passes() -> None:
    assert len(SCENARIOS) >= 8
    assert check_scenarios(SHIPPED) == []


def test_a_changed_amount_is_named_with_what_was_expected_and_found() -> None:
    table = SHIPPED.of("dmn")["reward_amount"]
    assert b">10000<" in table
    changed = shipped(dmn={"reward_amount": table.replace(b">10000<", b">30000<")})
    said = {p.element: p for p in check_scenarios(changed)}
    assert said["general_rewarded"].rule == "scenario-fails"
    assert (
        "“批准金额（元）”（amount）应为 100.00 元，实际为 300.00 元" in said["general_rewarded"].zh
    )
    assert "(amount) should be 100.00 yuan but is 300.00 yuan" in said["general_rewarded"].en
    assert "duplicate" not in said, "a scenario that the change does not concern still passes"


def test_a_step_that_is_gone_is_named() -> None:
    attributes = rb'(id|sourceRef|targetRef|attachedToRef|bpmnElement)="accept"'
    diagram = re.sub(attributes, rb'\1="inspect"', SHIPPED.of("bpmn")["rectification"])
    diagram = diagram.replace(b"Ref>accept</", b"Ref>inspect</")
    words = first_words(shipped(bpmn={"rectification": diagram}), "fixed_on_spot")
    assert words.startswith("第 5 步“rectification:accept”走不了")


def test_another_way_through_is_named_by_where_it_ends() -> None:
    diagram = SHIPPED.of("bpmn")["suggestion"].replace(
        b'tFormalExpression">adopted</', b'tFormalExpression">not adopted</'
    )
    words = first_words(shipped(bpmn={"suggestion": diagram}), "suggestion_not_adopted")
    assert words == "应到达“未采纳，已答复”，实际到达“已采纳”。"


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"ends": "hurried"}, "应到达“hurried”，实际到达“end”。"),
        ({"fields": {"note": None}}, "“备注”（note）应为 空，实际为 “好”。"),
        ({"fields": {"again": True}}, "“再来一次”（again）应为 是，实际为 否。"),
        ({"fields": {"again": 0}}, "“再来一次”（again）应为 0，实际为 否。"),
        ({"avoids": ["first"]}, "不应经过“first”，实际经过了。"),
        ({"passes": ["third"]}, "应经过“third”，实际没有经过。"),
    ],
)
def test_each_difference_has_words(expect: dict[str, Any], words: str) -> None:
    content = scenario(expect=expect)
    result = run_in(small(content), read(content))
    assert [difference.zh for difference in result.differences] == [words]


def test_who_expected_an_end_is_told_where_it_waits() -> None:
    steps = json.loads(scenario())["steps"][:2]
    content = scenario(steps=steps, expect={"ends": "end"})
    assert run_in(small(content), read(content)).differences[0].zh == (
        "应到达“end”，实际还没有结束，停在：second。"
    )


def test_what_happened_is_what_is_proposed_to_be_expected() -> None:
    kept = SCENARIOS["general_rewarded"]
    played = run_in(SHIPPED, kept).played
    assert played is not None
    expected = proposed(played)
    assert expected.ends == "finished"
    assert expected.fields["amount"] == 10_000
    assert "rectification:accept" in expected.passes


def test_written_and_read_again_it_is_the_same() -> None:
    for kept in SCENARIOS.values():
        assert read(kept.content()) == kept


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"id": "../x"}, "id"),
        ({"process": 7}, "process"),
        ({"title": ""}, "title"),
        ({"title": "长" * 200}, "title"),
        ({"steps": []}, "步骤"),
        ({"steps": {}}, "列表"),
        ({"steps": [{"do": "timer"}]}, "start"),
        ({"steps": [{"do": "start"}] * 2}, "start"),
        ({"steps": [{"do": "start"}, {"do": "fly"}]}, "fly"),
        ({"steps": [{"do": "start"}, {"do": "complete"}]}, "task"),
        ({"steps": [{"do": "start"}, {"do": "travel", "days": -1}]}, "正整数"),
        ({"steps": [{"do": "start"}, {"do": "travel", "to": "soon"}]}, "soon"),
        ({"steps": [{"do": "start"}] + [{"do": "timer"}] * 200}, "200"),
        ({"given": {}}, "时刻"),
        ({"given": {"at": "0001-01-01"}}, "时刻"),
        ({"given": {"at": "2026-03-02", "sector": "Moon!"}}, "行业"),
        ({"given": {"at": "2026-03-02", "reward_limit_fen": 1.5}}, "限额"),
        ({"given": {"at": "2026-03-02", "calendar": {"x": True}}}, "日期"),
        ({"given": {"at": "2026-03-02", "items": {"A": {}}}}, "条目"),
        ({"expect": None}, "expect"),
        ({"expect": {"passes": "all"}}, "passes"),
        ({"expect": {"fields": {"a": {}}}}, "字段"),
    ],
)
def test_what_is_no_scenario_is_refused_in_words(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ModelError) as refusal:
        read(scenario(**changes))
    assert word in refusal.value.message.zh
    found = Bundle({**flows.bundle().contents, "scenario": {"x": scenario(**changes)}})
    assert [p.rule for p in check_scenarios(found)] == ["scenario-unreadable"]


_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(field=st.sampled_from(["id", "process", "given", "steps", "expect"]), value=_plain)
@settings(max_examples=60)
def test_nothing_sent_as_a_scenario_does_more_than_be_refused(field: str, value: Any) -> None:
    try:
        found = read(scenario(**{field: value}))
    except ModelError:
        return
    assert run_in(small(scenario()), found) is not None


@given(answers=_plain, task=st.sampled_from(["first", "second", "", "line:first"]))
@settings(max_examples=60)
def test_no_answers_bring_a_trial_down(answers: Any, task: str) -> None:
    steps = [
        {"do": "start", "answers": answers},
        {"do": "complete", "task": task, "answers": answers},
    ]
    try:
        found = read(scenario(steps=steps))
    except ModelError:
        return
    assert run_in(small(scenario()), found).differences


def test_a_flow_without_a_wait_state_is_stopped_in_words() -> None:
    round_and_round = flows.process(
        "line",
        flows.start(),
        '<exclusiveGateway id="a"/><exclusiveGateway id="b" default="b_to_a"/>',
        flows.END,
        flows.flows(("start", "a"), ("a", "b"), ("b", "a"), ("b", "end", "note == 'never'")),
    )
    content = scenario()
    words = run_in(small(content, line=round_and_round), read(content)).differences[0].zh
    assert "循环" in words


def test_many_slow_ones_together_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty that take four seconds each would hold whoever publishes for minutes."""
    both = {key: scenario(id=key) for key in ("one", "two")}
    bundle = Bundle({**small(scenario()).contents, "scenario": both})
    assert check_scenarios(bundle) == []
    monkeypatch.setattr(scenarios, "LONGEST_SECONDS", -1.0)
    found = check_scenarios(bundle)
    assert [one.element for one in found] == ["one", "two"]
    assert all("花的时间太长" in one.zh for one in found)


def test_one_that_fails_keeps_a_definition_from_being_deployed(
    session: Session, cast: Cast
) -> None:
    wrong = scenario(expect={"fields": {"note": "不是这样"}})
    with pytest.raises(DefinitionRefused) as refusal:
        execute(
            session,
            definitions.deploy,
            small(wrong),
            organisation_id=cast.enterprise_id,
            actor=SYSTEM,
        )
    assert [p.rule for p in refusal.value.problems] == ["scenario-fails"]
    assert session.scalars(select(t.Definition)).all() == []


def test_it_is_pinned_to_the_process_it_starts(session: Session, cast: Cast) -> None:
    owner = cast.enterprise_id
    deploy: dict[str, Any] = {"organisation_id": owner, "actor": SYSTEM}
    execute(session, definitions.deploy, small(scenario()), **deploy)
    kept = {d.key: d.resources.get("scenario") for d in session.scalars(select(t.Definition))}
    assert kept["line"] is not None
    assert list(kept["line"]) == ["both"]
    assert {key for key, found in kept.items() if found} == {"line"}
    resource = session.get_one(t.Resource, UUID(kept["line"]["both"]))
    assert read(resource.content).title.zh == "两步走完"
    execute(session, definitions.deploy, small(scenario()), **deploy)
    again = execute(session, definitions.deploy, small(scenario(title="改名")), **deploy)
    assert [(d.key, d.version) for d in again] == [("line", 2)]


def test_without_scenarios_a_definition_is_what_it_was_before(session: Session) -> None:
    model = spiff.build(SHIPPED.of("bpmn"), "suggestion")
    bare = Bundle({kind: keys for kind, keys in SHIPPED.contents.items() if kind != "scenario"})
    pinned, with_them = closure(model, bare), closure(model, SHIPPED)
    assert {kind for kind, _key in pinned} == {"bpmn", "dmn", "form"}
    assert set(with_them) - set(pinned) == {
        ("scenario", key) for key, kept in SCENARIOS.items() if kept.process == "suggestion"
    }


def test_what_is_in_force_brings_its_scenarios_along(session: Session, cast: Cast) -> None:
    owner = session.get_one(t.Organisation, cast.enterprise_id)
    deploy: dict[str, Any] = {"organisation_id": owner.id, "actor": SYSTEM}
    execute(session, definitions.deploy, small(scenario()), **deploy)

    def scenarios(sent: Bundle) -> set[str]:
        return set(definitions.filled_up(session, owner, sent).of("scenario"))

    assert scenarios(Bundle({"bpmn": {"line": flows.LINE}})) == {"both"}
    assert scenarios(Bundle({"form": {"ask": flows.ASK}})) == {"both"}
    assert scenarios(Bundle({"bpmn": {"line": flows.LINE}, "scenario": {}})) == set()
    assert scenarios(Bundle({"bpmn": {"loop": flows.LOOP}})) == set(), "it is another process's"
