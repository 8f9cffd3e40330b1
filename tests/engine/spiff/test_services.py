"""Service tasks and decisions: called once, deferred when they fail, retried without harm."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Conflict, DecisionError, EngineError, ExpressionError, ModelError, Stale
from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d

CALLING = d.drawn(
    d.start(), d.user("u"), d.service("x", "register", to="'principal'", amount="n * 2"),
    d.user("z"), d.end(), d.flows("s u x z e"),
)  # fmt: skip


def calling(answer: Any) -> tuple[Workflow, d.World]:
    world = d.World()
    world.answers["register"] = answer
    return d.begin(CALLING, world=world, n=4), world


def test_parameters_are_expressions_and_the_result_is_merged() -> None:
    workflow, world = calling({"hazard_no": "H-1", "n": 5})
    d.do(workflow, "u")
    assert world.calls == [("x", "register", {"to": "principal", "amount": 8})]
    assert d.task(workflow, "z").data == {"n": 5, "hazard_no": "H-1"}
    assert not workflow.failures
    assert not workflow.deferred()


def test_the_result_may_go_into_one_field() -> None:
    world = d.World()
    world.answers["register"] = {"no": 1}
    content = d.drawn(
        d.start(), d.service("x", "register", result="reply"), d.user("z"), d.end(),
        d.flows("s x z e"),
    )  # fmt: skip
    assert d.task(d.begin(content, world=world), "z").data == {"reply": {"no": 1}}


def test_no_result_changes_nothing() -> None:
    workflow, _world = calling(None)
    d.do(workflow, "u")
    assert d.task(workflow, "z").data == {"n": 4}


def test_a_delegate_cannot_reach_into_the_data() -> None:
    def meddle(data: dict[str, Any]) -> None:
        data["deep"]["x"] = "changed"

    world = d.World()
    world.answers["register"] = meddle
    workflow = d.begin(CALLING, world=world, n=1, deep={"x": 1})
    d.do(workflow, "u")
    assert workflow.data["deep"] == {"x": 1}


def test_a_failing_service_is_deferred_and_everything_else_is_saved() -> None:
    workflow, world = calling(ConnectionError("smtp down"))
    d.do(workflow, "u", note="kept")
    (failure,) = workflow.failures
    assert failure.element.id == "x"
    assert str(failure.error) == "smtp down"
    assert [waiting.task_id for waiting in workflow.deferred()] == [failure.task_id]
    assert workflow.path == ["s", "u"]
    workflow = d.reloaded(workflow, world)
    assert workflow.failures == []
    assert workflow.open_tasks() == []
    assert [waiting.task_id for waiting in workflow.deferred()] == [failure.task_id]
    assert workflow.data["note"] == "kept"


def test_a_retry_runs_it_once_more_and_goes_on() -> None:
    workflow, world = calling(ConnectionError("smtp down"))
    d.do(workflow, "u")
    task_id = workflow.deferred()[0].task_id
    workflow = d.reloaded(workflow, world)
    workflow.retry(task_id)
    assert len(world.calls) == 2
    assert workflow.failures[0].task_id == task_id, "still down"
    world.answers["register"] = {"hazard_no": "H-1"}
    workflow = d.reloaded(workflow, world)
    workflow.retry(task_id)
    assert len(world.calls) == 3
    assert d.names(workflow) == ["z"]
    assert workflow.path == ["x"]
    with pytest.raises(Conflict):
        workflow.retry(task_id)
    assert len(world.calls) == 3


def test_saving_and_loading_calls_nothing() -> None:
    workflow, world = calling({"a": 1})
    d.do(workflow, "u")
    for _ in range(3):
        workflow = d.reloaded(workflow, world)
        workflow.run()
    assert len(world.calls) == 1


@pytest.mark.parametrize("result", [5, ["a"], {"a": object()}, {1: 2}, {"a": float("nan")}])
def test_a_result_that_is_no_plain_data_counts_as_a_failure(result: Any) -> None:
    workflow, _world = calling(lambda data: result)
    d.do(workflow, "u")
    assert isinstance(workflow.failures[0].error, ModelError)
    assert d.reloaded(workflow).deferred()


def test_a_parameter_that_cannot_be_calculated_counts_as_a_failure() -> None:
    content = d.drawn(
        d.start(), d.service("x", "register", to="nowhere.to_be_found"), d.end(), d.flows("s x e")
    )
    world = d.World()
    workflow = d.begin(content, world=world)
    assert isinstance(workflow.failures[0].error, ExpressionError)
    assert world.calls == []


def test_one_branch_that_fails_does_not_stop_the_other() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.service("x", "register"), d.user("b"), d.both("j"), d.user("z"),
        d.end(), d.flows("s g x j z e", "g b j"),
    )  # fmt: skip
    world = d.World()
    world.answers["register"] = RuntimeError("down")
    workflow = d.begin(content, world=world)
    d.do(workflow, "b", b=1)
    workflow = d.reloaded(workflow, world)
    assert d.names(workflow) == []
    world.answers["register"] = {"x": 1}
    workflow.retry(workflow.deferred()[0].task_id)
    assert d.task(workflow, "z").data == {"b": 1, "x": 1}


def test_a_boundary_timer_may_end_a_task_that_keeps_failing() -> None:
    content = d.drawn(
        '<message id="m" name="GiveUp"/>', d.start(), d.service("x", "register"),
        d.boundary("b", "x", d.message("m")), d.user("h"), d.end(), d.end("e2"),
        d.flows("s x e", "b h e2"),
    )  # fmt: skip
    world = d.World()
    world.answers["register"] = RuntimeError("down")
    workflow = d.reloaded(d.begin(content, world=world), world)
    workflow.send_message("GiveUp")
    assert d.names(workflow) == ["h"]
    assert workflow.deferred() == []


def test_a_lost_race_is_no_failure_of_the_service() -> None:
    """The whole step is replayed by whoever commits; nothing of it may be saved."""
    workflow, _world = calling(Stale("慢了", "too late"))
    with pytest.raises(Stale):
        d.do(workflow, "u")
    with pytest.raises(EngineError, match="half-way"):
        workflow.dump()


RULING = d.drawn(d.start(), d.rule("x", "level"), d.user("z"), d.end(), d.flows("s x z e"))


def test_a_decision_is_asked_and_its_outputs_are_merged() -> None:
    world = d.World()
    world.answers["level"] = lambda data: {"level": "major" if data["n"] > 3 else "general"}
    workflow = d.begin(RULING, world=world, n=5)
    assert world.calls == [("x", "level", {})]
    assert d.task(workflow, "z").data == {"n": 5, "level": "major"}


def test_a_decision_that_cannot_be_made_stops_the_step_in_words() -> None:
    world = d.World()
    world.answers["level"] = KeyError("no table")
    with pytest.raises(DecisionError, match="level") as refused:
        d.begin(RULING, world=world)
    assert "level" in refused.value.message.zh
    world.answers["level"] = 5
    with pytest.raises(ModelError, match="set of fields"):
        d.begin(RULING, world=world)


def test_an_environment_can_be_told_of_the_workflow_before_it_runs() -> None:
    world = d.World()
    seen: list[bool] = []
    workflow = Workflow.start(d.model(RULING), {}, world, run=False)
    world.answers["level"] = lambda data: seen.append(workflow.completed)
    assert world.calls == []
    workflow.run()
    assert seen == [False]
