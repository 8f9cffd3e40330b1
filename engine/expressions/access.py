"""Reading: names, `a.b`, `a[0]`, slices. Fields of records and parts of dates, never attributes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from engine.errors import ExpressionError
from engine.expressions.frame import Closure, Frame, known, missing
from engine.values.limits import kind, produced

if TYPE_CHECKING:
    from engine.expressions.compiler import Compiler

Part = Callable[[Any], int]

_DAY: dict[str, Part] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": lambda day: day.isoweekday(),
}
_CLOCK: dict[str, Part] = {
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "second": lambda moment: moment.second,
}
#: The parts of dates that may be read with a dot; `weekday` is 1 on Monday, 7 on Sunday.
_PARTS: dict[type, dict[str, Part]] = {
    date: _DAY,
    time: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    timedelta: {"days": lambda span: span.days, "seconds": lambda span: span.seconds},
}


def allowed_name(name: str) -> str:
    """Give `name` back; names that begin with an underscore belong to Python and are refused."""
    if name.startswith("_"):
        raise ExpressionError(
            f"名称“{name[:40]}”不能以下划线开头。", f"a name may not begin with '_': '{name[:40]}'"
        )
    return name


def path_of(node: ast.AST) -> str:
    """Give the path a person would write for `node`: "order.total"."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{path_of(node.value)}.{node.attr}"
    if isinstance(node, ast.Subscript):
        key = repr(node.slice.value) if isinstance(node.slice, ast.Constant) else "…"
        return f"{path_of(node.value)}[{key}]"
    return "(…)"


def name(compiler: Compiler, node: ast.Name) -> Closure:
    """Compile reading a loop variable or a field of the data."""
    key = allowed_name(node.id)
    slot = compiler.slots.get(key)
    if slot is not None:
        return lambda frame: frame.locals[slot]
    compiler.read(key)

    def read(frame: Frame) -> Any:
        try:
            value = frame.data[key]
        except KeyError:
            raise missing(key) from None
        return known(value, key)

    return read


def attribute(compiler: Compiler, node: ast.Attribute) -> Closure:
    """Compile `a.b`: the field `b` of a record, or a part of a date."""
    holder, key, path = compiler.compile(node.value), allowed_name(node.attr), path_of(node)

    def read(frame: Frame) -> Any:
        held = holder(frame)
        if type(held) is dict:
            return _entry(held, key, path)
        part = _PARTS.get(type(held), {}).get(key)
        if part is None:
            raise _no_fields(held, key, path)
        return part(held)

    return read


def subscript(compiler: Compiler, node: ast.Subscript) -> Closure:
    """Compile `a["b"]`, `a[0]` and `a[1:3]`."""
    if isinstance(node.slice, ast.Slice):
        return _slice(compiler, node.value, node.slice)
    holder, key, path = compiler.compile(node.value), compiler.compile(node.slice), path_of(node)
    return lambda frame: item(holder(frame), key(frame), path)


def item(holder: Any, key: Any, path: str) -> Any:
    """Read an entry of a record by its key, or of a list or text by its number from 0."""
    if type(holder) is dict and type(key) is str:
        return _entry(holder, key, path)
    if type(holder) in (list, str) and type(key) is int:
        if -len(holder) <= key < len(holder):
            return known(holder[key], path)
        raise ExpressionError(
            f"没有“{path}”：一共只有 {len(holder)} 项。",
            f"there is no '{path}': there are {len(holder)} entries, counted from 0",
            field=path,
        )
    raise _no_fields(holder, key, path)


def _entry(record: dict[str, Any], key: str, path: str) -> Any:
    try:
        value = record[key]
    except KeyError:
        raise missing(path) from None
    return known(value, path)


def _no_fields(holder: Any, key: object, path: str) -> ExpressionError:
    zh, en = kind(holder)
    shown = str(key)[:40] if type(key) in (str, int) else "…"
    return ExpressionError(
        f"“{path}”读不到：{zh}里没有“{shown}”。",
        f"'{path}' cannot be read: {en} has no '{shown}'",
        field=path,
    )


def _slice(compiler: Compiler, holder_node: ast.expr, node: ast.Slice) -> Closure:
    if node.step is not None:
        raise ExpressionError("切片不能带步长。", "a slice may not have a step")
    holder = compiler.compile(holder_node)
    low, high = (_bound(compiler, bound) for bound in (node.lower, node.upper))

    def read(frame: Frame) -> Any:
        held = holder(frame)
        if type(held) not in (list, str):
            raise ExpressionError("只有列表和文字可以切片。", "only lists and texts can be sliced")
        return produced(held[low(frame) : high(frame)], frame)

    return read


def _bound(compiler: Compiler, node: ast.expr | None) -> Closure:
    if node is None:
        return lambda frame: None
    bound = compiler.compile(node)

    def read(frame: Frame) -> Any:
        value = bound(frame)
        if value is None or type(value) is int:
            return value
        raise ExpressionError("切片的位置必须是整数。", "the bounds of a slice must be integers")

    return read
