"""Joins: nothing that a branch said is lost, and no branch is forgotten in a later round."""

from __future__ import annotations

import itertools

import pytest

from tests.engine.spiff import diagrams as d

GATEWAYS = {
    "parallelGateway": d.both,
    "inclusiveGateway": d.inclusive,
}
CONDITIONS = {"parallelGateway": "", "inclusiveGateway": "? True"}


def split(kind: str) -> bytes:
    """u, then a and b at once, then z."""
    gateway, condition = GATEWAYS[kind], CONDITIONS[kind]
    return d.drawn(
        d.start(), d.user("u"), gateway("g"), d.user("a"), d.user("b"), gateway("j"), d.user("z"),
        d.end(),
        d.flows("s u g", f"g a{condition}", f"g b{condition}", "a j", "b j", "j z e"),
    )  # fmt: skip


def rework(kind: str) -> bytes:
    """As `split`, with a review behind the join that may send everything back."""
    gateway, condition = GATEWAYS[kind], CONDITIONS[kind]
    return d.drawn(
        d.start(), d.user("t0"), gateway("g"), d.user("a"), d.user("b"), gateway("j"),
        d.user("rev"), d.xor("x", "z"), d.user("z"), d.end(),
        d.flows("s t0 g", f"g a{condition}", f"g b{condition}", "a j", "b j", "j rev x",
                "x t0? again", "x z e"),
    )  # fmt: skip


@pytest.mark.parametrize("kind", GATEWAYS)
@pytest.mark.parametrize("order", ["ab", "ba"])
def test_what_one_branch_changed_survives_the_other(kind: str, order: str) -> None:
    workflow = d.begin(split(kind))
    before = {"status": "pending", "order": {"x": 1, "y": 1}, "tags": ["t"], "gone": 1}
    d.do(workflow, "u", **before)
    answers = {
        "a": {"status": "approved", "order": {"x": 2, "y": 1}, "tags": ["t", "a"]},
        "b": {"note": "hi", "order": {"x": 1, "y": 3}, "tags": ["t", "b"]},
    }
    for name in order:
        d.do(workflow, name, **answers[name])
        workflow = d.reloaded(workflow)
    data = d.task(workflow, "z").data
    assert data["status"] == "approved"
    assert data["note"] == "hi"
    assert data["order"] == {"x": 2, "y": 3}
    assert data["tags"] == ["t", *order]
    assert data["gone"] == 1


def test_the_later_branch_wins_a_true_conflict() -> None:
    for order in ("ab", "ba"):
        workflow = d.begin(split("parallelGateway"), word="first")
        d.do(workflow, "u")
        for name in order:
            d.do(workflow, name, word=name)
        assert d.task(workflow, "z").data["word"] == order[-1]


def test_what_a_branch_takes_out_of_a_record_stays_out() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.script("a", "kept = {'x': 1}"), d.user("b"), d.both("j"),
        d.user("z"), d.end(), d.flows("s g a j z e", "g b j"),
    )  # fmt: skip
    workflow = d.begin(content, kept={"x": 1, "y": 2})
    d.do(workflow, "b")
    assert d.task(workflow, "z").data["kept"] == {"x": 1}


@pytest.mark.parametrize("kind", GATEWAYS)
@pytest.mark.parametrize("first_round", ["ab", "ba"])
@pytest.mark.parametrize("alone", ["a", "b"])
@pytest.mark.parametrize("saved", [False, True])
def test_in_the_second_round_too_the_join_waits_for_both(
    kind: str, first_round: str, alone: str, saved: bool
) -> None:
    workflow = d.begin(rework(kind))
    d.do(workflow, "t0")
    for name in first_round:
        d.do(workflow, name)
    d.do(workflow, "rev", again=True)
    d.do(workflow, "t0")
    d.do(workflow, alone)
    if saved:
        workflow = d.reloaded(workflow)
    assert "rev" not in d.names(workflow)
    d.do(workflow, "ba".replace(alone, ""))
    assert d.names(workflow) == ["rev"]


@pytest.mark.parametrize("orders", list(itertools.product(("ab", "ba"), repeat=3)))
def test_any_order_in_any_round_comes_to_the_end(orders: tuple[str, ...]) -> None:
    workflow = d.begin(rework("parallelGateway"))
    for number, order in enumerate(orders):
        d.do(workflow, "t0", round=number)
        for name in order:
            d.do(workflow, name, **{f"{name}_round": number})
        d.do(workflow, "rev", again=number < 2)
    assert d.task(workflow, "z").data["a_round"] == 2
    d.do(workflow, "z")
    assert workflow.completed


def test_an_inclusive_join_does_not_wait_for_what_was_not_chosen() -> None:
    content = d.drawn(
        d.start(), d.inclusive("g", "c"), d.user("a"), d.user("b"), d.user("c"), d.inclusive("j"),
        d.user("z"), d.end(),
        d.flows("s g", "g a? p", "g b? q", "g c j z e", "a j", "b j"),
    )  # fmt: skip
    assert d.names(d.begin(content, p=True, q=True)) == ["a", "b"]
    workflow = d.begin(content, p=True, q=False)
    d.do(workflow, "a")
    assert d.names(workflow) == ["z"]
    assert d.names(d.begin(content, p=False, q=False)) == ["c"]


