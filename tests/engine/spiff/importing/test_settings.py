"""What other engines write on an element is said in our settings, or named as lost."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.spiff.importing import apply, proposals
from engine.spiff.importing.settings import form_key, plain
from engine.spiff.lint import lint
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import line, task

ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def with_attributes(said: str, kind: str = "userTask") -> bytes:
    return line(f'<{kind} id="x" name="X" {said}/>')


def translated(content: bytes) -> spiff.Element:
    accepted = {proposal.id for proposal in proposals(content)}
    return spiff.build({"p": apply(content, accepted)}, "p").elements["x"]


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ('camunda:formKey="report"', "formKey", "report"),
        ('camunda:formKey="embedded:app:forms/report.html"', "formKey", "report"),
        ('camunda:formKey="camunda-forms:deployment:report.form"', "formKey", "report"),
        ('camunda:formRef="report"', "formKey", "report"),
        ('camunda:assignee="${rectifier}"', "assignee", "rectifier"),
        ('camunda:candidateGroups="verifier"', "candidateGroups", "verifier"),
        ('camunda:dueDate="${due_on}"', "dueIn", "due_on"),
        ('camunda:dueDate="PT24H"', "dueIn", "PT24H"),
    ],
)
def test_what_camunda_says_of_a_task_is_translated(said: str, name: str, value: str) -> None:
    content = with_attributes(said)
    assert [p.rule for p in lint(content) if p.fix] == ["foreign-setting"]
    assert translated(content).properties[name] == value


@pytest.mark.parametrize("space", ["http://activiti.org/bpmn", "http://flowable.org/bpmn"])
def test_the_others_of_its_family_are_understood_as_well(space: str) -> None:
    content = with_attributes(f'xmlns:o="{space}" o:formKey="report"')
    assert translated(content).properties["formKey"] == "report"


def test_zeebe_says_it_in_elements() -> None:
    inner = (
        f'<extensionElements {ZEEBE}><zeebe:formDefinition formId="report"/>'
        '<zeebe:assignmentDefinition candidateGroups="verifier"/>'
        '<zeebe:taskSchedule dueDate="=due_on"/></extensionElements>'
    )
    found = translated(line(f'<userTask id="x" name="X">{inner}</userTask>')).properties
    assert found == {"formKey": "report", "candidateGroups": "verifier", "dueIn": "due_on"}


def test_a_decision_is_taken_over() -> None:
    content = with_attributes('camunda:decisionRef="hazard_level"', "businessRuleTask")
    assert translated(content).decision == "hazard_level"
    inner = (
        f'<extensionElements {ZEEBE}><zeebe:calledDecision decisionId="hazard_level"/>'
        "</extensionElements>"
    )
    content = line(f'<businessRuleTask id="x">{inner}</businessRuleTask>')
    assert translated(content).decision == "hazard_level"


def test_what_has_no_counterpart_is_named() -> None:
    content = with_attributes('camunda:candidateUsers="a,b" camunda:formKey="report"')
    (problem,) = [p for p in lint(content) if p.rule == "foreign-lost"]
    assert "camunda:candidateUsers" in problem.zh
    assert "camunda:candidateUsers" in problem.en
    kept = apply(content, {proposal.id for proposal in proposals(content)})
    assert b'candidateUsers="a,b"' in kept
    assert b"camunda:formKey" not in kept


def test_a_service_of_another_engine_is_done_by_a_person_for_now() -> None:
    content = with_attributes('camunda:class="org.example.Pay"', "serviceTask")
    assert translated(content).kind == "userTask"


def test_conditions_in_curly_brackets_are_calculated() -> None:
    content = d.drawn(
        d.start(), d.xor("g", "b"), task("a"), task("b"), d.end(),
        d.flows("s g", "g a? ${amount > 100 && approved}", "g b", "a e", "b e"),
    )  # fmt: skip
    assert d.names(d.begin(content, amount=200, approved=True)) == ["a"]


def test_a_collection_of_another_engine_is_repeated_over() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics camunda:collection="${people}" '
        'camunda:elementVariable="person"/>'
    )
    content = line(task("x", loop))
    workflow = d.begin(apply(content, {p.id for p in proposals(content)}), people=["a", "b"])
    assert [item.data["person"] for item in workflow.open_tasks()] == ["a", "b"]


def test_forms_and_formulas_are_read() -> None:
    assert form_key("bpmn:report") == "report"
    assert plain("#{x.y}") == "x.y"
    assert plain('="PT1H"') == "PT1H"
