"""What one evaluation sees: data, extra functions, loop variables, and the steps it has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import ExpressionError
from engine.values.limits import MAX_STEPS, Budget, clean

Functions = Mapping[str, Callable[..., Any]]
NO_FUNCTIONS: Functions = {}

#: The only types that exist inside an expression. A subclass could bring code of its own.
_TYPES = frozenset(
    (type(None), bool, int, float, Decimal, str, list, dict, date, datetime, time, timedelta)
)


class Frame(Budget):
    """One evaluation. `line` is the line of the script that is running, 0 in an expression."""

    __slots__ = ("data", "functions", "line", "locals")

    def __init__(self, data: Mapping[str, Any], functions: Functions = NO_FUNCTIONS) -> None:
        self.left = MAX_STEPS
        self.data = data
        self.functions = functions
        self.locals: dict[int, Any] = {}
        self.line = 0


Closure = Callable[[Frame], Any]


def known(value: Any, path: str) -> Any:
    """Give `value` back if it is of a type that may exist here; `path` is where it was read."""
    if type(value) in _TYPES:
        return value
    raise ExpressionError(
        f"“{path}”的值不是普通数据，不能在表达式里使用。",
        f"'{path}' does not hold plain data and cannot be used in an expression",
        field=path,
    )


def missing(path: str) -> ExpressionError:
    """Say that the data has no such field."""
    shown = clean(path, 80)
    return ExpressionError(
        f"这里没有字段“{shown}”。请检查拼写，或先在表单里填写它；文字要加引号。",
        f"field '{shown}' is not known here; check the spelling, or ask for it in a form first; "
        "a text needs quotation marks",
        field=shown,
    )
