"""A diagram of another tool becomes one that runs, change by change, as a person accepts them."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import DefinitionRefused
from engine.spiff.dry_run import dry_run
from engine.spiff.importing import MENDERS, apply, proposals
from engine.spiff.lint import RULES, lint
from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint import (
    bpmn_cases,
    engine_cases,
    event_cases,
    flow_cases,
    foreign_cases,
)
from tests.engine.spiff.lint.builders import DECLARED, GOOD, about, choice, inner, line, task

PARTS = (bpmn_cases, engine_cases, event_cases, flow_cases, foreign_cases)
MENDED = [
    pytest.param(rule, content, element, id=f"{rule}-{number}")
    for part in PARTS
    for rule, case in part.CASES.items()
    for number, (content, element) in enumerate(case.bad)
    if rule in MENDERS
]


def errors(content: bytes) -> list[str]:
    return [problem.rule for problem in lint(content) if problem.severity == "error"]


def accept_all(content: bytes) -> bytes:
    return apply(content, {proposal.id for proposal in proposals(content)})


def run(content: bytes) -> bool:
    return dry_run(spiff.build({"p": content}, "p")).completed


def test_every_rule_that_promises_a_mender_has_one() -> None:
    assert {rule.id for rule in RULES if rule.fix} == MENDERS.keys()
    for mender in MENDERS.values():
        assert mender.en.isascii() or "…" in mender.en
        assert mender.zh != mender.en


@pytest.mark.parametrize(("rule", "content", "element"), MENDED)
def test_a_mender_leaves_its_rule_nothing_to_say(rule: str, content: bytes, element: str) -> None:
    known = {problem.rule for problem in lint(content)}
    own = {p.id for p in proposals(content) if p.rule == rule}
    assert own
    mended = apply(content, own)
    left = {problem.rule for problem in lint(mended)}
    assert rule not in left
    new = {p.rule for p in lint(mended) if p.severity == "error"} - known
    assert new <= {"end-missing"}


def test_what_runs_needs_no_change() -> None:
    assert proposals(GOOD) == []
    assert apply(GOOD, []) is GOOD
    assert apply(GOOD, ["nothing:x"]) == GOOD


def test_only_what_was_accepted_is_changed() -> None:
    content = line(d.node("serviceTask", "x"), d.node("userTask", "y", default="gone"))
    all_of_them = {proposal.id: proposal for proposal in proposals(content)}
    assert {"service-operator:x", "default-unknown:y"} <= all_of_them.keys()
    mended = apply(content, {"service-operator:x"})
    assert b'<userTask id="x"' in mended
    assert b'default="gone"' in mended


def test_what_has_no_id_gets_one_before_it_is_referred_to() -> None:
    """Hand-written files leave the ids of flows out, several on one line too."""
    content = choice("x a", "x b? n > 1").replace(b"\n", b"")
    for id in (b"s.x", b"x.a", b"x.b", b"a.e", b"b.e"):
        content = content.replace(b'<sequenceFlow id="' + id + b'"', b"<sequenceFlow")
    assert set(errors(accept_all(content))) <= {"condition-missing"}
    mended = accept_all(accept_all(content))
    assert errors(mended) == []
    workflow = d.begin(mended, n=2)
    assert d.names(workflow) == ["b"]


def test_a_problem_names_the_proposal_that_mends_it() -> None:
    content = line(d.node("serviceTask", "x"))
    (problem,) = [p for p in lint(content) if p.rule == "service-operator"]
    (proposal,) = [p for p in proposals(content) if p.id == problem.fix]
    assert proposal.required
    assert proposal.element == "x"
    assert "x" in proposal.zh
    assert "x" in proposal.en


def test_a_file_that_cannot_be_read_has_no_proposals() -> None:
    for content in (b"", b"<a/>", b"<!DOCTYPE a><a/>"):
        with pytest.raises(DefinitionRefused):
            proposals(content)
        with pytest.raises(DefinitionRefused):
            apply(content, {"x"})


def test_an_implicit_split_gets_a_gateway_and_runs_both_ways() -> None:
    content = d.drawn(d.start(), task("x"), task("a"), task("b"), d.end(), d.end("f"),
                      d.flows("s x a e", "x b f"))  # fmt: skip
    mended = accept_all(content)
    assert errors(mended) == []
    workflow = d.begin(mended)
    d.do(workflow, "x")
    assert d.names(workflow) == ["a", "b"]


def test_conditional_flows_of_a_task_keep_their_meaning() -> None:
    content = d.drawn(
        d.start(), d.node("userTask", "x", default="x.c"), task("a"), task("b"), task("c"),
        d.end(), d.flows("s x", "x a? n > 1", "x b? n > 2", "x c", "a e", "b e", "c e"),
    )  # fmt: skip
    mended = accept_all(content)
    for number, expected in ((0, ["c"]), (2, ["a"]), (3, ["a", "b"])):
        workflow = d.begin(mended, n=number)
        d.do(workflow, "x")
        assert d.names(workflow) == expected


def test_unconditioned_ways_are_chosen_by_a_field() -> None:
    mended = accept_all(choice("x a", "x b"))
    assert errors(mended) == []
    assert d.names(d.begin(mended)) == ["a"]
    assert d.names(d.begin(mended, choice_x="x.b")) == ["b"]


def test_several_starts_are_chosen_by_a_field() -> None:
    content = d.drawn(
        *DECLARED, d.start(), d.start("s2", about("message")), task("a"), task("b"), d.end(),
        d.flows("s a e", "s2 b e"),
    )  # fmt: skip
    mended = accept_all(content)
    assert errors(mended) == []
    assert d.names(d.begin(mended)) == ["a"]
    assert d.names(d.begin(mended, started_by="s2")) == ["b"]


def test_a_process_without_start_and_end_gets_both() -> None:
    mended = accept_all(d.drawn(task("a"), task("b"), d.flows("a b")))
    assert errors(mended) == []
    assert run(mended)


def test_activities_that_begin_together_still_do() -> None:
    workflow = d.begin(accept_all(d.drawn(task("a"), task("b"))))
    assert d.names(workflow) == ["a", "b"]


def test_a_link_becomes_a_flow() -> None:
    content = d.drawn(
        d.start(), d.throw("t", about("link")), d.catch("c", about("link")), task("x"), d.end(),
        d.flows("s t", "c x e"),
    )  # fmt: skip
    assert d.names(d.begin(accept_all(content))) == ["x"]


def test_a_signal_at_the_end_is_sent_before_it() -> None:
    content = d.drawn(*DECLARED, d.start(), d.end("e", about("signal")), d.flows("s e"))
    workflow = d.begin(accept_all(content))
    assert workflow.completed
    assert [(event.kind, event.name) for event in workflow.thrown] == [("signal", "SG")]


def test_what_is_left_out_takes_along_only_what_it_led_to() -> None:
    content = d.drawn(
        *DECLARED, d.start(), task("x"), d.boundary("b", "x", about("error")), task("y"),
        task("z"), d.end(), d.flows("s x z e", "b y z"),
    )  # fmt: skip
    mended = accept_all(content)
    assert b'"b"' not in mended
    assert b'"y"' not in mended
    assert b'"z"' in mended
    assert run(mended)


def test_an_ad_hoc_sub_process_becomes_an_ordinary_one() -> None:
    mended = accept_all(line(d.node("adHocSubProcess", "x", task("a"), task("b"))))
    assert errors(mended) == []
    assert d.names(d.begin(mended)) == ["a", "b"]


def test_an_empty_sub_process_is_passed() -> None:
    mended = accept_all(line(d.node("subProcess", "x")))
    assert errors(mended) == []
    assert d.begin(mended).completed


def test_a_script_of_another_language_is_kept_to_be_read() -> None:
    content = line(d.node("scriptTask", "x", "<script>println(a)</script>", scriptFormat="groovy"))
    workflow = d.begin(accept_all(content))
    (open_task,) = workflow.open_tasks()
    assert open_task.element.documentation == "println(a)"


def test_comments_and_foreign_elements_stay() -> None:
    content = line(d.node("task", "x")).replace(
        b"<process ", b"<!-- drawn by hand --><process camunda:versionTag='7' "
    )
    mended = accept_all(content)
    assert b"<!-- drawn by hand -->" in mended
    assert b'versionTag="7"' in mended


def test_a_sub_process_that_only_starts_by_an_event_is_left_out() -> None:
    sub = inner(starts=about("error"), id="esp", triggeredByEvent="true")
    content = d.drawn(*DECLARED, d.start(), task("x"), d.end(), d.flows("s x e"), sub)
    mended = accept_all(content)
    assert b'"esp"' not in mended
    assert run(mended)
