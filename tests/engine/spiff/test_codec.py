"""State as bytes: exact, small, the same every time, and refused in words when it is not ours."""

from __future__ import annotations

from typing import Any

import pytest
import zstandard

from engine.errors import Conflict, EngineError, ExpressionError, IntegrityError
from engine.spiff import Workflow, data, read_data
from tests.engine.spiff import diagrams as d

STEPS = d.drawn(
    d.start(), d.user("a"), d.both("g"), d.user("b"), d.user("c"), d.both("j"), d.end(),
    d.flows("s a g b j e", "g c j"),
)  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        {"typename": "x"},
        {"typename": "uuid.UUID", "value": "not one"},
        {"__class__": "os.system", "__bpmn__": 1},
        True,
        1,
        1.0,
        0,
        False,
        -0.0,
        2**63 - 1,
        -(2**63),
        "",
        " ",
        "安全隐患 🔥 \u2028 \x00",
        None,
        [],
        {},
        [[], {}, [None]],
        {"": {"": ""}},
        [1, True, 1.0, "1", None],
        0.1 + 0.2,
        1e300,
        5e-324,
    ],
)
def test_every_plain_value_comes_back_exactly(value: Any) -> None:
    workflow = d.begin(STEPS, first=value)
    d.do(workflow, "a", value=value, nested={"list": [value]})
    workflow = d.reloaded(d.reloaded(workflow))
    for name in "bc":
        seen = d.task(workflow, name).data
        assert data.same(seen, {"first": value, "value": value, "nested": {"list": [value]}})


@pytest.mark.parametrize(
    ("before", "after"),
    [(1, True), (True, 1), (1, 1.0), (0, False), ({"x": [1]}, {"x": [True]}), ([1], [1.0])],
)
def test_a_change_of_type_is_a_change(before: Any, after: Any) -> None:
    workflow = d.begin(STEPS, value=before)
    d.do(workflow, "a", value=before)
    d.do(workflow, "b", value=after)
    workflow = d.reloaded(workflow)
    d.do(workflow, "c")
    assert data.same(d.reloaded(workflow).data["value"], after)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**63,
        {1: 2},
        {None: 1},
        (1, 2),
        {1, 2},
        b"bytes",
        object(),
        "\ud800",
        Exception,
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_what_is_no_plain_data_is_refused_at_the_door(value: Any, nested: bool) -> None:
    given = {"value": {"deep": [value]} if nested else value}
    with pytest.raises(ExpressionError):
        d.begin(STEPS, **given)
    workflow = d.begin(STEPS)
    with pytest.raises(ExpressionError):
        d.do(workflow, "a", **given)
    assert d.names(workflow) == ["a"], "the task is still open"
    assert d.reloaded(workflow).data == {}


def test_too_much_data_is_refused() -> None:
    workflow = d.begin(STEPS)
    with pytest.raises(ExpressionError, match="too much"):
        d.do(workflow, "a", text="x" * 300_000)


def test_the_same_instance_gives_the_same_bytes() -> None:
    workflow = d.begin(STEPS, x={"b": 1, "a": [1, 2]})
    d.do(workflow, "a", note="n")
    blob = workflow.dump()
    assert blob == workflow.dump()
    for _ in range(3):
        workflow = Workflow.load(workflow.model, blob, d.World())
        assert workflow.dump() == blob


def test_a_task_keeps_its_id_for_as_long_as_it_is_open() -> None:
    workflow = d.begin(STEPS)
    d.do(workflow, "a")
    before = {task.element.id: task.id for task in workflow.open_tasks()}
    workflow = d.reloaded(workflow)
    d.do(workflow, "b")
    workflow = d.reloaded(workflow)
    assert d.task(workflow, "c").id == before["c"]
    assert before["c"].version == 8
    with pytest.raises(Conflict):
        workflow.complete(before["b"], {})


def test_ids_of_one_instance_open_nothing_in_another() -> None:
    one, other = d.begin(STEPS), d.begin(STEPS)
    assert one.open_tasks()[0].id != other.open_tasks()[0].id
    with pytest.raises(Conflict, match="done or cancelled") as refused:
        other.complete(one.open_tasks()[0].id, {})
    assert refused.value.message.zh


