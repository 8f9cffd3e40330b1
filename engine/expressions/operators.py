"""What `+`, `<`, `in` and the other signs mean, on plain values only.

Every pair of types an operator accepts is listed; whatever is not listed is refused. So there is no
`text * number`, no `%` formatting, and no method of any object is ever reached.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import ExpressionError
from engine.values.limits import MAX_BITS, MAX_EXPONENT, Budget, kind, produced

Operation = Callable[[Any, Any, Budget], Any]

NUMBERS = frozenset((int, float, bool, Decimal))
_SIZED = frozenset((str, list, dict))
#: Types whose values can be put in order, each only among themselves.
_ORDERED = frozenset((str, date, datetime, time, timedelta))

_MOMENTS: dict[str, frozenset[tuple[type, type]]] = {
    "+": frozenset(
        (
            (date, timedelta),
            (datetime, timedelta),
            (timedelta, date),
            (timedelta, datetime),
            (timedelta, timedelta),
        )
    ),
    "-": frozenset(
        (
            (date, date),
            (datetime, datetime),
            (date, timedelta),
            (datetime, timedelta),
            (timedelta, timedelta),
        )
    ),
    "*": frozenset(((timedelta, int), (int, timedelta), (timedelta, float), (float, timedelta))),
    "/": frozenset(((timedelta, int), (timedelta, float), (timedelta, timedelta))),
}


def mismatch(sign: str, left: object, right: object) -> ExpressionError:
    """Say that `sign` does not work between these two kinds of value."""
    (left_zh, left_en), (right_zh, right_en) = kind(left), kind(right)
    dates = (date, datetime)
    hint = isinstance(left, dates) != isinstance(right, dates) and str in (type(left), type(right))
    return ExpressionError(
        f"“{sign}”不能用于{left_zh}和{right_zh}。" + ("文字日期请写成 date(…)。" if hint else ""),
        f"'{sign}' does not work between {left_en} and {right_en}"
        + ("; turn the text into a date with date(…)" if hint else ""),
    )


def number(value: Any) -> Any:
    """Give a calculated number back; refuse one that is too large or none at all."""
    if type(value) is int and value.bit_length() <= MAX_BITS:
        return value
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is Decimal and value.is_finite() and value.adjusted() <= MAX_EXPONENT:
        return value
    if type(value) is bool:
        return value
    raise ExpressionError("计算得到的数太大或没有意义。", "the result is too large or not a number")


def _pair(left: Any, right: Any) -> tuple[Any, Any]:
    """Bring a float beside a Decimal to Decimal, by its shortest spelling."""
    if type(left) is Decimal and type(right) is float:
        return left, Decimal(repr(right))
    if type(right) is Decimal and type(left) is float:
        return Decimal(repr(left)), right
    return left, right


def _arithmetic(sign: str, calculate: Callable[[Any, Any], Any]) -> Operation:
    moments = _MOMENTS.get(sign, frozenset())

    def apply(left: Any, right: Any, budget: Budget) -> Any:
        types = type(left), type(right)
        if types[0] in NUMBERS and types[1] in NUMBERS:
            return number(calculate(*_pair(left, right)))
        if types in moments:
            return calculate(left, right)
        raise mismatch(sign, left, right)

    return apply


add_numbers = _arithmetic("+", operator.add)


def _add(left: Any, right: Any, budget: Budget) -> Any:
    if type(left) is type(right) and type(left) in (str, list):
        return produced(left + right, budget)
    return add_numbers(left, right, budget)


def _raise_to(base: Any, exponent: Any) -> Any:
    if abs(exponent) > 64:
        raise ExpressionError("乘方的指数最多 64。", "the exponent of a power is at most 64")
    return base**exponent


ARITHMETIC: dict[type[ast.operator], Operation] = {
    ast.Add: _add,
    ast.Sub: _arithmetic("-", operator.sub),
    ast.Mult: _arithmetic("*", operator.mul),
    ast.Div: _arithmetic("/", operator.truediv),
    ast.FloorDiv: _arithmetic("//", operator.floordiv),
    ast.Mod: _arithmetic("%", operator.mod),
    ast.Pow: _arithmetic("**", _raise_to),
}


def equal(left: Any, right: Any, budget: Budget) -> bool:
    """Compare two values; lists and records entry by entry, each charged to the budget."""
    if type(left) not in _SIZED:
        return bool(left == right)
    if left is right:
        return True
    budget.spend(4)
    if type(left) is list and type(right) is list:
        return len(left) == len(right) and all(
            equal(a, b, budget) for a, b in zip(left, right, strict=True)
        )
    if type(left) is dict and type(right) is dict:
        return left.keys() == right.keys() and all(
            equal(left[key], right[key], budget) for key in left
        )
    if type(left) is str and type(right) is str:
        budget.spend(len(left) // 32)
        return left == right
    return False


def contains(holder: Any, entry: Any, budget: Budget) -> bool:
    """Tell whether a list holds an equal entry, a record the key, or a text the other text."""
    if type(holder) is list:
        budget.spend(len(holder))
        return any(equal(one, entry, budget) for one in holder)
    if type(holder) is dict and type(entry) is str:
        return entry in holder
    if type(holder) is str and type(entry) is str:
        budget.spend(len(holder) // 4)
        return entry in holder
    raise mismatch("in", entry, holder)


def orderable(left: Any, right: Any) -> bool:
    """Tell whether the two values can be put in order."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return True
    return type(left) is type(right) and type(left) in _ORDERED


def _order(sign: str, compare: Callable[[Any, Any], Any]) -> Operation:
    def apply(left: Any, right: Any, budget: Budget) -> bool:
        if orderable(left, right):
            return bool(compare(left, right))
        raise mismatch(sign, left, right)

    return apply


COMPARISONS: dict[type[ast.cmpop], Operation] = {
    ast.Eq: equal,
    ast.NotEq: lambda left, right, budget: not equal(left, right, budget),
    ast.Lt: _order("<", operator.lt),
    ast.LtE: _order("<=", operator.le),
    ast.Gt: _order(">", operator.gt),
    ast.GtE: _order(">=", operator.ge),
    ast.Is: lambda left, right, budget: left is right,
    ast.IsNot: lambda left, right, budget: left is not right,
    ast.In: lambda left, right, budget: contains(right, left, budget),
    ast.NotIn: lambda left, right, budget: not contains(right, left, budget),
}


def negative(value: Any) -> Any:
    """Give `-value` of a number or a duration."""
    if type(value) in NUMBERS or type(value) is timedelta:
        return -value
    zh, en = kind(value)
    raise ExpressionError(f"负号不能用于{zh}。", f"a minus sign does not work on {en}")


def positive(value: Any) -> Any:
    """Give `+value` of a number."""
    return negative(negative(value))


UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: negative,
    ast.UAdd: positive,
}
