"""Votes are checked against their voters, their forms, and those who read what came of them."""

from __future__ import annotations

from typing import Any

import pytest

from engine import definitions, spiff
from engine.definitions import problems_of
from engine.spiff.dry_run import dry_run
from engine.spiff.importing import apply, proposals
from engine.spiff.lint import lint
from tests import flows
from tests.voting import BALLOT, DIAGRAMS, bundle, process, vote


def told(diagram: bytes, **forms: bytes) -> dict[tuple[str, str], str]:
    found = definitions.Bundle(
        {"bpmn": {"p": diagram}, "form": {"ask": flows.ASK, "ballot": BALLOT, **forms}}
    )
    problems = [p for p in problems_of(found) if p.rule.startswith("vot")]
    for problem in problems:
        assert problem.zh != problem.en
    return {(p.rule, p.element): p.severity for p in problems}


def test_nothing_is_wrong_with_the_stories() -> None:
    found = [problem for problem in problems_of(bundle()) if problem.severity == "error"]
    assert found == []
    for key, diagram in DIAGRAMS.items():
        # One of them goes on however its verification is voted.
        unread = {("vote-unread", "verify"): "warning"} if key == "accepted_by_many" else {}
        assert told(diagram) == unread, key


@pytest.mark.parametrize("voters", ["verifier, nobody", "nobody", "verifier,note", "nosuchfield"])
def test_voters_are_roles_or_one_field(voters: str) -> None:
    assert told(process("p", decide="all", voters=voters)) == {
        ("voters-unknown", "decide"): "error"
    }


@pytest.mark.parametrize("voters", ["verifier", " verifier , union ", "note", ""])
def test_roles_and_fields_that_are_there_are_right(voters: str) -> None:
    assert told(process("p", decide="all", voters=voters)) == {}


@pytest.mark.parametrize(
    "settings",
    [
        {"formKey": "ask"},
        {"vote_field": "verdict"},
        {"vote_for": "yes"},
    ],
)
def test_the_form_asks_for_the_vote_and_somebody_can_agree(settings: dict[str, Any]) -> None:
    diagram = process("p", decide="all", **settings)
    assert told(diagram) == {("vote-form", "decide"): "error"}


def test_a_yes_or_no_may_be_the_vote() -> None:
    settings = {"formKey": "ask", "vote_field": "again", "vote_for": "true"}
    assert told(process("p", decide="all", **settings)) == {}


@pytest.mark.parametrize(
    ("condition", "rule"),
    [("true", {("vote-unread", "decide"): "warning"}), ("decide_votes.agreed > 1", {})],
)
def test_something_reads_what_came_of_it(condition: str, rule: dict[Any, str]) -> None:
    diagram = flows.process(
        "p", flows.start(), vote(decide="all"), '<exclusiveGateway id="x" default="x_to_no"/>',
        flows.task("yes"), flows.task("no"), flows.END, '<endEvent id="e2"/>',
        flows.flows(("start", "decide"), ("decide", "x"), ("x", "yes", condition), ("x", "no"),
                    ("yes", "end"), ("no", "e2")),
    )  # fmt: skip
    assert told(diagram.replace(b"> 1", b"&gt; 1")) == rule


@pytest.mark.parametrize(("decide", "errors"), [("all", True), ("any", False)])
def test_what_each_answers_alone_is_not_in_the_case(decide: str, errors: bool) -> None:
    diagram = process("p", decide=decide).replace(b"decide_result", b"decision")
    expected: dict[Any, str] = {
        ("vote-answer-read", "choice_to_yes"): "error",
        ("vote-unread", "decide"): "warning",
    }
    assert told(diagram) == (expected if errors else {})


def test_a_vote_can_be_played_to_its_end() -> None:
    for key, diagram in DIAGRAMS.items():
        played = dry_run(spiff.build({"p": diagram}, key))
        assert played.completed, key


@pytest.mark.parametrize("decide", ["all", "sequence"])
def test_what_is_drawn_otherwise_is_mended_in_one_click(decide: str) -> None:
    wrong = process("p", decide=decide).replace(
        b'isSequential="true"/>' if decide == "sequence" else b'isSequential="false"/>',
        b"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>",
    )
    found = [one for one in proposals(wrong) if one.rule == "vote-marker"]
    assert [one.required for one in found] == [True]
    mended = apply(wrong, {found[0].id})
    assert [problem for problem in lint(mended) if problem.rule.startswith("vote")] == []


def test_a_ratio_that_cannot_be_read_is_mended() -> None:
    wrong = process("p", decide="ratio", ratio="most")
    (found,) = [one for one in proposals(wrong) if one.rule == "vote-ratio"]
    assert b'"2/3"' in apply(wrong, {found.id})
