"""What the cells of a table say: tests for inputs, S-FEEL for outputs (DMN 1.3, chapters 9, 10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from engine.errors import DecisionError
from engine.values.moments import Months
from tests.engine.decisions.tables import feel, passes


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("-", [1, None, "x"], []),
        ("", [1, None], []),
        ("5", [5, 5.0, Decimal("5.00")], [6, "5", None, True]),
        ("-5", [-5], [5]),
        ('"major"', ["major"], ["general", None, 1]),
        ("true", [True], [False, 1, None, "true"]),
        ("false", [False], [True, 0, None]),
        ("null", [None], [0, "", False]),
        ("< 5", [4, -1, 4.9], [5, 6, None, "4"]),
        ("<= 5", [5], [5.1]),
        (">5", [6], [5]),
        (">= 5", [5, 6], [4]),
        ("= 5", [5], [6]),
        ("!= 5", [6, None], [5, "a"]),
        ('> "b"', ["c"], ["a", 5]),
        ("[1..5]", [1, 3, 5], [0, 6, None, "3"]),
        ("(1..5)", [2, 4], [1, 5]),
        ("]1..5[", [2, 4], [1, 5]),
        ("(1..5]", [2, 5], [1]),
        ("[1..5[", [1], [5]),
        ("[1+1 .. 2*3]", [2, 6], [1, 7]),
        ("[.5...9]", [0.5, 0.9], [0.4, 1]),
        ("1, 2, 3", [1, 3], [4, None]),
        ("<1, [5..6], >9", [0, 5, 10], [1, 7, 9]),
        ('"a","b"', ["a", "b"], ["c"]),
        ('not("a","b")', ["c"], ["a", "b"]),
        ("not(>5)", [5], [6, None, "x"]),
        ("not([1..5], 7)", [6, 8], [1, 7]),
        ("not(null)", [0, "a"], [None]),
        ("(1 + 2) * 2", [6], [9]),
        ("limit", [8], [9]),
        ("> limit", [9], [8]),
        ("limit * 2, limit + 1", [16, 9], [8]),
        ("? > 5 and ? < limit", [6, 7], [5, 8, None]),
        ("contains(?, \"进水\")", ["配电柜进水"], ["灭火器", None]),
        ('starts with(?, "A") or ? = "B1"', ["A7", "B1"], ["B2"]),
        ("limit > 5", [1, 2], []),
        ("limit > 50", [], [1, 2]),
        ("kinds", ["a", "b"], ["c"]),
        ("[1, 2]", [1, 2, [1, 2]], [3]),
        ("not(? = 1)", [2], [1]),
        ("? in (1, [5..6])", [1, 5], [2]),
        ("? between 2 and 4", [2, 4], [1, 5]),
        ("not(contains(?, \"x\")) and true", ["a"], ["x"]),
    ],
)  # fmt: skip
def test_a_test_lets_through(cell: str, inside: list[Any], outside: list[Any]) -> None:
    data = {"limit": 8, "kinds": ["a", "b"]}
    assert [passes(cell, value, **data) for value in inside] == [True] * len(inside)
    assert [passes(cell, value, **data) for value in outside] == [False] * len(outside)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("10 - 4 - 3", Decimal(3)),
        ("2 ** 3 ** 2", Decimal(64)),
        ("-2 ** 2", Decimal(4)),
        ("--2", Decimal(2)),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 / 3 * 3", Decimal("0.9999999999999999999999999999999999")),
        ("1e3", Decimal(1000)),
        ('"a" + "b"', "ab"),
        ('"a\\n\\"\\u4e2d"', 'a\n"中'),
        ("1 / 0", None),
        ('1 + "a"', None),
        ("null + 1", None),
        ("1 = 1.0", True),
        ('1 = "1"', None),
        ("null = null", True),
        ("1 != null", True),
        ('"a" < "b"', True),
        ("1 < null", None),
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("null or false", None),
        ("not(false)", True),
        ("not(null)", None),
        ("if 1 < 2 then \"a\" else \"b\"", "a"),
        ("if null then 1 else 2", Decimal(2)),
        ("3 between 1 and 5 and true", True),
        ("3 in [1..2]", False),
        ("3 in (1, 3)", True),
        ("3 in >2", True),
        ("3 in (1 + 2)", True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("order.price * order.qty", Decimal("3.0")),
        ("order.nested.deep", "x"),
        ("min(3, 1, 2)", Decimal(1)),
        ("max([3, 1])", Decimal(3)),
        ('max(1, "a")', None),
        ("sum(numbers)", Decimal(6)),
        ("count(numbers)", Decimal(3)),
        ("sum([])", None),
        ("abs(-3)", Decimal(3)),
        ("decimal(2.345, 2)", Decimal("2.34")),
        ("floor(-1.5)", Decimal(-2)),
        ("ceiling(1.2)", Decimal(2)),
        ('number("12.5")', Decimal("12.5")),
        ('number("x")', None),
        ("string(12.50)", "12.50"),
        ("string(true)", "true"),
        ('upper case("aB")', "AB"),
        ('lower case("aB")', "ab"),
        ('string length("安全")', Decimal(2)),
        ('ends with("abc", "bc")', True),
        ("list contains(numbers, 2)", True),
        ('date("2026-03-01")', date(2026, 3, 1)),
        ("date(2026, 3, 1)", date(2026, 3, 1)),
        ('@"2026-03-01"', date(2026, 3, 1)),
        ('time("08:30:00")', time(8, 30)),
        ('@"08:30:00"', time(8, 30)),
        ('date and time("2026-03-01T08:00:00Z")', datetime(2026, 3, 1, 8, tzinfo=UTC)),
        (
            'date and time(date("2026-03-01"), time("08:00:00Z"))',
            datetime(2026, 3, 1, 8, tzinfo=UTC),
        ),
        ('@"2026-03-01T08:00:00Z"', datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ('date(date and time("2026-03-01T20:00:00Z"))', date(2026, 3, 2)),
        ('duration("P1DT2H")', timedelta(hours=26)),
        ('duration("P1Y2M")', Months(14)),
        ('@"-PT5M"', timedelta(minutes=-5)),
        ('date("2026-03-01") + duration("P3D")', date(2026, 3, 4)),
        ('duration("P3D") + date("2026-03-01")', date(2026, 3, 4)),
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('date("2026-03-31") - duration("P1M")', date(2026, 2, 28)),
        ('date("2024-02-29") + duration("P1Y")', date(2025, 2, 28)),
        ('date("2026-12-15") + duration("P1M")', date(2027, 1, 15)),
        ('date("2026-03-04") - date("2026-03-01")', timedelta(days=3)),
        ('duration("PT1H") * 3', timedelta(hours=3)),
        ('2 * duration("P1Y")', Months(24)),
        ('duration("PT3H") / 2', timedelta(minutes=90)),
        ('duration("PT3H") / duration("PT2H")', Decimal("1.5")),
        ('duration("P1Y") + duration("P1M")', Months(13)),
        ('-duration("P1Y")', Months(-12)),
        ('duration("P1Y") > duration("P11M")', True),
        ('date("2026-03-01") < date("2026-03-02")', True),
        ('date("2026-03-01") < 5', None),
        ("", None),
    ],
)  # fmt: skip
def test_an_expression_gives(expression: str, value: object) -> None:
    order = {"price": 1.5, "qty": 2, "nested": {"deep": "x"}}
    actual = feel(expression, order=order, numbers=[1, 2, 3])
    assert (actual, type(actual)) == (value, type(value))


@pytest.mark.parametrize(
    "expression",
    [
        "nothing.price", "nothing.a.b", 'sum(1, "a")', "count(1)", 'floor("a")', "floor(1, 99)",
        'abs("a")', "not(1)", "string(null)", "string(numbers)", "list contains(1, 1)",
        "date(1, 2)", "date(1)", "time(5)", "date and time(5)", "date and time(1, 2)",
        "duration(5)", 'number("")', 'number("Infinity")', "upper case(1)", '-"a"', '2 ** "a"',
        '"a" * 2', '"a" / 2', "order - 1", "min([])", "order = 1",
        'duration("PT1H") / duration("PT0S")', 'duration("PT1H") / 0',
        'duration("P9999Y") * 1000', 'date("9999-12-31") + duration("P1D")',
        'date("0001-01-01") - duration("P1M")', "10 ** 1000 ** 7", "floor(10 ** 40, 20)",
    ],
)  # fmt: skip
def test_nonsense_is_null(expression: str) -> None:
    order = {"price": 1.5}
    assert feel(expression, order=order, numbers=[1], nothing=None) is None


def test_records_are_equal_field_by_field() -> None:
    data = {"a": {"x": 1, "y": [1, {"z": None}]}, "b": {"y": [1.0, {"z": None}], "x": 1}}
    assert feel("a = b", **data) is True
    assert feel("a != b", **data) is False
    assert feel("a = b", a=data["a"], b={"x": 1}) is False


def test_what_fails_on_the_way_is_an_error_of_the_decision() -> None:
    with pytest.raises(DecisionError, match=r"field 'order\.cost' is not known here"):
        feel("order.cost", order={"price": 1})
    with pytest.raises(DecisionError, match="the decision 'dec' cannot be calculated") as caught:
        feel("date(2026, month, 1)", month=13)
    assert caught.value.decision == "dec"


@time_machine.travel(datetime(2026, 3, 1, 17, 30, tzinfo=UTC), tick=False)
def test_time_is_read_when_the_decision_is_made() -> None:
    assert feel("today()") == date(2026, 3, 2)
    assert feel('now() - duration("PT1H") < now()') is True
    assert passes("< today()", None) is False


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("major", "field 'major' is not known here"),
        ("> ", "it ends too early"),
        ("[1..5", "it ends too early; ']' is missing"),
        ("[1..", "it ends too early"),
        ("1 2", "the end was expected at '2'"),
        ("“major”", "is a full-width sign"),
        ('"major', "lacks its closing quotation mark"),
        ("a && b", "the sign '&' is not allowed"),
        ("foo(1)", "there is no function 'foo'"),
        ("min()", "wrong number of arguments"),
        ("for x in y return x", "FEEL's 'for' is not supported"),
        ("numbers[1]", "FEEL's '[…]' is not supported"),
        ("and 1", "a value or a name was expected at 'and'"),
        ("order.", "a field name"),
        ("@5", "needs a date in quotation marks"),
        ('date("soon")', "'soon' is not a date"),
        ("date(2026, 13, 1)", "is not well written"),
        ("2 ** 10000", "exponent of a power is too large"),
        ("9" * 70, "a number is too long"),
        ('"\\x"', "a text holds a wrong escape"),
        ("(" * 30 + "1" + ")" * 30, "nested too deeply"),
        ("1" + "+1" * 1_900, "too complex"),
        ("{a: 1}", "the sign '{' is not allowed"),
    ],
)
def test_a_mistake_in_a_cell_names_decision_and_rule(cell: str, complaint: str) -> None:
    with pytest.raises(DecisionError) as caught:
        passes(cell, 1)
    message = caught.value.message
    assert complaint in message.en
    assert "in the decision '奖励', rule 1: " in message.en
    assert message.zh.startswith("决策“奖励”第 1 条规则：")
    assert (caught.value.decision, caught.value.rule) == ("dec", 1)


def test_a_question_mark_belongs_into_a_test() -> None:
    with pytest.raises(DecisionError, match="not supported"):
        feel("? + 1")


def test_a_cell_cannot_go_on_for_ever() -> None:
    with pytest.raises(DecisionError, match="too many steps"):
        passes(", ".join(["list contains(big, n)"] * 100), -1, big=list(range(5_000)))
