"""Calling: only functions that are named here or handed in by the caller, found by name alone."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from engine.errors import ExpressionError
from engine.expressions.frame import Closure, Frame, known
from engine.expressions.functions import HELPERS, Function
from engine.values.limits import clean, produced, size

if TYPE_CHECKING:
    from engine.expressions.compiler import Compiler

#: What one call costs, besides the size of its arguments.
_CALL = 10


def unknown_function(name: str) -> ExpressionError:
    """Say that there is no such function."""
    shown = clean(name, 40)
    return ExpressionError(
        f"没有“{shown}”这个函数。可用的有：{'、'.join(sorted(HELPERS))}。",
        f"there is no function '{shown}'; there are {', '.join(sorted(HELPERS))}",
    )


def call(compiler: Compiler, node: ast.Call) -> Closure:
    """Compile a call. A helper always wins over an extra function of the same name."""
    if not isinstance(node.func, ast.Name):
        raise ExpressionError(
            "只能按名称调用函数，例如 len(items)，不能写 items.len()。",
            "only functions with a plain name can be called: len(items), not items.len()",
        )
    name = node.func.id
    if name == "defined":
        return _defined(compiler, node)
    helper = HELPERS.get(name)
    if helper is None:
        return _extra_call(compiler, node, name)
    _check_arguments(node, name, helper)
    return _helper_call(compiler, node, helper)


def _arguments(compiler: Compiler, node: ast.Call) -> tuple[list[Closure], dict[str, Closure]]:
    named = {key.arg: compiler.compile(key.value) for key in node.keywords if key.arg is not None}
    if len(named) != len(node.keywords):
        raise ExpressionError("不允许用 ** 展开参数。", "'**' arguments are not allowed")
    return [compiler.compile(argument) for argument in node.args], named


def _check_arguments(node: ast.Call, name: str, helper: Function) -> None:
    given = {key.arg for key in node.keywords if key.arg is not None}
    if helper.least <= len(node.args) <= helper.most and given <= helper.keywords:
        return
    least, most = helper.least, helper.most
    wanted = str(least) if least == most else f"{least}–{most}"
    names = f" ({', '.join(sorted(helper.keywords))})" if helper.keywords else ""
    raise ExpressionError(
        f"函数 {name} 需要 {wanted} 个参数{names}。",
        f"the function {name} takes {wanted} argument(s){names}",
    )


def _helper_call(compiler: Compiler, node: ast.Call, helper: Function) -> Closure:
    arguments, named = _arguments(compiler, node)
    function, budgeted = helper.call, helper.budgeted

    def run(frame: Frame) -> Any:
        values = [argument(frame) for argument in arguments]
        options = {key: value(frame) for key, value in named.items()}
        frame.spend(_CALL + sum(map(size, values)))
        result = function(frame, *values) if budgeted else function(*values, **options)
        return produced(result, frame)

    return run


def _extra_call(compiler: Compiler, node: ast.Call, name: str) -> Closure:
    if name.startswith("_"):
        raise unknown_function(name)
    compiler.calls.add(name)
    arguments, named = _arguments(compiler, node)

    def run(frame: Frame) -> Any:
        function = frame.functions.get(name)
        if function is None:
            raise unknown_function(name)
        values = [argument(frame) for argument in arguments]
        options = {key: value(frame) for key, value in named.items()}
        frame.spend(_CALL + sum(map(size, values)))
        return known(produced(function(*values, **options), frame), f"{name}()")

    return run


def _defined(compiler: Compiler, node: ast.Call) -> Closure:
    """Compile `defined("order.total")`: whether the data has that field at all."""
    path = [getattr(argument, "value", None) for argument in node.args]
    if len(path) != 1 or type(path[0]) is not str or node.keywords:
        raise ExpressionError(
            'defined 需要一个带引号的字段名：defined("amount")。',
            'defined takes one field name in quotation marks: defined("amount")',
        )
    keys = path[0].split(".")

    def run(frame: Frame) -> bool:
        holder: Any = frame.data
        for place, key in enumerate(keys):
            if (place and type(holder) is not dict) or key not in holder:
                return False
            holder = holder[key]
        return True

    return run