def test_an_inclusive_join_waits_for_a_token_that_is_still_on_its_way() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.user("a"), d.user("far"), d.xor("x", "out"), d.user("b"),
        d.inclusive("j"), d.user("z"), d.end(), d.end("out"),
        d.flows("s g a j z e", "g far x", "x b? near", "b j", "x out"),
    )  # fmt: skip
    workflow = d.begin(content)
    d.do(workflow, "a")
    workflow = d.reloaded(workflow)
    assert d.names(workflow) == ["far"], "far may still send a token by way of b"
    d.do(workflow, "far", near=False)
    assert d.names(workflow) == ["z"], "now nothing can come any more"


def test_a_parallel_join_uses_one_token_of_each_flow_and_leaves_the_rest() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.user("a1"), d.user("a2"), d.xor("m"), d.user("b"), d.both("j"),
        d.user("z"), d.end(),
        d.flows("s g a1 m j z e", "g a2 m", "g b j"),
    )  # fmt: skip
    workflow = d.begin(content)
    d.do(workflow, "a1", who="a1")
    d.do(workflow, "a2", who="a2")
    assert d.names(workflow) == ["b"]
    workflow = d.reloaded(workflow)
    d.do(workflow, "b")
    assert d.names(workflow) == ["z"], "one pair goes on; the second token of m waits for ever"
    assert d.task(workflow, "z").data["who"] == "a1"


def test_three_branches_of_which_the_first_waits_long() -> None:
    """What has arrived is not forgotten while a loop goes round in another branch."""
    content = d.drawn(
        d.start(), d.both("g"), d.user("a"), d.both("h"), d.user("b"), d.user("c"), d.xor("x", "j"),
        d.both("j"), d.user("z"), d.end(),
        d.flows("s g a j z e", "g h b j", "h c x", "x c? again", "x j"),
    )  # fmt: skip
    workflow = d.begin(content)
    d.do(workflow, "a", a=1)
    d.do(workflow, "b", b=1)
    for _ in range(5):
        workflow = d.reloaded(workflow)
        d.do(workflow, "c", again=True)
    workflow = d.reloaded(workflow)
    d.do(workflow, "c", again=False, c=1)
    assert {"a": 1, "b": 1, "c": 1}.items() <= d.task(workflow, "z").data.items()


def test_a_parallel_gateway_may_be_the_head_of_a_loop() -> None:
    content = d.drawn(
        d.start(), d.both("j"), d.user("a"), d.xor("x", "e"), d.end(),
        d.flows("s j a x", "x j? again", "x e"),
    )  # fmt: skip
    workflow = d.begin(content)
    for again in (True, True, False):
        workflow = d.reloaded(workflow)
        d.do(workflow, "a", again=again)
    assert workflow.completed


def test_branches_that_end_apart_all_leave_their_data() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.user("a"), d.end("e1"), d.user("b"), d.end("e2"),
        d.both("h"), d.user("c"), d.end("e3"), d.user("k"), d.end("e4"),
        d.flows("s g a e1", "g b e2", "g h c e3", "h k e4"),
    )  # fmt: skip
    for order in itertools.permutations("abck"):
        workflow = d.begin(content, word="", deep={}, list=["0"], untouched=1)
        for name in order:
            seen = d.task(workflow, name).data
            deep = {**seen["deep"], name: 1}
            answers = {name: 1, "deep": deep, "list": [*seen["list"], name]}
            d.do(workflow, name, word=name, **answers)
            workflow = d.reloaded(workflow)
            assert workflow.data["word"] == name
        assert workflow.completed
        assert workflow.data["deep"] == dict.fromkeys("abck", 1)
        assert sorted(workflow.data["list"]) == sorted("0abck")
        assert workflow.data["word"] == order[-1]
        assert workflow.data["untouched"] == 1


def test_data_nested_deep_is_never_shared_between_branches() -> None:
    content = d.drawn(
        d.start(), d.user("u"), d.both("g"), d.user("a"), d.script("s1", 'o.address.city = "Y"'),
        d.user("v"), d.user("b"), d.both("j"), d.end(),
        d.flows("s u g a s1 v j e", "g b j"),
    )  # fmt: skip
    workflow = d.begin(content)
    mine = {"address": {"city": "X"}}
    d.do(workflow, "u", o=mine)
    mine["address"]["city"] = "changed by the caller"
    d.do(workflow, "a")
    d.task(workflow, "b").data["o"]["address"]["city"] = "changed by a reader"
    assert d.task(workflow, "b").data["o"] == {"address": {"city": "X"}}
    assert d.task(workflow, "v").data["o"] == {"address": {"city": "Y"}}
