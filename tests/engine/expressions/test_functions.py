"""The helper functions, and those the caller adds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from engine.errors import ExpressionError
from engine.expressions import HELPER_NAMES, compile_expression, compile_script, evaluate

DATA = {
    "votes": [3, 1, 2],
    "words": ["b", "a"],
    "place": {"floor": 3, "note": None},
    "nothing": None,
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("len(votes) + len('安全') + len(place)", 7),
        ("min(votes), max(votes), min(4, 2), max('a', 'b')", [1, 3, 2, "b"]),
        ("sum(votes), sum([]), sum([1.5, 2])", [6, 0, 3.5]),
        ("abs(-4), round(2.567, 2), round(2.4), round(1234, -2)", [4, 2.57, 2, 1200]),
        ("int('12'), int(3.9), float('1.5'), str(12), bool(0)", [12, 3, 1.5, "12", False]),
        ("any([0, 1]), all([0, 1]), all([])", [True, False, True]),
        ("sorted(votes), sorted(words)", [[1, 2, 3], ["a", "b"]]),
        ("range(3), range(1, 3), range(4, 0, -2)", [[0, 1, 2], [1, 2], [4, 2]]),
        ("lower('AbC'), upper('abc')", ["abc", "ABC"]),
        (
            "contains('配电柜进水', '进水'), contains(votes, 3), contains(votes, 9)",
            [True, True, False],
        ),
        ("starts_with('abc', 'ab'), ends_with('abc', 'ab')", [True, False]),
        ("get(place, 'floor'), get(place, 'x', 0), get(nothing, 'x')", [3, 0, None]),
        ("count(votes), count([1, 2, 1], 1), count([[1], [2]], [1])", [3, 2, 1]),
        ("date('2026-03-01')", date(2026, 3, 1)),
        ("date(2026, 3, 1)", date(2026, 3, 1)),
        ("date('2026-03-01T20:00:00Z')", date(2026, 3, 2)),
        ("datetime('2026-03-01T08:00:00Z')", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("duration('P1DT2H')", timedelta(hours=26)),
        ("duration(days=1, hours=2)", timedelta(hours=26)),
        ("iso(date('2026-03-01')), iso(duration(hours=26))", ["2026-03-01", "P1DT2H"]),
        ("iso(datetime('2026-03-01T08:00:00'))", "2026-03-01T08:00:00+08:00"),
        ("days_between('2026-02-27', '2026-03-01')", 2),
        ("days_between('2026-03-01T23:00:00+08:00', date(2026, 3, 2))", 1),
        (
            "str(duration(hours=1)), str(date(2026, 3, 1)), str(true)",
            ["PT1H", "2026-03-01", "True"],
        ),
        ("defined('place'), defined('place.note'), defined('place.x')", [True, True, False]),
        ("defined('votes.x'), defined('x.y')", [False, False]),
    ],
)
def test_a_helper_gives(source: str, value: object) -> None:
    assert evaluate(source, DATA) == value


@pytest.mark.parametrize(
    "source",
    [
        "len(3)", "len()", "len(votes, 1)", "min([])", "max([1, 'a'])", "sum(['a'])", "abs('a')",
        "round('a')", "int('twelve')", "int('')", "float('1e999')", "str(votes)", "any('abc')",
        "sorted([1, 'a'])", "sorted([[1], [2]])", "sorted(votes, key=1)", "range('a')",
        "lower(3)", "contains(3, 3)", "get(votes, 0)", "get(place, 1)", "count('aa', 'a')",
        "date('tomorrow')", "date(2026, 13, 1)", "date(1, 2)", "datetime('8 o clock')",
        "duration('3 days')", "duration('P1M')", "duration()", "duration(months=1)",
        "duration('P1D', days=1)", "iso('x')", "days_between('a', 'b')", "defined(place)",
        "defined()", "nonsense(1)", "today(1)",
    ],
)  # fmt: skip
def test_a_wrong_use_is_an_expression_error(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, DATA)
    assert source in caught.value.message.en


def test_a_helper_is_said_to_lack_arguments_before_it_runs() -> None:
    with pytest.raises(ExpressionError, match=r"takes 1 argument"):
        compile_expression("len()")
    with pytest.raises(ExpressionError, match=r"there is no function 'lenght'; there are abs"):
        compile_expression("lenght(x)")


def test_every_helper_can_be_called() -> None:
    assert "defined" in HELPER_NAMES
    for name in HELPER_NAMES - {"today", "now", "duration"}:
        with pytest.raises(ExpressionError, match="takes"):
            compile_expression(f"{name}()")


@time_machine.travel(datetime(2026, 3, 1, 17, 30, tzinfo=UTC), tick=False)
def test_the_day_changes_at_midnight_in_china() -> None:
    assert evaluate("today()", {}) == date(2026, 3, 2)
    assert evaluate("now()", {}) == datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert evaluate("now().hour, now().day", {}) == [1, 2]
    assert evaluate("now() + duration(hours=24) > datetime('2026-03-02T17:00:00Z')", {}) is True


def test_data_never_takes_the_place_of_a_helper() -> None:
    data = {"len": "evil", "sum": 3, "today": "never", "defined": 1}
    assert evaluate("len(len)", data) == 4
    assert evaluate("sum([sum, sum])", data) == 6
    assert evaluate("str(today()) != today", data) is True
    assert evaluate("[len(len) for len in ['a', 'bc']]", data) == [1, 2]
    assert compile_script("len = 'abc'\nn = len(len)").run({}) == {"len": "abc", "n": 3}


def test_the_caller_may_add_functions() -> None:
    functions = {"due_in": lambda text, start=None: f"{text} after {start or 'now'}"}
    assert evaluate("due_in('3wd')", {}, functions) == "3wd after now"
    assert evaluate("due_in('3wd', start=day)", {"day": "Monday"}, functions) == "3wd after Monday"
    expression = compile_expression("due_in('3wd') + x", functions={"due_in"})
    assert (expression.calls, expression.names) == ({"due_in"}, {"x"})


def test_an_added_function_is_not_shadowed_and_shadows_nothing() -> None:
    functions = {"due_in": lambda text: "computed", "len": lambda text: "replaced"}
    assert evaluate("due_in('3wd')", {"due_in": "typed by a reporter"}, functions) == "computed"
    assert evaluate("len('abc')", {}, functions) == 3


def test_a_function_must_be_announced_and_given() -> None:
    with pytest.raises(ExpressionError, match="no function 'due_in'"):
        compile_expression("due_in('3wd')")
    with pytest.raises(ExpressionError, match="no function 'due_in'"):
        compile_expression("due_in('3wd')", functions={"due_in"}).evaluate({})


def test_an_added_function_can_only_give_plain_data() -> None:
    with pytest.raises(ExpressionError, match="does not hold plain data"):
        evaluate("leak()", {}, {"leak": lambda: open})
    with pytest.raises(ExpressionError, match="too long"):
        evaluate("flood()", {}, {"flood": lambda: "x" * 1_000_000})


def test_an_error_of_an_added_function_names_the_expression() -> None:
    def due_in(text: str) -> str:
        raise ExpressionError("不认识这个期限。", "this time limit is unknown")

    def rate(value: int) -> int:
        return {1: 2}[value]

    with pytest.raises(ExpressionError, match=r"due_in\('soon'\)': this time limit is unknown"):
        evaluate("due_in('soon')", {}, {"due_in": due_in})
    with pytest.raises(ExpressionError, match="cannot be calculated"):
        evaluate("rate(7)", {}, {"rate": rate})


def test_decimals_stay_exact() -> None:
    data = {"price": Decimal("0.1")}
    assert evaluate("price + price + price == price * 3", data) is True
    assert evaluate("sum([price, price])", data) == Decimal("0.2")
    assert evaluate("int(price * 10)", data) == 1
