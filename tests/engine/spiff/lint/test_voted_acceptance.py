"""Several may accept a rectification together; the law still asks that they accepted it."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.engine.spiff.lint.redrawing import B, Edit, Node, S, get, law, on_condition, redrawn

_SETTINGS = {"voters": "acceptor,union", "vote_field": "result", "vote_for": "passed"}


def voted(decide: str) -> Edit:
    def edit(root: Node) -> None:
        task = get(root, "accept")
        extensions = task.find(f"{B}extensionElements")
        assert extensions is not None
        for name, value in {"decide": decide, **_SETTINGS}.items():
            etree.SubElement(extensions[0], f"{S}property", name=name, value=value)
        etree.SubElement(task, f"{B}multiInstanceLoopCharacteristics")

    return edit


def problems(decide: str, back: str) -> list[str]:
    """Vote on the acceptance, and go back to rectifying on a condition."""
    files = redrawn("rectification", voted(decide), on_condition("result_gate_to_rectify", back))
    return [problem.rule for problem in law(files, "rectification")]


@pytest.mark.parametrize("decide", ["all", "any", "ratio"])
@pytest.mark.parametrize("back", ['accept_result == "failed"', 'accept_result != "passed"'])
def test_a_failed_vote_goes_back(decide: str, back: str) -> None:
    assert problems(decide, back) == []


def test_where_the_first_decides_the_answer_itself_may_be_asked() -> None:
    assert problems("any", 'result == "failed"') == []


@pytest.mark.parametrize(
    ("decide", "back"),
    [("all", 'result == "failed"'), ("all", 'accept_result == "passed"'), ("any", "imminent")],
)
def test_a_closure_that_a_failed_vote_reaches_is_refused(decide: str, back: str) -> None:
    assert "law-acceptance" in problems(decide, back)
