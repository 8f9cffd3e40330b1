"""Diagrams, forms and tables fit each other and the program."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from lxml import etree

from engine import decisions, expressions, forms, spiff
from engine.actors import ROLES, TASK_ROLES
from engine.definitions import problems_of, read_folder
from engine.delegates import DELEGATES
from engine.errors import Invalid
from engine.hazards import deadlines
from engine.notices import MEMBER_WORDS, REPORTER_WORDS
from tests.processes.drawing import NAMESPACES, read
from tests.processes.player import ROOT, all_decisions, all_forms, bundle, model

DRAWINGS = {key: read(content) for key, content in bundle("processes/bpmn").items()}
CALLED = {"hazard_report": ("rectification", "reward"), "suggestion": ("reward",)}
#: What the engine and its delegates put into the data beside answers and decisions.
ENGINE_FIELDS = {
    "reward_limit_fen", "checklist_level", "hazard_no", "closure_no", "amount",
    "source",
    "has_follow_ups", "all_settled", "recheck_by", "judge_by",
}  # fmt: skip
ALLOWED = {
    "startEvent", "endEvent", "userTask", "serviceTask", "businessRuleTask", "scriptTask",
    "callActivity", "exclusiveGateway", "parallelGateway", "boundaryEvent", "sequenceFlow",
    "laneSet", "documentation",
}  # fmt: skip

each_process = pytest.mark.parametrize("key", DRAWINGS)
each_form = pytest.mark.parametrize("key", all_forms())


def known_fields() -> set[str]:
    """Give every field the data may hold."""
    asked = {field.key for form in all_forms().values() for field in form.fields if field.key}
    decided = {output.name for found in all_decisions().values() for output in found.outputs}
    # What was found wanting in a visit stays open until it is done.
    still_open = {f"open_{key.removeprefix('found_')}" for key in asked if "found_" in key}
    return asked | decided | ENGINE_FIELDS | {"due_on"} | still_open


def user_tasks() -> Iterator[spiff.Element]:
    for key in DRAWINGS:
        yield from (e for e in model(key).elements.values() if e.kind == "userTask")


def test_nothing_stands_against_deploying_it_all() -> None:
    assert problems_of(read_folder(ROOT)) == []


@each_process
def test_a_file_holds_the_process_of_its_name(key: str) -> None:
    (process,) = DRAWINGS[key].find("bpmn:process")
    assert process.get("id") == key
    assert process.get("isExecutable") == "true"


@each_process
def test_only_what_the_engine_runs_right_is_used(key: str) -> None:
    used = {etree.QName(e).localname for e in DRAWINGS[key].find("bpmn:process/*")}
    assert used <= ALLOWED


@each_process
def test_gateways_alone_split_and_every_choice_has_a_default(key: str) -> None:
    outgoing = Counter(f.get("sourceRef") for f in DRAWINGS[key].find(".//bpmn:sequenceFlow"))
    for node in DRAWINGS[key].nodes():
        kind = etree.QName(node).localname
        if outgoing[node.get("id")] > 1:
            assert kind.endswith("Gateway"), node.get("id")
            assert kind == "parallelGateway" or node.get("default"), node.get("id")


@each_process
def test_ids_are_never_used_twice(key: str) -> None:
    ids = [e.get("id") for e in DRAWINGS[key].root.iter() if _has_own_id(e)]
    assert [id for id, count in Counter(ids).items() if count > 1] == []


def _has_own_id(element: etree._Element) -> bool:
    ours = f"{{{NAMESPACES['spiffworkflow']}}}"
    return element.get("id") is not None and not str(element.tag).startswith(ours)


@pytest.mark.parametrize("key", CALLED)
def test_a_task_key_is_the_same_task_in_all_called_processes(key: str) -> None:
    parts = [DRAWINGS[part] for part in (key, *CALLED[key])]
    ids = Counter(node.get("id") for part in parts for node in part.nodes())
    assert [id for id, count in ids.items() if count > 1] == []
    assert model(key).calls() == set(CALLED[key])


@each_process
def test_every_lane_is_a_role_under_its_chinese_name(key: str) -> None:
    for lane in DRAWINGS[key].find(".//bpmn:lane"):
        assert lane.get("name") == ROLES[lane.get("id", "")].zh


def test_people_do_user_tasks_and_nobody_else() -> None:
    for element in user_tasks():
        assert element.lane_id in TASK_ROLES, element.id


@each_process
def test_every_step_is_explained_in_both_languages(key: str) -> None:
    for node in DRAWINGS[key].nodes():
        kind = etree.QName(node).localname
        if kind.endswith(("Task", "Activity")):
            chinese, english = node.findtext("bpmn:documentation", "", NAMESPACES).split("\n")
            assert re.search("[一-鿿]", chinese), node.get("id")
            assert english.isascii() or "’" in english, node.get("id")


def test_every_form_is_asked_and_every_asked_form_exists() -> None:
    asked = {form for key in DRAWINGS for form in model(key).forms()}
    assert asked == all_forms().keys()


def test_user_tasks_name_what_they_ask() -> None:
    for element in user_tasks():
        assert element.properties["formKey"] in all_forms(), element.id


def test_every_decision_is_made_and_every_made_decision_exists() -> None:
    assert {name for key in DRAWINGS for name in model(key).decisions()} == all_decisions().keys()


def test_services_are_known_delegates_with_known_words() -> None:
    for drawing in DRAWINGS.values():
        for operator in drawing.find(".//spiffworkflow:serviceTaskOperator"):
            name = operator.get("id", "")
            assert name in DELEGATES
            params = {
                p.get("id"): p.get("value", "")
                for p in operator.iterfind(".//spiffworkflow:parameter", NAMESPACES)
            }
            _check_words(name, params.get("message"))
            for role in re.findall(r"\w+", params.get("to", "")):
                assert role in TASK_ROLES or role == "department"


def _check_words(operator: str, expression: str | None) -> None:
    """Evaluate the message for every way the data may look; each has to give known words."""
    if expression is None:
        return
    # Those of a complaint that note something tell the complainant.
    notes = ("tell_reporter", "move_complaint", "close_complaint", "issue_union_letter")
    to_reporter = operator in (*notes, "pass_complaint")
    words = REPORTER_WORDS if to_reporter else MEMBER_WORDS
    findings = [choice.value for choice in all_forms()["verify"].fields[0].choices]
    for finding in findings:
        for adopted in (True, False):
            data = {"finding": finding, "adopted": adopted}
            assert expressions.evaluate(expression, data) in words


@each_process
def test_expressions_use_known_fields_and_functions(key: str) -> None:
    found = DRAWINGS[key].find(".//bpmn:conditionExpression") + DRAWINGS[key].find(
        ".//bpmn:timeDate"
    )
    assert found
    for element in found:
        compiled = expressions.compile_expression(element.text or "", {"due_in"})
        assert compiled.names <= known_fields(), element.text


@each_process
def test_due_dates_are_spans_or_known_fields(key: str) -> None:
    for element in model(key).elements.values():
        text = element.properties.get("dueIn")
        if text is not None and text not in known_fields():
            try:
                deadlines.parse(text)
            except Invalid:
                pytest.fail(f"{element.id}: {text}")


def test_separation_names_tasks_that_exist() -> None:
    keys = {element.id for element in user_tasks()} | {"report"}
    for element in user_tasks():
        named = element.properties.get("reviewer_not", "")
        assert keys.issuperset(name for name in named.split(",") if name), element.id


def test_nobody_checks_their_own_work() -> None:
    said = {e.id: e.properties.get("reviewer_not", "").split(",") for e in user_tasks()}
    assert "report" in said["verify"]
    assert "rectify" in said["accept"]
    assert {"report", "verify"} <= set(said["second_opinion"])
    assert {"report", "approve_reward"} <= set(said["pay_reward"])


def test_assignees_are_people_fields() -> None:
    fields = {f.key: f for form in all_forms().values() for f in form.fields}
    for element in user_tasks():
        named = element.properties.get("assignee")
        assert named is None or fields[named].people, element.id


def test_tables_read_only_what_is_asked_or_put_in() -> None:
    for decision in all_decisions().values():
        assert decision.names <= known_fields(), decision.id


def test_the_words_in_tables_are_those_of_the_forms() -> None:
    values = {
        field.key: {choice.value for choice in field.choices}
        for form in all_forms().values()
        for field in form.fields
        if field.choices and form.key in ("report", "verify")
    }
    for decision in all_decisions().values():
        for column in decision.inputs:
            words = set(re.findall(r'"(\w+)"', _allowed(decision, column.expression)))
            assert words <= values.get(column.expression, words), column.expression


def _allowed(decision: decisions.Decision, expression: str) -> str:
    """Give the allowed values of an input column as drawn."""
    root = etree.fromstring(bundle("processes/dmn")[decision.id])
    for column in root.iterfind(".//{*}input"):
        if column.findtext("{*}inputExpression/{*}text") == expression:
            return column.findtext("{*}inputValues/{*}text") or ""
    raise AssertionError(expression)


@pytest.mark.parametrize("key", all_decisions())
def test_a_table_is_drawn_and_its_rules_are_explained(key: str) -> None:
    root = etree.fromstring(bundle("processes/dmn")[key])
    shapes = [e.get("dmnElementRef") for e in root.iter("{*}DMNShape")]
    assert shapes == [key]
    rules = list(root.iter("{*}rule"))
    assert rules
    assert all(rule.findtext("{*}description") for rule in rules)


@each_form
def test_a_form_is_named_by_its_file_and_speaks_both_languages(key: str) -> None:
    form = all_forms()[key]
    assert form.key == key
    for said in (form.title, *(message for f in form.fields for message in _words_of(f))):
        assert re.search("[一-鿿]", said.zh) or "{each}" in said.zh, said
        assert said.en != said.zh or "{each}" in said.en, said


def _words_of(field: forms.Field) -> Iterator[forms.model.Message]:
    if field.label.zh:
        yield field.label
    if field.help:
        yield field.help
    yield from (choice.label for choice in field.choices)


@each_form
def test_conditions_of_fields_look_at_known_fields(key: str) -> None:
    for field in all_forms()[key].fields:
        for name, values in field.conditions:
            assert name in known_fields() | {"met"}, field.key
            assert any(values)


def test_a_report_takes_three_taps() -> None:
    form = all_forms()["report"]
    first = [field for field in form.fields if not field.folded and not field.is_static]
    assert [field.key for field in first[:3]] == ["photos_before", "place", "description"]
    must = [field.key for field in form.fields if field.required and field.default is None]
    assert must == ["place", "description"]


def test_what_was_not_fixed_on_the_spot_needs_the_five_things() -> None:
    """五落实: who, how, funds, until when, emergency plan; and controls meanwhile (B4)."""
    required = {f.key for f in all_forms()["plan"].fields if f.required and not f.conditions}
    assert required == {
        "rectifier", "measures", "fund_plan", "due_on", "contingency", "interim_controls",
    }  # fmt: skip
    majors = [f.key for f in all_forms()["plan"].fields if f.required and f.conditions]
    assert len(majors) == 6
