"""Columns have types: plain data is turned into them, and what does not fit is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.decisions import parse
from engine.errors import DecisionError
from tests.engine.decisions.tables import column, decision, file, formula, result, single, text


def typed(kind: str, cell: str) -> Any:
    return single("FIRST", [((cell,), ("true",))], inputs=(column("n", kind),))


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("number", ">5", 6),
        ("number", ">5", 5.5),
        ("integer", ">5", Decimal(6)),
        ("string", '"a"', "a"),
        ("boolean", "true", True),
        ("feel:string", '"a"', "a"),
        ("Any", "5", 5),
        ("", '"a"', "a"),
        ("date", '> date("2026-01-01")', "2026-03-01"),
        ("date", '> date("2026-01-01")', date(2026, 3, 1)),
        ("date", '@"2026-03-02"', "2026-03-01T20:00:00Z"),
        ("time", '> time("08:00:00")', "09:00:00"),
        ("dateTime", '> @"2026-03-01T00:00:00Z"', "2026-03-01T08:30:00+08:00"),
        ("dayTimeDuration", '> duration("PT1H")', "P1D"),
        ("yearMonthDuration", '> duration("P1M")', "P1Y"),
        ("number", "null", None),
        ("date", "null", None),
    ],
)
def test_a_value_fits(kind: str, cell: str, value: object) -> None:
    assert typed(kind, cell).evaluate({"n": value}) is True


@pytest.mark.parametrize(
    ("kind", "value", "complaint"),
    [
        ("number", "6", "'n' must be of type number, not text"),
        ("number", True, "'n' must be of type number, not true or false"),
        ("string", 6, "'n' must be of type string, not a number"),
        ("boolean", 0, "'n' must be of type boolean, not a number"),
        ("date", "tomorrow", "'tomorrow' is not a date"),
        ("date", 20260301, "'n' must be of type date, not a number"),
        ("dateTime", "soon", "'soon' is not a moment"),
        ("time", "noon", "'noon' is not a time"),
        ("dayTimeDuration", "3 days", "'3 days' is not a duration"),
        ("number", float("nan"), "is not a finite number"),
        ("Any", object(), "does not hold plain data"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind: str, value: object, complaint: str) -> None:
    with pytest.raises(DecisionError, match=complaint) as caught:
        typed(kind, "-").evaluate({"n": value})
    assert caught.value.decision == "dec"


def test_input_values_are_the_only_ones_allowed() -> None:
    made = single(
        "FIRST",
        [(("-",), ("1",))],
        inputs=(column("n", "string", '"general","major"'),),
    )
    assert made.evaluate({"n": "major"}) == 1
    assert made.evaluate({"n": None}) == 1
    with pytest.raises(DecisionError, match="'minor' is no allowed value of 'n'"):
        made.evaluate({"n": "minor"})


def test_output_values_are_checked_when_the_table_is_read() -> None:
    outputs = (result("level", "string", '"general","major"'),)
    with pytest.raises(DecisionError, match="'minor' is no allowed value of 'level'") as caught:
        single("FIRST", [(("-",), ('"major"',)), (("-",), ('"minor"',))], outputs=outputs)
    assert caught.value.rule == 2
    with pytest.raises(DecisionError, match="must be of type string, not a number") as caught:
        single("FIRST", [(("-",), ("1",))], outputs=outputs)
    assert caught.value.rule == 1


def test_computed_outputs_are_checked_when_the_decision_is_made() -> None:
    made = single(
        "FIRST", [(("-",), ("n * 100",))], outputs=(result("amount", "number", "[0..5000]"),)
    )
    assert made.evaluate({"n": 50}) == 5000
    with pytest.raises(DecisionError, match="'5100' is no allowed value of 'amount'") as caught:
        made.evaluate({"n": 51})
    assert caught.value.rule == 1


ITEMS = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    + text("allowedValues", '"general","major"')
    + "</itemDefinition>"
    '<itemDefinition name="tHazard"><itemComponent name="level"><typeRef>tLevel</typeRef>'
    "</itemComponent><itemComponent name='found on'><typeRef>date</typeRef></itemComponent>"
    "</itemDefinition>"
    '<itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef></itemDefinition>'
    '<inputData id="h" name="hazard"><variable name="hazard" typeRef="tHazard"/></inputData>'
    '<inputData id="l" name="levels"><variable name="levels" typeRef="tLevels"/></inputData>'
)


def with_items(expression: str) -> Any:
    return parse(file(ITEMS, decision(formula(expression))))["dec"]


def test_a_drawn_record_is_turned_field_by_field() -> None:
    made = with_items('hazard.found on + duration("P1D")')
    hazard = {"level": "major", "found on": "2026-03-01", "note": "x"}
    assert made.evaluate({"hazard": hazard}) == date(2026, 3, 2)
    with pytest.raises(DecisionError, match=r"'minor' is no allowed value of 'hazard.level'"):
        made.evaluate({"hazard": {**hazard, "level": "minor"}})
    with pytest.raises(DecisionError, match="must be of type tHazard, not text"):
        made.evaluate({"hazard": "x"})


def test_a_drawn_list_is_checked_entry_by_entry() -> None:
    made = with_items('list contains(levels, "major")')
    assert made.evaluate({"levels": ["general", "major"]}) is True
    assert made.evaluate({"levels": "general"}) is False
    with pytest.raises(DecisionError, match="'minor' is no allowed value"):
        made.evaluate({"levels": ["major", "minor"]})


def test_the_allowed_values_of_a_type_order_a_table() -> None:
    xml = file(
        ITEMS,
        decision(
            '<decisionTable hitPolicy="PRIORITY"><output name="level" typeRef="tLevel"/>'
            + "".join(
                f"<rule>{text('outputEntry', cell)}</rule>" for cell in ('"major"', '"general"')
            )
            + "</decisionTable>"
        ),
    )
    assert parse(xml)["dec"].evaluate({}) == "general"


def test_an_unknown_or_circular_type_is_refused() -> None:
    with pytest.raises(DecisionError, match="there is no type 'tMoney'"):
        single("FIRST", [], inputs=(column("n", "tMoney"),))
    circle = '<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'
    with pytest.raises(DecisionError, match="there is no type 't'"):
        parse(file(circle, decision(f"<decisionTable>{column('n', 't')}<output/></decisionTable>")))


def test_types_that_double_at_every_step_are_read_at_once() -> None:
    items = ['<itemDefinition name="t0"><typeRef>number</typeRef></itemDefinition>']
    for step in range(1, 60):
        parts = "".join(
            f'<itemComponent name="{name}"><typeRef>t{step - 1}</typeRef></itemComponent>'
            for name in "abc"
        )
        items.append(f'<itemDefinition name="t{step}">{parts}</itemDefinition>')
    item = '<inputData id="i" name="x"><variable name="x" typeRef="t59"/></inputData>'
    made = parse(file(*items, item, decision(formula("x.a"))))["dec"]
    assert made.evaluate({"x": {"a": None}}) is None
