"""The budgets of everything a diagram may calculate, and the first wording of its errors."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from engine.errors import ExpressionError

#: Characters in one expression or decision cell, and in one script.
MAX_SOURCE = 4_000
MAX_SCRIPT = 8_000
#: Syntax nodes in one expression or script, and how deep they may nest.
MAX_NODES = 1_500
MAX_DEPTH = 60
#: Steps in one evaluation: a loop round costs its nodes, a call costs the size of what it reads.
MAX_STEPS = 50_000
#: Characters in a text, and entries in a list or a record, that an expression may produce.
MAX_TEXT = 20_000
MAX_ITEMS = 10_000
#: Bits in an integer on the way to a result; what is kept in data has at most 63 and a sign.
MAX_BITS = 256
#: Power of ten beyond which a decimal number is not a quantity any more.
MAX_EXPONENT = 100

Value = TypeVar("Value")

_KINDS: dict[type, tuple[str, str]] = {
    type(None): ("空值", "empty"),
    bool: ("真或假", "true or false"),
    int: ("数字", "a number"),
    float: ("数字", "a number"),
    Decimal: ("数字", "a number"),
    str: ("文字", "text"),
    list: ("列表", "a list"),
    dict: ("记录", "a record"),
    date: ("日期", "a date"),
    datetime: ("时刻", "a moment"),
    time: ("时间", "a time"),
    timedelta: ("时长", "a duration"),
}


def kind(value: object) -> tuple[str, str]:
    """Give what `value` is, in Chinese and in English, for an error message."""
    return _KINDS.get(type(value), ("不能使用的值", "something that cannot be used"))


def clean(text: str, length: int = 120) -> str:
    """Give `text` fit for a message: one line, printable, at most `length` characters."""
    words = " ".join(text[: 2 * length].split())
    line = "".join(sign if sign.isprintable() else "�" for sign in words)
    whole = len(line) <= length and len(text) <= 2 * length
    return line if whole else line[: length - 1] + "…"


class Budget:
    """Counts the steps of one evaluation down to nothing."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take `steps` off; raise ExpressionError when none are left."""
        self.left -= steps
        if self.left < 0:
            raise ExpressionError(
                "计算步骤太多，已停止。请减少循环或数据量。",
                "the calculation takes too many steps and was stopped; "
                "use fewer loops or less data",
            )


def size(value: object) -> int:
    """Give the steps that reading or building `value` costs."""
    if type(value) is str:
        return len(value) // 4
    return len(value) if isinstance(value, list | dict) else 0


def produced(value: Value, budget: Budget) -> Value:
    """Charge for a freshly built `value` and give it back; refuse one that is too long."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionError(
            f"计算得到的文字太长，最多 {MAX_TEXT} 个字。",
            f"the resulting text is too long; {MAX_TEXT} characters are allowed",
        )
    if isinstance(value, list | dict) and len(value) > MAX_ITEMS:
        raise ExpressionError(
            f"计算得到的列表太长，最多 {MAX_ITEMS} 项。",
            f"the resulting list is too long; {MAX_ITEMS} entries are allowed",
        )
    budget.spend(size(value))
    return value
