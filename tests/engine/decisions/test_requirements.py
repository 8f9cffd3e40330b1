"""Decisions that require decisions, inputs with types, and business knowledge models."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.decisions import parse, to_plain
from engine.errors import DecisionError
from tests.engine.decisions.tables import (
    column,
    decision,
    file,
    formula,
    requires,
    result,
    table,
    text,
)

LEVEL = decision(
    table(
        "FIRST",
        (column("people at risk", "number"),),
        (result("level"),),
        [((">= 3",), ('"major"',)), (("-",), ('"general"',))],
    ),
    "level_table",
    "Hazard Level",
)
PEOPLE = (
    '<inputData id="i1" name="people at risk">'
    '<variable name="people at risk" typeRef="number"/></inputData>'
)


def reward(level_name: str) -> str:
    rows = [(('"major"',), ("1000",)), (('"general"',), ("base * 2",))]
    return decision(
        table("UNIQUE", (column(level_name),), (result("amount"),), rows),
        "reward",
        required=requires("level_table"),
    )


@pytest.mark.parametrize("name", ["Hazard Level", "level_table"])
def test_a_decision_uses_the_result_of_another(name: str) -> None:
    made = parse(file(LEVEL, reward(name), PEOPLE))
    assert set(made) == {"level_table", "reward"}
    assert made["reward"].evaluate({"people at risk": 4, "base": 100}) == 1000
    assert made["reward"].evaluate({"people at risk": 1, "base": 100}) == 200
    assert made["reward"].names == {"people at risk", "base"}
    assert made["level_table"].names == {"people at risk"}


def test_the_result_goes_by_the_name_of_its_variable_too() -> None:
    level = LEVEL.replace("<decisionTable", '<variable name="level"/><decisionTable', 1)
    made = parse(file(reward("level"), level, PEOPLE))
    assert made["reward"].evaluate({"people at risk": 4}) == 1000


def test_a_required_result_wins_over_data_of_the_same_name() -> None:
    made = parse(file(LEVEL, reward("level_table"), PEOPLE))["reward"]
    assert made.evaluate({"people at risk": 4, "level_table": "general", "base": 1}) == 1000


def test_an_undrawn_requirement_is_read_from_the_data() -> None:
    made = parse(file(LEVEL, reward("level_table").replace(requires("level_table"), ""), PEOPLE))
    with pytest.raises(DecisionError, match="field 'level_table' is not known here"):
        made["reward"].evaluate({"people at risk": 4})


def test_an_error_names_the_decision_it_happened_in() -> None:
    made = parse(file(LEVEL, reward("level_table"), PEOPLE))["reward"]
    with pytest.raises(DecisionError) as caught:
        made.evaluate({"base": 1})
    assert caught.value.decision == "level_table"
    assert "field 'people at risk' is not known here" in caught.value.message.en


def test_a_required_decision_is_made_once() -> None:
    chain = [decision(formula("n + 1"), "d0")]
    for step in range(1, 40):
        before = f"d{step - 1}"
        chain.append(
            decision(formula(f"({before} + {before}) / 2"), f"d{step}", required=requires(before))
        )
    assert parse(file(*chain))["d39"].evaluate({"n": 1}) == 2


def test_a_circle_is_refused() -> None:
    one = decision(formula("b"), "a", required=requires("b"))
    two = decision(formula("a"), "b", required=requires("a"))
    with pytest.raises(DecisionError, match="'a' requires itself in a circle"):
        parse(file(one, two))


def test_a_requirement_must_be_in_the_file() -> None:
    with pytest.raises(DecisionError, match="'a' requires 'gone', which is not in the file"):
        parse(file(decision(formula("1"), "a", required=requires("gone"))))


def model(key: str, parameters: tuple[str, ...], logic: str, required: str = "") -> str:
    formal = "".join(f'<formalParameter name="{name}"/>' for name in parameters)
    return (
        f'<businessKnowledgeModel id="{key}" name="{key} of">{required}'
        f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic></businessKnowledgeModel>"
    )


def knows(*keys: str) -> str:
    return requires(*keys, kind="knowledge")


def test_a_model_is_called_like_a_function() -> None:
    tax = model("tax", ("gross", "rate"), formula("gross * rate / 100"))
    use = decision(formula("amount - tax of(amount, 20)"), required=knows("tax"))
    assert parse(file(tax, use))["dec"].evaluate({"amount": 800}) == 640


def test_a_model_may_be_a_table_and_call_models() -> None:
    rows = [(("> 100",), ("double of(x)",)), (("-",), ("x",))]
    double = model("double", ("x",), formula("x * 2"))
    capped = model(
        "capped", ("x",), table("FIRST", (column("x"),), (result("y"),), rows), knows("double")
    )
    use = decision(formula("capped of(a) + capped of(b)"), required=knows("capped"))
    made = parse(file(use, capped, double))["dec"]
    assert made.evaluate({"a": 1, "b": 200}) == 401


def test_a_model_sees_its_parameters_only() -> None:
    with pytest.raises(DecisionError, match="the model has no parameter 'amount'"):
        parse(file(model("tax", ("rate",), formula("amount * rate")), decision(
            formula("tax of(1)"), required=knows("tax"))))  # fmt: skip


def test_a_model_must_be_required_to_be_called() -> None:
    with pytest.raises(DecisionError):
        parse(file(model("tax", ("x",), formula("x")), decision(formula("tax of(1)"))))


def test_models_cannot_multiply_without_end() -> None:
    models = [model("m0", ("x",), formula("x + 1"))]
    for step in range(1, 12):
        calls = " + ".join([f"m{step - 1} of(x)"] * 9)
        models.append(model(f"m{step}", ("x",), formula(calls), knows(f"m{step - 1}")))
    use = decision(formula("m11 of(1)"), required=knows("m11"))
    with pytest.raises(DecisionError, match="too many steps"):
        parse(file(*models, use))["dec"].evaluate({})


def invocation(*bindings: tuple[str, str]) -> str:
    bound = "".join(
        f'<binding><parameter name="{name}"/>{formula(value)}</binding>' for name, value in bindings
    )
    return f"<invocation>{formula('tax of')}{bound}</invocation>"


def test_an_invocation_binds_by_name() -> None:
    tax = model("tax", ("gross", "rate"), formula("gross * rate / 100"))
    use = decision(invocation(("rate", "10 + 10"), ("gross", "amount")), required=knows("tax"))
    made = parse(file(tax, use))["dec"]
    assert made.evaluate({"amount": 800}) == 160
    assert made.names == {"amount"}


def test_a_model_must_have_logic_and_known_types() -> None:
    empty = '<businessKnowledgeModel id="tax" name="tax of"/>'
    with pytest.raises(DecisionError, match="the model 'tax of' is empty"):
        parse(file(empty, decision(formula("1"), required=knows("tax"))))
    odd = model("tax", ("x",), formula("x")).replace('name="x"', 'name="x" typeRef="tMoney"')
    with pytest.raises(DecisionError, match="there is no type 'tMoney'"):
        parse(file(odd, decision(formula("1"), required=knows("tax"))))


def test_an_input_of_unknown_type_is_refused() -> None:
    item = '<inputData id="i" name="x"><variable name="x" typeRef="tMoney"/></inputData>'
    with pytest.raises(DecisionError, match="in the decision 'dec': there is no type 'tMoney'"):
        parse(file(item, decision(formula("x"))))


def test_an_invocation_must_bind_everything() -> None:
    tax = model("tax", ("gross", "rate"), formula("gross * rate / 100"))
    with pytest.raises(DecisionError, match="'tax of' needs exactly: gross, rate"):
        parse(file(tax, decision(invocation(("rate", "1")), required=knows("tax"))))


def test_names_may_hold_spaces_and_signs() -> None:
    inputs = "".join(
        f'<inputData id="i{n}" name="{name}"/>'
        for n, name in enumerate(["date and amount", "A/B", "整改 期限", "A"])
    )
    made = parse(file(inputs, decision(formula("date and amount + A/B + 整改 期限 - A"))))["dec"]
    data: dict[str, Any] = {"date and amount": 1, "A/B": 20, "整改 期限": 300, "A": 5}
    assert made.evaluate(data) == 316
    assert made.names == set(data)


def test_a_multi_output_result_is_read_by_field() -> None:
    rows = [((">0",), ("10", '"x"'))]
    first = decision(
        table("FIRST", (column("n"),), (result("amount"), result("budget line")), rows), "first"
    )
    second = decision(
        formula("first.budget line + string(first.amount)"), required=requires("first")
    )
    assert parse(file(first, second))["dec"].evaluate({"n": 1}) == "x10"


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ("", "has no table or expression yet"),
        ("<context/>", "'context' is not supported"),
        ("<decisionTable/>", "has no output column"),
        ("<decisionTable><output/><rule/></decisionTable>", "wrong number of cells"),
        ("<decisionTable><input/><output/></decisionTable>", "lacks its expression"),
        ("<decisionTable><output/><output/></decisionTable>", "lacks its name"),
        (
            '<decisionTable><output name="a"/><output name="a"/></decisionTable>',
            "two output columns have the same name",
        ),
        (text("literalExpression", "1", 'expressionLanguage="javascript"'), "not in javascript"),
        ('<decisionTable><output typeRef="tMoney"/></decisionTable>', "no type 'tMoney'"),
    ],
)
def test_an_unfinished_decision_is_refused(inside: str, complaint: str) -> None:
    with pytest.raises(DecisionError, match=complaint) as caught:
        parse(file(decision(inside, name="奖励")))
    assert caught.value.decision == "dec"


def test_ids_are_unique_and_given() -> None:
    for twice in (decision(formula("1")) * 2, decision(formula("1"), key=" ")):
        with pytest.raises(DecisionError, match="is used twice"):
            parse(file(twice))


def test_decisions_know_their_columns() -> None:
    made = parse(file(LEVEL, reward("level_table"), decision(formula("1"), "f", "Formula"), PEOPLE))
    (source,) = made["level_table"].inputs
    assert (source.label, source.expression, source.type.name) == (
        "people at risk", "people at risk", "number",
    )  # fmt: skip
    assert [output.name for output in made["reward"].outputs] == ["amount"]
    assert [output.name for output in made["f"].outputs] == ["Formula"]
    assert to_plain(made["f"].evaluate({})) == 1
    assert made["f"].evaluate({}) == Decimal(1)
