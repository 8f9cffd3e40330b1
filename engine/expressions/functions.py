"""The helper functions every expression may call. Data can never take their place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine import clock
from engine.errors import ExpressionError
from engine.expressions import operators
from engine.values.limits import MAX_ITEMS, Budget, kind
from engine.values.moments import Months, read_date, read_duration, read_moment, write_duration

#: Digits and signs of the longest text that int() and float() read.
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Function:
    """A helper function.

    least, most: how many arguments it takes.
    keywords: arguments it takes by name.
    budgeted: whether it charges the budget itself, which it then gets as first argument.
    """

    call: Callable[..., Any]
    least: int
    most: int
    keywords: frozenset[str] = frozenset()
    budgeted: bool = False


def _wanted(zh: str, en: str, value: object) -> ExpressionError:
    is_zh, is_en = kind(value)
    return ExpressionError(f"这里需要{zh}，而不是{is_zh}。", f"{en} is needed here, not {is_en}")


def _list(value: Any) -> list[Any]:
    if type(value) is list:
        return value
    raise _wanted("列表", "a list", value)


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    raise _wanted("文字", "text", value)


def _number(value: Any) -> Any:
    if type(value) in operators.NUMBERS:
        return value
    raise _wanted("数字", "a number", value)


def _length(value: Any) -> int:
    if type(value) in (str, list, dict):
        return len(value)
    raise _wanted("文字、列表或记录", "a text, list or record", value)


def _in_order(values: list[Any]) -> list[Any]:
    """Give the values back if every one can be put in order beside the first."""
    for value in values:
        if not operators.orderable(values[0], value):
            raise operators.mismatch("<", values[0], value)
    return values


def _choices(values: tuple[Any, ...]) -> list[Any]:
    chosen = _list(values[0]) if len(values) == 1 else list(values)
    if not chosen:
        raise ExpressionError(
            "列表是空的，没有最大或最小值。", "an empty list has no least or greatest"
        )
    return _in_order(chosen)


def _least(*values: Any) -> Any:
    return min(_choices(values))


def _greatest(*values: Any) -> Any:
    return max(_choices(values))


def _sorted(values: Any) -> list[Any]:
    return sorted(_in_order(_list(values)))


def _sum(budget: Budget, values: Any) -> Any:
    total: Any = 0
    for value in _list(values):
        total = operators.add_numbers(total, _number(value), budget)
    return total


def _round(value: Any, digits: Any = 0) -> Any:
    if type(digits) is not int or abs(digits) > 12:
        raise ExpressionError("round 的位数在 -12 到 12 之间。", "round takes -12 to 12 digits")
    rounded = round(_number(value), digits)
    return int(rounded) if digits <= 0 else rounded


def _short_number(value: Any) -> Any:
    if type(value) is str and len(value) <= _LONGEST_NUMBER:
        return value
    if type(value) is str:
        raise ExpressionError("这段文字太长，不是数字。", "the text is too long to be a number")
    return _number(value)


def _int(value: Any) -> int:
    try:
        return int(_short_number(value))
    except (ValueError, OverflowError):
        raise _unreadable_number(value) from None


def _float(value: Any) -> float:
    try:
        result = float(_short_number(value))
    except (ValueError, OverflowError):
        raise _unreadable_number(value) from None
    if not math.isfinite(result):
        raise _unreadable_number(value)
    return result


def _unreadable_number(value: object) -> ExpressionError:
    shown = str(value)[:20]
    return ExpressionError(f"“{shown}”不是数字。", f"'{shown}' is not a number")


def _str(value: Any) -> str:
    if type(value) is timedelta:
        return write_duration(value)
    if type(value) in (list, dict):
        raise _wanted("文字、数字或日期", "a text, number or date", value)
    return str(value)


def _range(*bounds: Any) -> list[int]:
    if any(type(bound) is not int for bound in bounds):
        raise ExpressionError("range 只接受整数。", "range takes integers only")
    numbers = range(*bounds)
    # Not len(): it overflows where the range does not.
    if numbers and abs(numbers[-1] - numbers[0]) // abs(numbers.step) >= MAX_ITEMS:
        raise ExpressionError(
            f"range 最多 {MAX_ITEMS} 个数。", f"range gives at most {MAX_ITEMS} numbers"
        )
    return list(numbers)


def _get(record: Any, key: Any, default: Any = None) -> Any:
    if record is None:
        return default
    if type(record) is not dict:
        raise _wanted("记录", "a record", record)
    return record.get(_text(key), default)


def _count(budget: Budget, values: Any, *wanted: Any) -> int:
    entries = _list(values)
    if not wanted:
        return len(entries)
    return sum(1 for entry in entries if operators.equal(entry, wanted[0], budget))


def _contains(budget: Budget, holder: Any, entry: Any) -> bool:
    return operators.contains(holder, entry, budget)


def _date(*parts: Any) -> date:
    """Give a date from "2026-03-01", from a moment (its day in China), or from year, month, day."""
    if len(parts) == 3 and all(type(part) is int for part in parts):
        return date(*parts)
    if len(parts) != 1:
        raise ExpressionError("date 需要一个或三个参数。", "date takes one or three arguments")
    (value,) = parts
    if type(value) is datetime:
        return clock.local_date(_aware(value))
    if type(value) is date:
        return value
    return read_date(_text(value))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL_ZONE)


def _datetime(value: Any) -> datetime:
    """Give a moment from ISO text, from a moment, or from a date (its first moment in China)."""
    if type(value) is datetime:
        return _aware(value)
    if type(value) is date:
        return datetime.combine(value, time(), clock.LOCAL_ZONE)
    return read_moment(_text(value))


def _duration(*text: Any, **parts: Any) -> timedelta:
    """Give a duration from "PT24H" or from days=, hours=, …"""
    if len(text) + bool(parts) != 1:
        raise ExpressionError(
            "duration 写成 duration('PT24H') 或 duration(hours=24)。",
            "write duration('PT24H') or duration(hours=24)",
        )
    if parts:
        return timedelta(**{name: float(_number(value)) for name, value in parts.items()})
    span = read_duration(_text(text[0]))
    if isinstance(span, Months):
        raise ExpressionError(
            "年和月的长短不定，这里请用天或小时。",
            "years and months vary in length; use days or hours",
        )
    return span


def _iso(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if type(value) is timedelta:
        return write_duration(value)
    raise _wanted("日期、时刻或时长", "a date, moment or duration", value)


def _days_between(first: Any, last: Any) -> int:
    return (_date(last) - _date(first)).days


def _starts_with(text: Any, start: Any) -> bool:
    return _text(text).startswith(_text(start))


def _ends_with(text: Any, end: Any) -> bool:
    return _text(text).endswith(_text(end))


def _now() -> datetime:
    """Give the present moment, its hours counted in China."""
    return clock.now().astimezone(clock.LOCAL_ZONE)


_SPANS = frozenset(("weeks", "days", "hours", "minutes", "seconds"))

HELPERS: dict[str, Function] = {
    "len": Function(_length, 1, 1),
    "min": Function(_least, 1, 100),
    "max": Function(_greatest, 1, 100),
    "sum": Function(_sum, 1, 1, budgeted=True),
    "abs": Function(lambda value: abs(_number(value)), 1, 1),
    "round": Function(_round, 1, 2),
    "int": Function(_int, 1, 1),
    "float": Function(_float, 1, 1),
    "str": Function(_str, 1, 1),
    "bool": Function(bool, 1, 1),
    "any": Function(lambda values: any(_list(values)), 1, 1),
    "all": Function(lambda values: all(_list(values)), 1, 1),
    "sorted": Function(_sorted, 1, 1),
    "range": Function(_range, 1, 3),
    "lower": Function(lambda text: _text(text).lower(), 1, 1),
    "upper": Function(lambda text: _text(text).upper(), 1, 1),
    "contains": Function(_contains, 2, 2, budgeted=True),
    "starts_with": Function(_starts_with, 2, 2),
    "ends_with": Function(_ends_with, 2, 2),
    "get": Function(_get, 2, 3),
    "count": Function(_count, 1, 2, budgeted=True),
    "today": Function(clock.local_date, 0, 0),
    "now": Function(_now, 0, 0),
    "date": Function(_date, 1, 3),
    "datetime": Function(_datetime, 1, 1),
    "duration": Function(_duration, 0, 1, _SPANS),
    "iso": Function(_iso, 1, 1),
    "days_between": Function(_days_between, 2, 2),
}
