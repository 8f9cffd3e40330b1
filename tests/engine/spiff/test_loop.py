"""Rework without end: the six hundredth round costs what the tenth did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from engine.errors import StepBudgetExceeded
from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d
from tests.work import calls

ROUNDS = 600
#: About two kilobytes, as a form with a table of findings gives.
ANSWERS = {
    "finding": {"place": "罐区", "lines": [{"no": n, "text": f"第 {n} 项问题"} for n in range(30)]},
    "notes": "lorem ipsum dolor sit amet " * 30,
}


@dataclass
class Cost:
    """What one round left behind, and how much work it was."""

    bytes: int
    tasks: int
    #: Calls of functions; counted in the tenth round and in the last.
    work: int = 0


def go_round(workflow: Workflow, turn: Callable[[Workflow, int], None]) -> list[Cost]:
    """Play all rounds, saving and loading after each."""
    costs = []

    def go(number: int) -> None:
        nonlocal workflow
        turn(workflow, number)
        blob = workflow.dump()
        costs.append(Cost(len(blob), len(workflow._run.tasks)))
        workflow = Workflow.load(workflow.model, blob, d.World())

    for number in range(ROUNDS):
        if number in (9, ROUNDS - 1):
            work = calls(partial(go, number))
            costs[number].work = work
        else:
            go(number)
    assert not workflow.completed
    return costs


def assert_bounded(costs: list[Cost]) -> None:
    """Compare the last round with the tenth."""
    tenth, last = costs[9], costs[-1]
    assert last.work <= 1.3 * tenth.work
    assert last.bytes <= 2 * tenth.bytes
    assert last.tasks <= 1.3 * tenth.tasks
    assert max(cost.tasks for cost in costs) <= 1.3 * tenth.tasks + 2


def rework(workflow: Workflow, number: int) -> None:
    """One round: fix, and be sent back."""
    d.do(workflow, "fix", round=number, **ANSWERS)
    d.do(workflow, "check", passed=False, comment=f"round {number}")


LOOP = (
    d.xor("back", "fix"), d.user("fix"), d.user("check"), d.xor("x", "back"),
    d.flows("back fix check x back", "x done? passed"),
)  # fmt: skip


def test_a_plain_loop() -> None:
    content = d.drawn(d.start(), *LOOP, d.user("done"), d.end(), d.flows("s back", "done e"))
    assert_bounded(go_round(d.begin(content), rework))


def test_a_loop_in_one_branch_of_a_split_that_stays_open() -> None:
    """As in the default process: the reward waits while rectification goes round."""
    content = d.drawn(
        d.start(), d.both("g"), *LOOP, d.user("done"), d.end(), d.user("reward"), d.end("e2"),
        d.flows("s g back", "done e", "g reward e2"),
    )  # fmt: skip
    assert_bounded(go_round(d.begin(content), rework))


def test_a_loop_around_a_split_and_join() -> None:
    content = d.drawn(
        d.start(), d.xor("back"), d.both("g"), d.user("a"), d.user("b"), d.both("j"),
        d.xor("x", "back"), d.end(),
        d.flows("s back g a j x back", "g b j", "x e? passed"),
    )  # fmt: skip

    def turn(workflow: Workflow, number: int) -> None:
        for name in "ab" if number % 2 else "ba":
            d.do(workflow, name, passed=False, **{name: number}, **ANSWERS)

    assert_bounded(go_round(d.begin(content), turn))


def test_a_loop_inside_a_called_process() -> None:
    inner = d.process(d.start(), *LOOP, d.end(), d.flows("s back"), id="inner").replace(
        d.flow("x", "done", "passed"), d.flow("x", "e", "passed")
    )
    content = d.drawn(d.start(), d.call("c", "inner"), d.end(), d.flows("s c e"))

    def turn(workflow: Workflow, number: int) -> None:
        d.do(workflow, "inner:fix", round=number, **ANSWERS)
        d.do(workflow, "inner:check", passed=False)

    assert_bounded(go_round(d.begin(content, d.file(inner)), turn))


def test_a_loop_around_a_called_process() -> None:
    inner = d.file(d.process(d.start(), d.user("fix"), d.end(), d.flows("s fix e"), id="inner"))
    content = d.drawn(
        d.start(), d.xor("back"), d.call("c", "inner"), d.xor("x", "back"), d.end(),
        d.flows("s back c x back", "x e? passed"),
    )  # fmt: skip

    def turn(workflow: Workflow, number: int) -> None:
        d.do(workflow, "inner:fix", passed=False, round=number, **ANSWERS)

    assert_bounded(go_round(d.begin(content, inner), turn))


def test_a_loop_with_reminders_that_nobody_reads() -> None:
    """Every reminder beside the task starts a token of its own, which ends at once."""
    content = d.drawn(
        '<message id="m" name="Remind"/>', d.start(), *LOOP, d.user("done"), d.end(),
        d.boundary("r", "check", d.message("m"), interrupting=False), d.script("say", "told = 1"),
        d.end("e2"), d.flows("s back", "done e", "r say e2"),
    )  # fmt: skip

    def turn(workflow: Workflow, number: int) -> None:
        d.do(workflow, "fix", round=number, **ANSWERS)
        workflow.send_message("Remind")
        d.do(workflow, "check", passed=False)

    assert_bounded(go_round(d.begin(content), turn))


@pytest.mark.parametrize("name", ["x", "q"])
def test_a_loop_that_never_waits_is_stopped(name: str) -> None:
    content = d.drawn(
        d.start(), d.xor("back"), d.script("q", "n = n + 1"), d.xor(name + "1", "back"), d.end(),
        d.flows(f"s back q {name}1 back", f"{name}1 e? n < 0"),
    )  # fmt: skip
    with pytest.raises(StepBudgetExceeded) as stopped:
        d.begin(content, n=0)
    assert stopped.value.details["element"] in ("back", "q", name + "1")
    assert stopped.value.message.zh


def test_repetition_within_repetition_is_stopped_before_it_fills_the_memory() -> None:
    """A thousand times a thousand: nothing ever waits, and each step makes a thousand tasks."""
    inner = d.subprocess("in", d.several(number="1000"), d.start("s2"), d.user("u"), d.end("e2"),
                         d.flows("s2 u", "u e2"))  # fmt: skip
    outer = d.subprocess("out", d.several(number="1000"), d.start("s1"), inner, d.end("e1"),
                         d.flows("s1 in", "in e1"))  # fmt: skip
    with pytest.raises(StepBudgetExceeded) as stopped:
        d.begin(d.drawn(d.start(), outer, d.end(), d.flows("s out", "out e")))
    assert "多实例" in stopped.value.message.zh


def test_a_long_automatic_run_within_the_budget_comes_to_its_end() -> None:
    content = d.drawn(
        d.start(), d.xor("back"), d.script("q", "n = n + 1"), d.xor("x", "back"), d.user("u"),
        d.end(), d.flows("s back q x back", "x u? n >= 500", "u e"),
    )  # fmt: skip
    workflow = d.begin(content, n=0)
    assert d.names(workflow) == ["u"]
    assert d.reloaded(workflow).data["n"] == 500
