"""Plain data: what may be kept, and how big it may be."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import ExpressionError
from engine.expressions import check_data, to_plain
from engine.values.moments import Months


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**63), 2**63 - 1, 1.5, "", "隐患😀", [], {}, [1, ["a", None]],
        {"a": {"b": [1, 2.5, False]}}, {"键": "值"},
    ],
)  # fmt: skip
def test_plain_data_is_accepted(value: object) -> None:
    check_data(value)
    assert to_plain(value) == value == json.loads(json.dumps(value))


@pytest.mark.parametrize(
    ("value", "where", "complaint"),
    [
        ({"a": 2**63}, "a", "more than 64 bits"),
        ({"a": [0, math.nan]}, "a[1]", "not a finite number"),
        ({"a": math.inf}, "a", "not a finite number"),
        ({"a": {"b": (1,)}}, "a.b", "of a kind that cannot be stored"),
        ({"a": {1}}, "a", "of a kind that cannot be stored"),
        ({"a": b"x"}, "a", "of a kind that cannot be stored"),
        ({"a": date(2026, 3, 1)}, "a", "of a kind that cannot be stored"),
        ({"a": Decimal(1)}, "a", "of a kind that cannot be stored"),
        ({"a": {1: 2}}, "a", "a key that is not text but a number"),
        ({"a": "\ud800"}, "a", "characters that cannot be stored"),
        (object(), "", "of a kind that cannot be stored"),
    ],
)
def test_other_data_is_refused_and_named(value: object, where: str, complaint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check_data(value)
    assert complaint in caught.value.message.en
    assert caught.value.field == where


def test_subclasses_are_refused() -> None:
    class Text(str):
        __slots__ = ()

    class Record(dict[str, Any]):
        pass

    for value in (Text("a"), Record(), True.__class__.__base__):
        with pytest.raises(ExpressionError):
            check_data({"a": value})


def test_size_and_depth_are_bounded() -> None:
    check_data({"text": "a" * 199_000})
    deep: list[object] = []
    for _ in range(31):
        deep = [deep]
    check_data(deep)
    shared: object = "x" * 1_000
    for _ in range(20):
        shared = [shared, shared]
    for value in ({"text": "a" * 200_001}, {"text": "隐" * 70_000}, [0] * 30_000, [deep], shared):
        with pytest.raises(ExpressionError, match=r"too much process data|nested too deeply"):
            check_data(value)


def test_a_circle_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(ExpressionError, match="nested too deeply"):
        check_data(circle)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Decimal("12.00"), 12),
        (Decimal("1E+3"), 1000),
        (Decimal("0.1"), 0.1),
        (Decimal("-0"), 0),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 8, tzinfo=UTC), "2026-03-01T08:00:00+00:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(days=1, hours=2, seconds=3.5), "P1DT2H3.5S"),
        (timedelta(0), "P0D"),
        (timedelta(minutes=-90), "-PT1H30M"),
        (Months(14), "P1Y2M"),
        ([Decimal(1), {"a": Decimal("1.5")}], [1, {"a": 1.5}]),
    ],
)
def test_dates_and_decimals_become_plain(value: object, plain: object) -> None:
    result = to_plain(value)
    assert (result, type(result)) == (plain, type(plain))
    check_data(result)


def test_numbers_that_are_none_cannot_become_plain() -> None:
    for value in (Decimal("NaN"), Decimal("Infinity"), Decimal("1E+400"), Decimal(2**64)):
        with pytest.raises(ExpressionError):
            to_plain({"a": value})


def test_a_plain_copy_shares_nothing() -> None:
    inner = [1]
    copy = to_plain({"a": inner, "b": inner})
    assert isinstance(copy, dict)
    copy["a"].append(2)
    assert (inner, copy["b"]) == ([1], [1])