def test_an_ended_instance_is_only_its_data() -> None:
    workflow = d.begin(STEPS, note="n" * 50)
    for name in "abc":
        running = len(workflow.dump())
        d.do(workflow, name)
    blob = workflow.dump()
    assert len(blob) < min(running, 120)
    workflow = Workflow.load(workflow.model, blob, d.World())
    assert workflow.completed
    assert workflow.data == {"note": "n" * 50}
    assert workflow.open_tasks() == workflow.deferred() == []
    assert workflow.next_due() is None
    assert not workflow.fire_timers()
    assert workflow.dump() == blob
    workflow.run()
    workflow.cancel()
    assert workflow.dump() == blob


def test_a_cancelled_instance_keeps_what_was_said() -> None:
    workflow = d.begin(STEPS, x=1)
    d.do(workflow, "a", a=1)
    d.do(workflow, "b", b=1)
    late = d.task(workflow, "c")
    workflow.cancel()
    assert workflow.completed
    assert workflow.open_tasks() == []
    workflow = d.reloaded(workflow)
    assert workflow.data == {"x": 1, "a": 1, "b": 1}
    with pytest.raises(Conflict):
        workflow.complete(late.id, {})


def test_data_can_be_read_without_running_anything() -> None:
    workflow = d.begin(STEPS, x=1)
    d.do(workflow, "a", a=1)
    d.do(workflow, "b", b=1)
    assert read_data(workflow.model, workflow.dump()) == {"x": 1, "a": 1, "b": 1}


def test_another_version_of_the_format_is_refused_in_words() -> None:
    workflow = d.begin(STEPS)
    blob = workflow.dump()
    with pytest.raises(IntegrityError, match="format 0") as refused:
        Workflow.load(workflow.model, b"\x00" + blob[1:], d.World())
    assert "第 0 版" in refused.value.message.zh


@pytest.mark.parametrize(
    "damage",
    [
        lambda blob: b"",
        lambda blob: blob[:1],
        lambda blob: blob[:-3],
        lambda blob: blob[:20] + bytes([blob[20] ^ 1]) + blob[21:],
        lambda blob: blob[:1] + b"no zstd",
        lambda blob: blob[:1] + zstandard.compress(b"[]"),
        lambda blob: blob[:1] + zstandard.compress(b"{}"),
        lambda blob: blob[:1] + zstandard.compress(b"{"),
        lambda blob: blob[:1] + zstandard.compress(b'{"o":"zz"}'),
        lambda blob: blob[:1] + zstandard.compress(b'{"o":"1","n":1,"r":[[1,-1,"gone",16]]}'),
        lambda blob: blob[:1] + zstandard.compress(b'{"o":"1","n":1,"r":[]}'),
        lambda blob: blob[:1] + zstandard.compress(b'{"o":"1","n":1,"r":[[1,7,"Start",16]]}'),
        lambda blob: blob[:1] + zstandard.compress(b'{"o":"1","n":1,"r":[5]}'),
    ],
)
def test_damaged_bytes_are_refused_in_words(damage: Any) -> None:
    workflow = d.begin(STEPS)
    with pytest.raises(IntegrityError) as refused:
        Workflow.load(workflow.model, damage(workflow.dump()), d.World())
    assert refused.value.message.zh


def test_the_state_of_another_definition_is_refused() -> None:
    workflow = d.begin(STEPS)
    other = d.model(d.drawn(d.start(), d.user("q"), d.end(), d.flows("s q e")))
    with pytest.raises(IntegrityError):
        Workflow.load(other, workflow.dump(), d.World())


def test_after_a_step_that_failed_half_way_nothing_is_saved() -> None:
    content = d.drawn(
        d.start(), d.user("a"), d.script("q", "x = missing + 1"), d.end(), d.flows("s a q e")
    )
    workflow = d.begin(content)
    blob = workflow.dump()
    with pytest.raises(ExpressionError) as refused:
        d.do(workflow, "a", note=1)
    assert refused.value.element == "q"
    for attempt in (workflow.dump, workflow.run, workflow.cancel):
        with pytest.raises(EngineError, match="half-way"):
            attempt()
    workflow = Workflow.load(workflow.model, blob, d.World())
    d.do(workflow, "a", missing=1)
    assert workflow.completed
