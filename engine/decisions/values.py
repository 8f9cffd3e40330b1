"""What the signs of S-FEEL mean (DMN 1.3, 9 and 10.3): decimals, and null for nonsense.

Where the standard says that an operation gives null, it gives None here.
"""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import ExpressionError
from engine.expressions.frame import known
from engine.values.limits import Budget, produced
from engine.values.moments import Months

#: IEEE 754 decimal128, as the standard asks (DMN 1.3, 10.3.2.3.1).
CONTEXT = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
_LARGEST_EXPONENT = 1_000
_MOST_MONTHS = 12 * 9_999
_ORDERED = frozenset((Decimal, str, date, datetime, time, timedelta, Months))
_DATES = (date, datetime)

Operation = Callable[[Any, Any, Budget], Any]


def from_plain(value: Any, path: str = "…") -> Any:
    """Bring a value from process data into the language: every number becomes a Decimal."""
    if type(value) is int:
        return Decimal(value)
    if type(value) is float:
        return _decimal(value, path)
    if type(value) is list:
        return [from_plain(entry, path) for entry in value]
    return value if type(value) is Months else known(value, path)


def _decimal(value: float, path: str) -> Decimal:
    number = Decimal(repr(value))
    if number.is_finite():
        return number
    raise ExpressionError(f"“{path}”不是有限的数。", f"'{path}' is not a finite number", field=path)


def _calculated(calculate: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Give the result, or None where the standard gives null: division by zero, out of range."""
    try:
        return calculate(left, right)
    except (ArithmeticError, ValueError):
        return None


def add(left: Any, right: Any, budget: Budget) -> Any:
    """Add numbers, join texts, move dates."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculated(CONTEXT.add, left, right)
    if type(left) is str and type(right) is str:
        return produced(left + right, budget)
    if type(right) in _DATES:
        left, right = right, left
    if type(left) in _DATES and type(right) is Months:
        return _calculated(lambda day, months: months.after(day), left, right)
    if type(left) is Months and type(right) is Months:
        return _months(Decimal(left.count + right.count))
    if type(right) is timedelta and type(left) in (date, datetime, timedelta):
        return _calculated(operator.add, left, right)
    return None


def subtract(left: Any, right: Any, budget: Budget) -> Any:
    """Subtract numbers and durations; the span between two dates."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculated(CONTEXT.subtract, left, right)
    if type(left) is type(right) and type(left) in _DATES:
        return left - right
    return add(left, -right, budget) if type(right) in (timedelta, Months) else None


def multiply(left: Any, right: Any, budget: Budget) -> Any:
    """Multiply numbers, or a duration by a number."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculated(CONTEXT.multiply, left, right)
    if type(left) is Decimal:
        left, right = right, left
    if type(right) is not Decimal:
        return None
    if type(left) is timedelta:
        return _calculated(lambda span, factor: span * float(factor), left, right)
    return _months(left.count * right) if type(left) is Months else None


def _months(count: Decimal) -> Months | None:
    """Give a duration of whole months, or None beyond what a calendar holds."""
    return Months(int(count)) if abs(count) < _MOST_MONTHS else None


def divide(left: Any, right: Any, budget: Budget) -> Any:
    """Divide numbers, a duration by a number, or a duration by a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculated(CONTEXT.divide, left, right)
    if type(left) is timedelta and type(right) is timedelta:
        return Decimal(repr(left / right)) if right else None
    if type(left) is timedelta and type(right) is Decimal:
        return _calculated(lambda span, by: span / float(by), left, right)
    return None


def power(left: Any, right: Any, budget: Budget) -> Any:
    """Raise a number to a power of at most a thousand."""
    if type(left) is not Decimal or type(right) is not Decimal:
        return None
    if abs(right) > _LARGEST_EXPONENT:
        raise ExpressionError("乘方的指数太大。", "the exponent of a power is too large")
    return _calculated(CONTEXT.power, left, right)


def negate(value: Any) -> Any:
    """Give `-value` of a number or a duration."""
    if type(value) is Decimal:
        return CONTEXT.minus(value)
    return -value if type(value) in (timedelta, Months) else None


def equal(left: Any, right: Any, budget: Budget) -> bool | None:
    """Compare two values; None (null) when they are of different kinds."""
    if left is None or right is None:
        return left is right
    if type(left) is list and type(right) is list:
        budget.spend(1 + len(left))
        return len(left) == len(right) and all(
            equal(one, other, budget) is True for one, other in zip(left, right, strict=True)
        )
    if type(left) is dict and type(right) is dict:
        return _equal_records(left, right, budget)
    return bool(left == right) if type(left) is type(right) else None


def _equal_records(left: dict[str, Any], right: dict[str, Any], budget: Budget) -> bool:
    budget.spend(1 + len(left))
    return left.keys() == right.keys() and all(
        equal(from_plain(left[key]), from_plain(right[key]), budget) is True for key in left
    )


def _ordering(compare: Callable[[Any, Any], Any]) -> Operation:
    def apply(left: Any, right: Any, budget: Budget) -> bool | None:
        if type(left) is type(right) and type(left) in _ORDERED:
            return bool(compare(left, right))
        return None

    return apply


def _unequal(left: Any, right: Any, budget: Budget) -> bool | None:
    same = equal(left, right, budget)
    return None if same is None else not same


COMPARISONS: dict[str, Operation] = {
    "=": equal,
    "!=": _unequal,
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
}
SUMS: dict[str, Operation] = {"+": add, "-": subtract}
PRODUCTS: dict[str, Operation] = {"*": multiply, "/": divide}


def in_order(values: list[Any]) -> bool:
    """Tell whether all the values are of one kind that can be put in order."""
    return bool(values) and type(values[0]) in _ORDERED and len({type(v) for v in values}) == 1
