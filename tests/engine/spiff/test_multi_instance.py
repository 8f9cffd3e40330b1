"""One activity for several items: results in order, conditions over all votes, names that hide."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import DefinitionRefused, ModelError
from engine.spiff import Workflow
from tests.engine.spiff import diagrams as d


def voting(*, number: bool = False, **how: Any) -> bytes:
    """A task m for several, then z."""
    loop = d.several(**({"number": "n", **how} if number else {"items": "items", **how}))
    return d.drawn(
        d.start(), d.user("m", loop), d.script("c", "pass"), d.user("z"), d.end(),
        d.flows("s m c z e"),
    )  # fmt: skip


def instance(workflow: Workflow, item: object) -> Any:
    return next(task.id for task in workflow.open_tasks() if task.item == item)


@pytest.mark.parametrize("sequential", [False, True])
def test_results_stand_in_the_order_of_the_items(sequential: bool) -> None:
    content = voting(item="item", output="res", each="out", sequential=sequential)
    workflow = d.begin(content, items=["a", "b", "c"])
    for _ in range(3):
        task = workflow.open_tasks()[-1]
        workflow.complete(task.id, {"out": task.data["item"] * 2})
        workflow = d.reloaded(workflow)
    data = d.task(workflow, "z").data
    assert data["res"] == ["aa", "bb", "cc"]
    assert "item" not in data
    assert "out" not in data


def test_instances_know_their_item() -> None:
    workflow = d.begin(voting(item="item"), items=["a", "b"])
    assert [(t.item, t.data["item"]) for t in workflow.open_tasks()] == [(0, "a"), (1, "b")]
    workflow = d.begin(voting(item="item"), items={"x": 1, "y": 2})
    assert [(t.item, t.data["item"]) for t in workflow.open_tasks()] == [("x", 1), ("y", 2)]
    workflow = d.begin(voting(number=True, item="item"), n=2)
    assert [(t.item, t.data["item"]) for t in workflow.open_tasks()] == [(0, 0), (1, 1)]


def test_results_of_a_dictionary_go_by_its_names() -> None:
    content = voting(item="item", output="res", each="out")
    workflow = d.begin(content, items={"x": 1, "y": 2})
    for name in ("y", "x"):
        workflow.complete(instance(workflow, name), {"out": name.upper()})
    assert d.task(workflow, "z").data["res"] == {"x": "X", "y": "Y"}


def test_items_may_be_changed_in_place() -> None:
    content = voting(item="item", output="items", each="item")
    workflow = d.begin(content, items=[1, 2, 3])
    for index in (2, 0, 1):
        workflow.complete(instance(workflow, index), {"item": index * 100})
        workflow = d.reloaded(workflow)
    assert d.task(workflow, "z").data["items"] == [0, 100, 200]


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("empty", [[], {}])
def test_no_items_no_task(sequential: bool, empty: Any) -> None:
    content = voting(item="item", output="res", each="out", sequential=sequential)
    workflow = d.begin(content, items=empty)
    assert d.names(workflow) == ["z"]
    assert workflow.data["res"] == empty
    assert workflow.path == ["s", "m", "c"]


def test_without_an_output_what_each_changed_is_merged() -> None:
    workflow = d.begin(voting(item="item"), items=["a", "b", "c"], votes=[], by={}, item="hidden")
    for index in (1, 2, 0):
        task = next(t for t in workflow.open_tasks() if t.item == index)
        name = task.data["item"]
        assert task.data["votes"] == [], "instances do not see each other"
        workflow.complete(task.id, {"votes": [name], "by": {name: index}, f"note_{name}": 1})
        workflow = d.reloaded(workflow)
    data = d.task(workflow, "z").data
    assert data["votes"] == ["b", "c", "a"]
    assert data["by"] == {"a": 0, "b": 1, "c": 2}
    assert data["note_a"] == data["note_c"] == 1
    assert data["item"] == "hidden", "the item's name hid a field, which is back now"


def test_in_a_sequence_each_sees_what_the_last_one_said() -> None:
    workflow = d.begin(voting(item="item", sequential=True), items=[1, 2, 3], total=0)
    for expected in (0, 1, 3):
        task = workflow.open_tasks()[0]
        assert task.data["total"] == expected
        workflow.complete(task.id, {"total": task.data["total"] + task.data["item"]})
        workflow = d.reloaded(workflow)
    assert d.task(workflow, "z").data["total"] == 6


def test_two_votes_of_three_are_enough() -> None:
    content = voting(item="who", output="votes", each="vote", until="len(votes) >= 2")
    workflow = d.begin(content, items=["a", "b", "c"])
    workflow.complete(instance(workflow, 2), {"vote": "yes"})
    workflow = d.reloaded(workflow)
    assert len(workflow.open_tasks()) == 2
    workflow.complete(instance(workflow, 0), {"vote": "no"})
    assert d.names(workflow) == ["z"], "the third need not vote any more"
    assert d.task(workflow, "z").data["votes"] == ["no", "yes"]


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ("nrOfCompletedInstances >= 2", 2),
        ("nrOfCompletedInstances / nrOfInstances > 0.5", 2),
        ("nrOfActiveInstances == 0", 3),
        ("rejected", 1),
    ],
)
def test_conditions_may_count_instances_or_look_at_the_last_answer(
    condition: str, asked: int
) -> None:
    workflow = d.begin(voting(item="who", until=condition), items=["a", "b", "c"])
    done = 0
    while d.names(workflow) != ["z"]:
        workflow.complete(workflow.open_tasks()[0].id, {"rejected": True})
        workflow = d.reloaded(workflow)
        done += 1
    assert done == asked


def test_a_sequence_stops_when_its_condition_holds() -> None:
    content = voting(item="who", output="res", each="out", until="out == 2", sequential=True)
    workflow = d.begin(content, items=["a", "b", "c"])
    for number in (1, 2):
        workflow.complete(workflow.open_tasks()[0].id, {"out": number})
    assert d.names(workflow) == ["z"]
    assert workflow.data["res"] == [1, 2]


def test_in_a_second_round_results_are_collected_afresh() -> None:
    content = d.drawn(
        d.start(), d.xor("back"),
        d.user("m", d.several(items="items", item="item", output="res", each="out")),
        d.xor("x", "z"), d.user("z"), d.end(),
        d.flows("s back m x z e", "x back? again"),
    )  # fmt: skip
    workflow = d.begin(content, items=[1, 2], again=True)
    for _ in range(4):
        workflow.complete(workflow.open_tasks()[0].id, {"out": 7, "n": 1})
        workflow = d.reloaded(workflow)
    assert len(workflow.open_tasks()) == 2
    assert workflow.data["res"] == []


def test_a_boundary_event_ends_all_instances() -> None:
    content = d.drawn(
        '<message id="m" name="M"/>', d.start(),
        d.user("many", d.several(items="items", item="item")),
        d.boundary("b", "many", d.message("m")), d.user("h"), d.user("z"), d.end(), d.end("e2"),
        d.flows("s many z e", "b h e2"),
    )  # fmt: skip
    workflow = d.begin(content, items=[1, 2, 3])
    workflow.complete(workflow.open_tasks()[1].id, {})
    workflow = d.reloaded(workflow)
    workflow.send_message("M")
    assert d.names(workflow) == ["h"]
    d.do(workflow, "h")
    assert workflow.completed


def test_the_rules_for_several_hold_for_called_processes() -> None:
    inner = d.file(d.process(d.start(), d.user("u"), d.end(), d.flows("s u e"), id="inner"))
    content = d.drawn(
        d.start(),
        d.call("c", "inner", d.several(items="items", item="item", output="res", each="out")),
        d.user("z"), d.end(), d.flows("s c z e"),
    )  # fmt: skip
    workflow = d.begin(content, inner, items=["a", "b"])
    assert [t.data["item"] for t in workflow.open_tasks()] == ["a", "b"]
    for number in range(2):
        workflow.complete(workflow.open_tasks()[-1].id, {"out": number})
        workflow = d.reloaded(workflow)
    assert d.task(workflow, "z").data["res"] == [1, 0]


def test_a_standard_loop_goes_on_while_its_condition_holds() -> None:
    loop = (
        '<standardLoopCharacteristics loopMaximum="5"><loopCondition>more</loopCondition>'
        "</standardLoopCharacteristics>"
    )
    content = d.drawn(d.start(), d.user("x", loop), d.user("z"), d.end(), d.flows("s x z e"))
    workflow = d.begin(content, more=True)
    for more in (True, True, False):
        d.do(workflow, "x", more=more)
        workflow = d.reloaded(workflow)
    assert d.names(workflow) == ["z"]
    workflow = d.begin(content, more=True)
    for _ in range(5):
        d.do(workflow, "x", more=True)
    assert d.names(workflow) == ["z"], "no more than its maximum"


def test_a_loop_may_test_before() -> None:
    loop = (
        '<standardLoopCharacteristics testBefore="true"><loopCondition>more</loopCondition>'
        "</standardLoopCharacteristics>"
    )
    content = d.drawn(d.start(), d.user("x", loop), d.user("z"), d.end(), d.flows("s x z e"))
    assert d.names(d.begin(content, more=False)) == ["z"]
    assert d.names(d.begin(content, more=True)) == ["x"]


@pytest.mark.parametrize("number", ["three", -1, True, 1.5, 100_000])
def test_a_number_that_is_none_is_refused_in_words(number: Any) -> None:
    with pytest.raises(ModelError) as refused:
        d.begin(voting(number=True), n=number)
    assert refused.value.details["element"] == "m"
    assert refused.value.message.zh != refused.value.message.en


@pytest.mark.parametrize("items", ["abc", 5, None])
def test_items_that_are_no_list_are_refused_in_words(items: Any) -> None:
    with pytest.raises(ModelError, match="needs a list"):
        d.begin(voting(item="item"), items=items)


def test_a_multi_instance_says_how_often() -> None:
    with pytest.raises(DefinitionRefused):
        d.model(voting(items=""))
