"""What expressions mean: as a modeller who knows a little Python expects."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import ExpressionError
from engine.expressions import compile_expression, evaluate

REPORT: dict[str, Any] = {
    "amount": 500,
    "level": "major",
    "隐患等级": "重大",
    "imminent": True,
    "fund_plan": None,
    "due_on": "2026-03-01",
    "place": {"street": "长宁路", "floor": 3},
    "lines": [{"price": 60, "qty": 2}, {"price": 1, "qty": 5}],
    "votes": ["yes", "no", "yes"],
    "weight": Decimal("1.5"),
    "seen_at": datetime(2026, 3, 1, 8, tzinfo=UTC),
    "seen_on": date(2026, 3, 1),
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("amount + 1", 501),
        ("amount * 2 - 10 / 4", 997.5),
        ("amount // 3, amount % 3", [166, 2]),
        ("-amount + +1", -499),
        ("2 ** 10", 1024),
        ("amount > 100 and level == 'major'", True),
        ("amount > 100 and not imminent", False),
        ("0 or 'else'", "else"),
        ("100 < amount <= 500", True),
        ("100 < amount < 500", False),
        ("隐患等级 == '重大'", True),
        ("place.street + '8号'", "长宁路8号"),
        ("place['floor']", 3),
        ("lines[0].price", 60),
        ("lines[-1].qty", 5),
        ("votes[0:2]", ["yes", "no"]),
        ("level[:2]", "ma"),
        ("'yes' in votes", True),
        ("'floor' in place", True),
        ("'jo' in level", True),
        ("level not in ['general', 'minor']", True),
        ("fund_plan is None", True),
        ("fund_plan == None", True),
        ("fund_plan is not None", False),
        ("'A' if amount > 100 else 'B'", "A"),
        ("[x.price * x.qty for x in lines]", [120, 5]),
        ("[x.qty for x in lines if x.price > 10]", [2]),
        ("sum(x.price * x.qty for x in lines)", 125),
        ("[a + b for a in ['x', 'y'] for b in ['1', '2']]", ["x1", "x2", "y1", "y2"]),
        ("{x: len(x) for x in votes}", {"yes": 3, "no": 2}),
        ("[k for k in place]", ["street", "floor"]),
        ("{'paid': amount, 'to': [level]}", {"paid": 500, "to": ["major"]}),
        ("lines == [{'price': 60, 'qty': 2}, {'qty': 5, 'price': 1}]", True),
        ("weight * 2", Decimal("3.0")),
        ("weight + 0.1", Decimal("1.6")),
        ("seen_on.year + seen_on.weekday", 2033),
        ("seen_at.hour", 8),
        ("seen_on - date(due_on)", timedelta(0)),
        ("seen_on + duration(days=2)", date(2026, 3, 3)),
        ("duration(hours=36).days", 1),
        ("duration(hours=1) * 3 == duration('PT3H')", True),
        ("1" + " and 1" * 300, 1),
    ],
)
def test_a_calculation_gives(source: str, value: object) -> None:
    result = evaluate(source, REPORT)
    assert (result, type(result)) == (value, type(value))


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("1 / 0", "division by zero"),
        ("amount // 0", "division by zero"),
        ("level + 1", "'+' does not work between text and a number"),
        ("level * 3", "'*' does not work between text and a number"),
        ("level < 3", "'<' does not work between text and a number"),
        ("due_on < today()", "turn the text into a date with date(…)"),
        ("3 in level", "'in' does not work between a number and text"),
        ("-level", "a minus sign does not work on text"),
        ("lines[7]", "there is no 'lines[7]': there are 2 entries"),
        ("amount.cents", "a number has no 'cents'"),
        ("level is 'major'", "'is' is only for None, True and False"),
        ("1e308 * 10", "too large"),
        ("2.0 ** 64 ** 2", "at most 64"),
        ("[x for x in level]", "a loop runs over a list, not over text"),
        ("amount = 500", "compare with '=='"),
    ],
)
def test_a_mistake_is_explained(source: str, complaint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, REPORT)
    assert complaint in caught.value.message.en
    assert f"'{source}'" in caught.value.message.en
    assert f"“{source}”" in caught.value.message.zh
    assert caught.value.expression == source


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ("amont > 1", "amont"),
        ("place.stret", "place.stret"),
        ("lines[0].cost", "lines[0].cost"),
        ("place['roof'] == 1", "place['roof']"),
        ("[x.nothing for x in lines]", "x.nothing"),
    ],
)
def test_a_missing_field_is_named(source: str, field: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, REPORT)
    assert caught.value.field == field
    assert f"field '{field}' is not known here" in caught.value.message.en
    assert f"这里没有字段“{field}”" in caught.value.message.zh


def test_what_is_not_reached_need_not_exist() -> None:
    assert evaluate("True or nowhere", {}) is True
    assert evaluate("'a' if True else nowhere", {}) == "a"
    assert evaluate("1 > 2 > nowhere", {}) is False


def test_an_expression_knows_the_fields_it_reads() -> None:
    source = "amount > limit and any(v == 'yes' for v in votes) and place.floor and defined('x')"
    assert compile_expression(source).names == {"amount", "limit", "votes", "place"}


def test_an_inner_loop_may_use_the_name_of_the_outer_one() -> None:
    data = {"rows": [[1, 2], [3]], "x": "outside"}
    assert evaluate("[[x * 10 for x in x] for x in rows] + [x]", data) == [
        [10, 20],
        [30],
        "outside",
    ]


def test_a_source_is_compiled_once() -> None:
    assert compile_expression("amount + 2") is compile_expression("amount + 2")


def test_only_plain_data_can_be_read() -> None:
    class Sneaky(dict[str, object]):
        pass

    for value in (object(), Sneaky(), {1, 2}, (1,), b"x", 1j, len):
        with pytest.raises(ExpressionError, match="does not hold plain data"):
            evaluate("thing", {"thing": value})
        with pytest.raises(ExpressionError, match="does not hold plain data"):
            evaluate("things.one", {"things": {"one": value}})
        with pytest.raises(ExpressionError, match="does not hold plain data"):
            evaluate("[x for x in things]", {"things": [value]})
