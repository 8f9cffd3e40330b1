"""Every rule refuses what it is for, names the place, and lets what is mended pass."""

from __future__ import annotations

import re

import pytest

from engine import spiff
from engine.errors import DefinitionRefused
from engine.spiff.lint import FAMILIES, RULES, lint
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint import (
    bpmn_cases,
    engine_cases,
    event_cases,
    flow_cases,
    foreign_cases,
    schema_cases,
)
from tests.engine.spiff.lint.builders import (
    CATCH,
    GOOD,
    LATE,
    MESSAGE,
    NUMBER,
    TIMER,
    Cases,
    about,
    beside,
    choice,
    event,
    event_gateway,
    inner,
    line,
    loop,
    many,
    task,
)

PARTS = (bpmn_cases, engine_cases, event_cases, flow_cases, foreign_cases, schema_cases)
CASES: Cases = {rule: case for part in PARTS for rule, case in part.CASES.items()}
KNOWN = {rule.id: rule for rule in RULES}
#: Found in words that no small diagram provokes, or told by tests of their own.
ELSEWHERE = {"schema-other"} | {rule.id for rule in RULES if rule.family == "law"}

BAD = [
    pytest.param(rule, content, element, id=f"{rule}-{number}")
    for rule, case in CASES.items()
    for number, (content, element) in enumerate(case.bad)
]
RIGHT = [
    pytest.param(rule, content, id=f"{rule}-{number}")
    for rule, case in CASES.items()
    for number, content in enumerate(case.good)
]

#: Diagrams with nothing at all to find fault with.
FINE = {
    "a task": GOOD,
    "a choice": choice("x a? n > 1", "x b", default="x.b"),
    "an event gateway": event_gateway(CATCH, LATE),
    "a timer beside": beside(d.boundary("b", "x", TIMER)),
    "a cycle beside": beside(
        d.boundary("b", "x", d.timer("timeCycle", '"R3/PT1H"'), interrupting=False)
    ),
    "an error that is caught": beside(
        d.boundary("b", "x", about("error")), inner(ends=about("error"))
    ),
    "a transaction": beside(
        d.boundary("b", "x", event("cancel")), inner("transaction", event("cancel"))
    ),
    "several by number": many(NUMBER),
    "a loop": loop('loopMaximum="3"'),
    "messages": line(d.node("sendTask", "x", messageRef="m"), declared=(MESSAGE,)),
    "a deadline from the calendar": line(d.catch("x", d.timer("timeDate", 'due_in("3wd")'))),
    "a condition in another spelling": choice("x a? ${n == 1 && m}", "x b", default="x.b"),
    "who may do it, as other tools write it": line(
        task(
            "x",
            "<potentialOwner id='po'><resourceAssignmentExpression id='ra'>"
            "<formalExpression>user(boss), group(all)</formalExpression>"
            "</resourceAssignmentExpression></potentialOwner>",
        )
    ),
}


@pytest.mark.parametrize(("rule", "content", "element"), BAD)
def test_a_rule_finds_what_it_is_for(rule: str, content: bytes, element: str) -> None:
    everything = lint(content)
    found = [problem for problem in everything if problem.rule == rule]
    assert element in [problem.element for problem in found]
    for problem in everything:
        says_so = "Unsupported by this engine" in problem.en and "本引擎不支持" in problem.zh
        assert says_so == (problem.family == "engine")
    for problem in found:
        assert problem.family == KNOWN[rule].family
        assert problem.severity == KNOWN[rule].severity
        assert problem.line is not None
        assert problem.line >= 1
        assert re.search("[一-鿿]", problem.zh)
        assert problem.en.isascii() or not element.isascii() or "²" in problem.en


@pytest.mark.parametrize(("rule", "content"), RIGHT)
def test_a_rule_lets_pass_what_is_right(rule: str, content: bytes) -> None:
    assert [problem for problem in lint(content) if problem.rule == rule] == []


@pytest.mark.parametrize("name", FINE)
def test_what_is_right_is_found_right(name: str) -> None:
    assert lint(FINE[name]) == []
    d.model(FINE[name])


def test_every_rule_has_what_it_refuses_and_what_it_lets_pass() -> None:
    assert CASES.keys() == KNOWN.keys() - ELSEWHERE
    assert [rule for rule, case in CASES.items() if not case.bad or not case.good] == []


def test_every_rule_says_in_both_languages_what_it_asks() -> None:
    assert len(KNOWN) == len(RULES)
    for rule in RULES:
        assert re.search("[一-鿿]", rule.zh), rule.id
        assert rule.en.endswith("."), rule.id
        assert rule.en.isascii(), rule.id
        assert rule.family in FAMILIES
        assert re.fullmatch("[a-z]+(-[a-z]+)*", rule.id)


@pytest.mark.parametrize(("rule", "content", "element"), BAD)
def test_every_error_stops_a_deployment_and_no_warning_does(
    rule: str, content: bytes, element: str
) -> None:
    errors = [problem for problem in lint(content) if problem.severity == "error"]
    if not errors:
        if rule != "call-elsewhere":
            d.model(content)
        return
    with pytest.raises(DefinitionRefused):
        _build_all(content)


def _build_all(content: bytes) -> None:
    for process in spiff.processes_in(content) or ["p"]:
        d.model(content, key=process)


def test_problems_come_in_the_order_of_the_file() -> None:
    content = d.drawn(
        d.start(), d.node("serviceTask", "b"), d.node("scriptTask", "a"), task("c"), d.end(),
        d.flows("s b a c"),
    )  # fmt: skip
    errors = [problem for problem in lint(content) if problem.severity == "error"]
    assert [problem.element for problem in errors] == ["b", "a", "c", "e"]


def test_another_partys_process_is_only_shown() -> None:
    other = d.process(d.node("startEvent", "os"), id="other").replace('"true"', '"false"')
    own = d.process(d.start(), task("x"), d.end(), d.flows("s x e"))
    assert lint(d.file(own, other)) == []
    assert [problem.rule for problem in lint(d.file(other))] != []


def test_an_environment_may_offer_other_functions() -> None:
    content = choice("x a? holiday(n)", "x b", default="x.b")
    assert [problem.rule for problem in lint(content)] == ["expression-unusable"]
    assert lint(content, functions={"holiday"}) == []


def test_each_problem_is_told_once() -> None:
    content = line(task("x"), task("x"))
    found = lint(content)
    assert len(found) == len(set(found))
