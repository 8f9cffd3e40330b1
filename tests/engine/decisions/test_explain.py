"""A decision tells which rules its result comes from, and which texts it calculates."""

from __future__ import annotations

from dataclasses import asdict

from engine.decisions import Hit, parse
from engine.expressions import check_data
from tests.engine.decisions.tables import column, decision, file, formula, result, single, table

REWARDS = [
    (('"hazard"', '"general"'), ("200", '"basic"'), "R-1 一般隐患"),
    (('"hazard"', "-"), ("bonus", '"extra"'), "R-2 加奖"),
    (('"suggestion"', "-"), ("50", '"basic"'), "R-3 建议"),
]
COLUMNS = (column("kind", "string"), column("level"))
OUTPUTS = (result("amount", "number"), result("class", values='"extra","basic"'))
DATA = {"kind": "hazard", "level": "general", "bonus": 30.5, "other": 1}


def test_every_hit_is_told_with_inputs_and_outputs() -> None:
    first, second = single("RULE ORDER", REWARDS, COLUMNS, OUTPUTS).explain(DATA)
    assert first == Hit(
        rule=1,
        id="r",
        annotation="R-1 一般隐患",
        inputs={"kind": "hazard", "level": "general"},
        outputs={"amount": 200, "class": "basic"},
    )
    assert (second.rule, second.outputs) == (2, {"amount": 30.5, "class": "extra"})
    assert type(first.outputs["amount"]) is int
    check_data(asdict(second))


def test_only_the_rules_that_count_are_told_in_their_order() -> None:
    def numbers(policy: str) -> list[int]:
        return [hit.rule for hit in single(policy, REWARDS, COLUMNS, OUTPUTS).explain(DATA)]

    assert numbers("FIRST") == [1]
    assert numbers("PRIORITY") == [2]
    assert numbers("OUTPUT ORDER") == [2, 1]
    assert numbers("COLLECT") == [1, 2]
    rows = [(inputs, outputs[:1], note) for inputs, outputs, note in REWARDS]
    summed = single("COLLECT SUM", rows, COLUMNS, OUTPUTS[:1])
    assert [hit.outputs["amount"] for hit in summed.explain(DATA)] == [200, 30.5]
    assert float(summed.evaluate(DATA)) == 230.5


def test_no_rule_and_no_table_tell_nothing() -> None:
    made = single("FIRST", REWARDS, COLUMNS, OUTPUTS)
    assert made.explain({**DATA, "kind": "praise"}) == []
    assert parse(file(decision(formula("1"))))["dec"].explain({}) == []


def test_the_texts_of_a_decision_are_listed_for_checking() -> None:
    outputs = (result("amount", default="floor_amount"), OUTPUTS[1])
    made = single("FIRST", REWARDS[:2], COLUMNS, outputs)
    assert [
        (cell.rule, cell.column, cell.text, set(cell.names)) for cell in made.expressions()
    ] == [
        (None, "kind", "kind", {"kind"}),
        (None, "level", "level", {"level"}),
        (None, "amount", "floor_amount", {"floor_amount"}),
        (1, "kind", '"hazard"', set()),
        (1, "level", '"general"', set()),
        (1, "amount", "200", set()),
        (1, "class", '"basic"', set()),
        (2, "kind", '"hazard"', set()),
        (2, "level", "-", set()),
        (2, "amount", "bonus", {"bonus"}),
        (2, "class", '"extra"', set()),
    ]
    assert made.names == {"kind", "level", "bonus", "floor_amount"}


def test_making_a_decision_changes_no_data() -> None:
    made = parse(
        file(decision(table("FIRST", (column("xs"),), (result("x"),), [(("-",), ("xs",))])))
    )["dec"]
    data = {"xs": [1, {"a": 2}]}
    made.evaluate(data)
    made.explain(data)
    assert data == {"xs": [1, {"a": 2}]}
