"""The closures that more than one place of the grammar builds."""

from __future__ import annotations

from typing import Any

from engine.decisions import values
from engine.decisions.functions import Function
from engine.decisions.scope import Closure, Literal, Scope
from engine.errors import ExpressionError
from engine.expressions.frame import missing
from engine.values.limits import size


def three_valued(parts: list[Closure], *, decides: bool) -> Closure:
    """Join tests by `or` (decides True) or `and` (decides False), with null for "not known"."""

    def run(scope: Scope) -> bool | None:
        result: bool | None = not decides
        for part in parts:
            value = part(scope)
            if type(value) is not bool:
                result = None
            elif value is decides:
                return decides
        return result

    return run


def in_turn(first: Closure, rest: list[tuple[values.Operation, Closure]]) -> Closure:
    """Apply operations of one strength from left to right."""

    def run(scope: Scope) -> Any:
        result = first(scope)
        for operation, operand in rest:
            result = operation(result, operand(scope), scope)
        return result

    return run


def entry(holder: Closure, name: str, path: str) -> Closure:
    """Read a field of a record; of nothing (null) it is null, as the standard asks."""

    def run(scope: Scope) -> Any:
        record = holder(scope)
        if record is None:
            return None
        if type(record) is not dict or name not in record:
            raise missing(path)
        return values.from_plain(record[name], path)

    return run


def call(function: Function, arguments: list[Closure]) -> Closure:
    """Give the closure of a call; one of constants only is worked out here."""

    def run(scope: Scope) -> Any:
        given = [argument(scope) for argument in arguments]
        scope.spend(10 + sum(map(size, given)))
        return function.call(scope, *given)

    if function.pure and all(isinstance(argument, Literal) for argument in arguments):
        return Literal(run(Scope({})))
    return run


def unsupported(what: str) -> ExpressionError:
    """Say that FEEL has this, but our part of it has not."""
    return ExpressionError(
        f"不支持 FEEL 的“{what}”写法，请用决策表或简单表达式。",
        f"FEEL's '{what}' is not supported; use a decision table or a simple expression",
    )
