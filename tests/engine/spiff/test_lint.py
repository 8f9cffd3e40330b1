"""Every rule refuses what it is for, names the place, and lets what is mended pass."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionRefused
from engine.spiff.lint import RULES, lint
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.faults import FAULTS, FINE, UNUSABLE, choice


@pytest.mark.parametrize(
    ("rule", "content", "element"),
    [(rule, content, element) for rule, cases in FAULTS.items() for content, element in cases],
)
def test_a_rule_finds_what_it_is_for(rule: str, content: bytes, element: str) -> None:
    found = [problem for problem in lint(content) if problem.rule == rule]
    assert element in [problem.element for problem in found]
    severity = next(each.severity for each in RULES if each.id == rule)
    for problem in found:
        assert problem.severity == severity
        assert problem.line is not None
        assert problem.line > 1
        assert any("\u4e00" <= sign <= "\u9fff" for sign in problem.zh)
        assert problem.en.isascii()


@pytest.mark.parametrize("name", FINE)
def test_what_is_right_is_found_right(name: str) -> None:
    assert lint(FINE[name]) == []
    d.model(FINE[name])


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_calculated_is_found(name: str) -> None:
    content, element = UNUSABLE[name]
    found = [problem for problem in lint(content) if problem.rule.endswith("-unusable")]
    assert [problem.element for problem in found] == [element]
    assert found[0].line is not None


def test_every_rule_has_a_fault_to_show() -> None:
    assert FAULTS.keys() == {rule.id for rule in RULES}


def test_rules_have_one_id_each() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.check.__doc__ for rule in RULES)


def test_every_error_stops_a_deployment() -> None:
    for rule, cases in FAULTS.items():
        severity = next(each.severity for each in RULES if each.id == rule)
        for content, _element in cases:
            errors = [problem for problem in lint(content) if problem.severity == "error"]
            if severity == "error":
                with pytest.raises(DefinitionRefused) as refused:
                    d.model(content)
                assert refused.value.problems == errors
            else:
                assert errors == [], rule
                d.model(content)


def test_problems_come_in_the_order_of_the_file() -> None:
    content = d.drawn(
        d.start(), d.node("serviceTask", "b"), d.node("scriptTask", "a"), d.user("c"), d.end(),
        d.flows("s b a c"),
    )  # fmt: skip
    assert [problem.element for problem in lint(content)] == ["b", "a", "c", "e"]


def test_another_partys_process_is_only_shown() -> None:
    other = d.process(d.node("startEvent", "os"), id="other").replace('"true"', '"false"')
    own = d.process(d.start(), d.user("x"), d.end(), d.flows("s x e"))
    assert lint(d.file(own, other)) == []
    assert [problem.rule for problem in lint(d.file(other))] != []


def test_a_file_without_a_process_says_so() -> None:
    assert [problem.rule for problem in lint(d.file())] == ["process-none"]


def test_an_environment_may_offer_other_functions() -> None:
    content = choice("x a? holiday(n)", "x b", default="x.b")
    assert [problem.rule for problem in lint(content)] == ["expression-unusable"]
    assert lint(content, functions={"holiday"}) == []
