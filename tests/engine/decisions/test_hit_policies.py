"""Each hit policy gives what the standard says (DMN 1.3, 8.2.10), and errors name the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.decisions import to_plain
from engine.errors import DecisionError
from tests.engine.decisions.tables import column, result, single

OVERLAPPING = [((">0",), ("10",)), ((">5",), ("30",)), ((">7",), ("20",))]


def outcome(policy: str, n: int, rows: Any = OVERLAPPING, **more: Any) -> Any:
    return to_plain(single(policy, rows, **more).evaluate({"n": n}))


def test_unique_gives_the_one_rule_that_hits() -> None:
    assert outcome("UNIQUE", 3) == 10
    assert outcome("", 3) == 10


def test_unique_names_the_rules_that_overlap() -> None:
    with pytest.raises(DecisionError) as caught:
        outcome("UNIQUE", 9)
    assert "rules 1, 2, 3 hit at the same time" in caught.value.message.en
    assert "第 1、2、3 条规则同时命中" in caught.value.message.zh
    assert "“奖励”" in caught.value.message.zh
    assert caught.value.decision == "dec"


def test_first_gives_the_topmost_rule() -> None:
    assert outcome("FIRST", 9) == 10


def test_first_does_not_work_out_the_rules_below() -> None:
    rows = [((">0",), ("1",)), (("< nowhere",), ("nowhere",))]
    assert outcome("FIRST", 9, rows) == 1


def test_any_gives_the_common_result() -> None:
    rows = [((">0",), ('"a"',)), ((">5",), ('"a"',)), ((">7",), ('"b"',))]
    assert outcome("ANY", 6, rows) == "a"
    with pytest.raises(DecisionError, match="rules 1 and 3 hit at the same time with different"):
        outcome("ANY", 8, rows)


def test_priority_gives_the_most_important_output() -> None:
    outputs = (result("out", values="30, 20, 10"),)
    assert outcome("PRIORITY", 9, outputs=outputs) == 30
    assert outcome("PRIORITY", 3, outputs=outputs) == 10


def test_priority_compares_column_by_column() -> None:
    outputs = (result("level", values='"major","general"'), result("days", values="1,3,7"))
    rows = [
        ((">0",), ('"general"', "1")),
        ((">1",), ('"major"', "7")),
        ((">2",), ('"major"', "3")),
    ]
    assert outcome("PRIORITY", 5, rows, outputs=outputs) == {"level": "major", "days": 3}
    assert outcome("PRIORITY", 2, rows, outputs=outputs) == {"level": "major", "days": 7}


def test_output_order_lists_the_most_important_first() -> None:
    outputs = (result("out", values="30, 20, 10"),)
    assert outcome("OUTPUT ORDER", 9, outputs=outputs) == [30, 20, 10]
    assert outcome("OUTPUT ORDER", 0, outputs=outputs) == []


def test_rule_order_lists_from_top_to_bottom() -> None:
    assert outcome("RULE ORDER", 9) == [10, 30, 20]
    assert outcome("RULE ORDER", 0) == []


@pytest.mark.parametrize(
    ("policy", "three", "none"),
    [
        ("COLLECT", [10, 30, 20], []),
        ("COLLECT SUM", 60, None),
        ("COLLECT MIN", 10, None),
        ("COLLECT MAX", 30, None),
        ("COLLECT COUNT", 3, 0),
    ],
)
def test_collect(policy: str, three: object, none: object) -> None:
    assert outcome(policy, 9) == three
    assert outcome(policy, 0) == none


def test_sums_are_exact() -> None:
    rows = [((">0",), ("0.1",))] * 3
    assert single("COLLECT SUM", rows).evaluate({"n": 1}) == Decimal("0.3")


def test_collect_orders_texts_too() -> None:
    rows = [((">0",), ('"b"',)), ((">0",), ('"a"',))]
    assert outcome("COLLECT MIN", 1, rows) == "a"


def test_several_outputs_make_a_record_each() -> None:
    outputs = (result("amount"), result("points"))
    rows = [((">0",), ("10", "1")), ((">5",), ("30", "2"))]
    assert outcome("COLLECT", 9, rows, outputs=outputs) == [
        {"amount": 10, "points": 1},
        {"amount": 30, "points": 2},
    ]
    assert outcome("FIRST", 9, rows, outputs=outputs) == {"amount": 10, "points": 1}


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("UNIQUE", 5),
        ("FIRST", 5),
        ("ANY", 5),
        ("COLLECT SUM", 5),
        ("COLLECT", [5]),
        ("RULE ORDER", [5]),
    ],
)
def test_the_default_counts_when_no_rule_hits(policy: str, value: object) -> None:
    assert outcome(policy, 0, outputs=(result("out", default="5"),)) == value
    assert outcome(policy, 3, outputs=(result("out", default="5"),)) in (10, [10])


def test_without_default_no_hit_gives_nothing() -> None:
    assert outcome("UNIQUE", 0) is None
    outputs = (result("a"), result("b", default='"x"'))
    rows = [((">0",), ("1", "2"))]
    assert outcome("FIRST", 0, rows, outputs=outputs) == {"a": None, "b": "x"}


@pytest.mark.parametrize(
    ("policy", "outputs", "complaint"),
    [
        ("PRIORITY", (result("out"),), "needs the output values in their order"),
        ("OUTPUT ORDER", (result("out", values="[1..5]"),), "needs the output values"),
        ("COLLECT SUM", (result("a"), result("b")), "works with one output column only"),
        ("COLLECT AVERAGE", (result("out"),), "unknown hit policy 'COLLECT AVERAGE'"),
        ("BEST", (result("out"),), "unknown hit policy 'BEST"),
    ],
)
def test_a_policy_that_cannot_work_is_refused(policy: str, outputs: Any, complaint: str) -> None:
    with pytest.raises(DecisionError, match=complaint):
        single(policy, [], outputs=outputs)


@pytest.mark.parametrize(("policy", "cell"), [("COLLECT SUM", '"a"'), ("COLLECT MAX", "null")])
def test_what_cannot_be_aggregated_is_an_error(policy: str, cell: str) -> None:
    rows = [((">0",), ("1",)), ((">0",), (cell,))]
    with pytest.raises(DecisionError, match="COLLECT"):
        single(policy, rows).evaluate({"n": 1})


def test_every_input_must_pass() -> None:
    made = single(
        "FIRST",
        [((">5", '"a"'), ("1",)), (("-", '"b"'), ("2",)), ((">5", ""), ("3",))],
        inputs=(column("n"), column("kind")),
    )
    data = [(6, "a"), (1, "b"), (6, "c"), (1, "a")]
    assert [to_plain(made.evaluate({"n": n, "kind": k})) for n, k in data] == [1, 2, 3, None]
    assert made.hit_policy == "FIRST"
