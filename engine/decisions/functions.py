"""The functions that S-FEEL cells may call (DMN 1.3, 10.3.4: a part). Nonsense gives null."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from engine import clock
from engine.decisions import values
from engine.values.limits import Budget
from engine.values.moments import Months, read_date, read_duration, read_moment, read_time


@dataclass(frozen=True, slots=True)
class Function:
    """A function: `call(budget, *arguments)`.

    least, most: how many arguments it takes.
    pure: with constants only it is worked out when the table is read.
    parameters: names of the arguments, where an invocation may bind them by name.
    """

    call: Callable[..., Any]
    least: int
    most: int
    pure: bool = True
    parameters: tuple[str, ...] = ()


def _entries(arguments: tuple[Any, ...]) -> list[Any]:
    """Give the entries of one list, or the arguments themselves."""
    if len(arguments) == 1 and type(arguments[0]) is list:
        return arguments[0]
    return list(arguments)


def _least(budget: Budget, *arguments: Any) -> Any:
    entries = _entries(arguments)
    return min(entries) if values.in_order(entries) else None


def _greatest(budget: Budget, *arguments: Any) -> Any:
    entries = _entries(arguments)
    return max(entries) if values.in_order(entries) else None


def _sum(budget: Budget, *arguments: Any) -> Any:
    entries = _entries(arguments)
    total: Any = Decimal(0) if entries else None
    for entry in entries:
        total = values.add(total, entry, budget) if type(entry) is Decimal else None
    return total


def _count(budget: Budget, entries: Any) -> Any:
    return Decimal(len(entries)) if type(entries) is list else None


def _rounded(mode: str) -> Callable[..., Any]:
    def apply(budget: Budget, number: Any, digits: Any = Decimal(0)) -> Any:
        if type(number) is not Decimal or type(digits) is not Decimal or abs(digits) > 30:
            return None
        try:
            step = Decimal(1).scaleb(-int(digits))
            return number.quantize(step, rounding=mode, context=values.CONTEXT)
        except InvalidOperation:
            return None

    return apply


def _absolute(budget: Budget, value: Any) -> Any:
    if type(value) is Months:
        return Months(abs(value.count))
    if type(value) is Decimal:
        return values.CONTEXT.abs(value)
    return abs(value) if type(value) is timedelta else None


def _not(budget: Budget, value: Any) -> bool | None:
    return not value if type(value) is bool else None


def _on_text(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function of texts that gives null when an argument is not one."""

    def call(budget: Budget, *arguments: Any) -> Any:
        budget.spend(sum(len(text) // 4 for text in arguments if type(text) is str))
        return apply(*arguments) if all(type(text) is str for text in arguments) else None

    return call


def _number(budget: Budget, text: Any) -> Any:
    if type(text) is not str or not 0 < len(text) <= 60:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _string(budget: Budget, value: Any) -> str | None:
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if type(value) in (str, Months) else None


def _list_contains(budget: Budget, entries: Any, wanted: Any) -> bool | None:
    if type(entries) is not list:
        return None
    budget.spend(len(entries))
    return any(values.equal(entry, wanted, budget) is True for entry in entries)


def _date(budget: Budget, *parts: Any) -> date | None:
    if len(parts) == 3 and all(type(part) is Decimal for part in parts):
        return date(*(int(part) for part in parts))
    if len(parts) != 1:
        return None
    if type(parts[0]) is datetime:
        return clock.local_date(parts[0])
    return read_date(parts[0]) if type(parts[0]) is str else _same(parts[0], date)


def _moment(budget: Budget, *parts: Any) -> datetime | None:
    if len(parts) == 2 and type(parts[0]) is date and type(parts[1]) is time:
        return datetime.combine(parts[0], parts[1], parts[1].tzinfo or clock.LOCAL_ZONE)
    if len(parts) != 1:
        return None
    return read_moment(parts[0]) if type(parts[0]) is str else _same(parts[0], datetime)


def _time(budget: Budget, text: Any) -> time | None:
    return read_time(text) if type(text) is str else _same(text, time)


def _same(value: Any, wanted: type) -> Any:
    return value if type(value) is wanted else None


def _duration(budget: Budget, text: Any) -> Any:
    return read_duration(text) if type(text) is str else None


def _now(budget: Budget) -> datetime:
    return clock.now().astimezone(clock.LOCAL_ZONE)


def _today(budget: Budget) -> date:
    return clock.local_date()


def at_literal(text: str) -> Any:
    """Read @"2026-03-01", @"2026-03-01T08:00:00+08:00", @"08:00:00" or @"P3D" (DMN 1.3, 10.3.1)."""
    if text.lstrip("-").startswith("P"):
        return read_duration(text)
    if "T" in text:
        return read_moment(text)
    return read_time(text) if ":" in text else read_date(text)


FUNCTIONS: dict[str, Function] = {
    "min": Function(_least, 1, 100),
    "max": Function(_greatest, 1, 100),
    "sum": Function(_sum, 1, 100),
    "count": Function(_count, 1, 1),
    "decimal": Function(_rounded(ROUND_HALF_EVEN), 2, 2),
    "floor": Function(_rounded(ROUND_FLOOR), 1, 2),
    "ceiling": Function(_rounded(ROUND_CEILING), 1, 2),
    "abs": Function(_absolute, 1, 1),
    "not": Function(_not, 1, 1),
    "number": Function(_number, 1, 1),
    "string": Function(_string, 1, 1),
    "contains": Function(_on_text(lambda text, part: part in text), 2, 2),
    "starts with": Function(_on_text(lambda text, part: text.startswith(part)), 2, 2),
    "ends with": Function(_on_text(lambda text, part: text.endswith(part)), 2, 2),
    "lower case": Function(_on_text(lambda text: text.lower()), 1, 1),
    "upper case": Function(_on_text(lambda text: text.upper()), 1, 1),
    "string length": Function(_on_text(lambda text: Decimal(len(text))), 1, 1),
    "list contains": Function(_list_contains, 2, 2),
    "date": Function(_date, 1, 3),
    "time": Function(_time, 1, 1),
    "date and time": Function(_moment, 1, 2),
    "duration": Function(_duration, 1, 1),
    "today": Function(_today, 0, 0, pure=False),
    "now": Function(_now, 0, 0, pure=False),
}
