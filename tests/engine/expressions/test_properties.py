"""Whatever the numbers and texts are, the language agrees with Python and keeps its promises."""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionError
from engine.expressions import check_data, compile_script, evaluate, to_plain
from engine.values.moments import read_duration, write_duration

#: Without a deadline: how long an example takes on a busy machine says nothing.
relaxed = settings(deadline=None)

integers = st.integers(-(10**9), 10**9)
numbers = integers | st.floats(allow_nan=False, allow_infinity=False)
keys = st.text(max_size=8)
plain_data = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)
identifiers = st.sampled_from(["a", "b", "amount", "等级", "x1"])


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": operator.lt,
    "==": operator.eq,
    ">=": operator.ge,
}
NUMBERS = {"a": 7, "b": -3, "c": 10**6}
leaves = st.sampled_from(sorted(NUMBERS)) | integers
calculations = st.recursive(
    leaves, lambda inner: st.tuples(st.sampled_from(sorted(OPERATORS)), inner, inner), max_leaves=8
)


def written(tree: Any) -> str:
    """Write a calculation down as a modeller would, every step in brackets."""
    if isinstance(tree, tuple):
        sign, left, right = tree
        return f"({written(left)} {sign} {written(right)})"
    return str(tree)


def worked_out(tree: Any) -> Any:
    """Calculate with Python's own operators, as the measure."""
    if isinstance(tree, tuple):
        sign, left, right = tree
        return OPERATORS[sign](worked_out(left), worked_out(right))
    return NUMBERS.get(tree, tree)


@relaxed
@given(calculations)
def test_integers_calculate_as_in_python(tree: Any) -> None:
    try:
        expected = worked_out(tree)
    except ZeroDivisionError:
        with pytest.raises(ExpressionError, match="division by zero"):
            evaluate(written(tree), NUMBERS)
    else:
        assert evaluate(written(tree), NUMBERS) == expected


@relaxed
@given(st.text(max_size=60), st.text(max_size=60))
def test_texts_compare_and_join_as_in_python(left: str, right: str) -> None:
    data = {"a": left, "b": right}
    assert evaluate("[a + b, a == b, a < b, a in b, a[:2]]", data) == [
        left + right, left == right, left < right, left in right, left[:2],
    ]  # fmt: skip


@relaxed
@given(st.dictionaries(identifiers, plain_data, max_size=4), st.text(max_size=60))
def test_any_text_as_expression_is_an_answer_or_an_expression_error(
    data: dict[str, Any], source: str
) -> None:
    before = deepcopy(data)
    with suppress(ExpressionError):
        evaluate(source, data)
    assert data == before


tokens = st.sampled_from(
    ["a", "b", "等级", "1", "2.5", "'x'", "true", "null", "+", "-", "*", "/", "**", "==", "<", "&&",
     "!", "(", ")", "[", "]", "{", "}", ":", ",", ".", " in ", " if ", " else ", " for ", " and ",
     " not ", "len(", "sum(", "range(", "${", "=", "lambda ", "\n", " "]
)  # fmt: skip


@relaxed
@given(st.lists(tokens, max_size=25).map("".join))
def test_any_tokens_as_script_or_expression_do_no_harm(source: str) -> None:
    data: dict[str, Any] = {"a": [1, 2], "b": {"x": 3}, "等级": "重大"}
    before = deepcopy(data)
    for attempt in (lambda: evaluate(source, data), lambda: compile_script(source).run(data)):
        with suppress(ExpressionError):
            attempt()
    assert data == before


@relaxed
@given(plain_data, plain_data)
def test_a_script_is_all_or_nothing(first: Any, second: Any) -> None:
    data = {"a": first, "b": [second, {}]}
    before = deepcopy(data)
    changed = compile_script("c = a\nb[1].new = b[0]\nb[0] = 0").run(data)
    assert data == before
    assert changed == {"a": first, "b": [0, {"new": second}], "c": first}
    with pytest.raises(ExpressionError):
        compile_script("b[1].new = 1\na = 0\nc = a + 'x'").run(data)
    assert data == before


@relaxed
@given(plain_data)
def test_plain_data_stays_as_it_is(value: Any) -> None:
    check_data(value)
    assert to_plain(value) == value


@relaxed
@given(st.timedeltas())
def test_durations_are_read_back(span: Any) -> None:
    text = write_duration(span)
    if abs(span.days) < 10**6:
        assert read_duration(text) == span
