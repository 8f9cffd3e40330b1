"""Expressions and scripts, compiled once and evaluated often."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from engine.errors import ExpressionError
from engine.expressions import spelling, statements
from engine.expressions.calls import unknown_function
from engine.expressions.compiler import Compiler
from engine.expressions.frame import NO_FUNCTIONS, Closure, Frame, Functions
from engine.values.limits import MAX_DEPTH, MAX_NODES, MAX_SCRIPT, MAX_SOURCE, clean
from engine.values.plain import copy_data, to_plain

#: What a calculation with plain values may raise in Python; each becomes an ExpressionError.
CALCULATION_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition, payload or other calculation. Evaluating it changes nothing.

    source: what the modeller wrote.
    names: fields of the data it reads.
    calls: extra functions it calls.
    """

    source: str
    names: frozenset[str]
    calls: frozenset[str]
    _run: Closure

    def evaluate(self, data: Mapping[str, object], functions: Functions = NO_FUNCTIONS) -> Any:
        """Give the value for `data`; raise ExpressionError naming the expression and the field."""
        try:
            return self._run(Frame(data, functions))
        except ExpressionError as error:
            raise named(error, self.source) from error
        except CALCULATION_ERRORS as error:
            raise named(_failed(error), self.source) from error


@dataclass(frozen=True, slots=True)
class Script:
    """A few lines of assignments.

    source, calls: as in Expression.
    names: fields it reads before it assigns them.
    assigned: fields it may assign or change.
    """

    source: str
    names: frozenset[str]
    assigned: frozenset[str]
    calls: frozenset[str]
    _run: statements.Step

    def run(
        self, data: Mapping[str, object], functions: Functions = NO_FUNCTIONS
    ) -> dict[str, Any]:
        """Give the data after the script, as a fresh plain copy; `data` itself never changes.

        Raises:
            ExpressionError: any line failed, or the result is not plain data; nothing was changed.
        """
        frame = Frame({}, functions)
        try:
            frame.data = cast("dict[str, object]", copy_data(dict(data)))
            self._run(frame)
            frame.line = 0
            return cast("dict[str, Any]", to_plain(frame.data))
        except ExpressionError as error:
            raise named(statements.at_line(error, frame.line), self.source) from error
        except CALCULATION_ERRORS as error:
            raise named(statements.at_line(_failed(error), frame.line), self.source) from error


def compile_expression(source: str, functions: Collection[str] = frozenset()) -> Expression:
    """Compile an expression; the same source is compiled once.

    Args:
        source: Python's spelling or `true`, `&&`, `!x`, `${…}`, `=…`.
        functions: names of the extra functions that evaluation will be given.

    Raises:
        ExpressionError: it cannot be read, is too long, or calls an unknown function.
    """
    expression = _expression(_checked_length(source, MAX_SOURCE))
    _check_calls(expression, functions)
    return expression


def compile_script(source: str, functions: Collection[str] = frozenset()) -> Script:
    """Compile a script; arguments and errors as in `compile_expression`."""
    script = _script(_checked_length(source, MAX_SCRIPT))
    _check_calls(script, functions)
    return script


def evaluate(source: str, data: Mapping[str, object], functions: Functions = NO_FUNCTIONS) -> Any:
    """Compile and evaluate an expression in one go."""
    return compile_expression(source, functions.keys()).evaluate(data, functions)


@lru_cache(maxsize=2048)
def _expression(source: str) -> Expression:
    with _naming(source):
        tree = ast.parse(spelling.respell_expression(source), mode="eval")
        _check_size(tree)
        compiler = Compiler()
        run = compiler.compile(tree.body)
    return Expression(source, frozenset(compiler.names), frozenset(compiler.calls), run)


@lru_cache(maxsize=512)
def _script(source: str) -> Script:
    with _naming(source):
        tree = ast.parse(spelling.respell_script(source))
        _check_size(tree)
        compiler = Compiler()
        run = statements.block(compiler, tree.body)
    names, assigned = frozenset(compiler.names), frozenset(compiler.assigned)
    return Script(source, names, assigned, frozenset(compiler.calls), run)


@contextmanager
def _naming(source: str) -> Iterator[None]:
    """Turn whatever goes wrong while reading `source` into an ExpressionError that shows it."""
    try:
        yield
    except ExpressionError as error:
        raise named(error, source) from error
    except SyntaxError as error:
        raise named(_unreadable(error), source) from error
    except CALCULATION_ERRORS as error:
        raise named(_too_complex(), source) from error


def named(error: ExpressionError, source: str) -> ExpressionError:
    """Give the error with the expression it happened in; one that names its own stays as it is."""
    if error.expression:
        return error
    shown = clean(source)
    return ExpressionError(
        f"表达式“{shown}”：{error.message.zh}",
        f"in the expression '{shown}': {error.message.en}",
        expression=clean(source, len(source) + 1),
        field=error.field,
    )


def _checked_length(source: str, most: int) -> str:
    if type(source) is not str:
        raise ExpressionError("表达式必须是文字。", "an expression must be text")
    if not source.strip():
        raise ExpressionError("表达式是空的。", "the expression is empty")
    if len(source) > most:
        raise ExpressionError(
            f"表达式“{clean(source, 60)}”太长，最多 {most} 个字符。",
            f"the expression '{clean(source, 60)}' is too long; {most} characters are allowed",
            expression=clean(source),
        )
    return source


def _check_calls(compiled: Expression | Script, functions: Collection[str]) -> None:
    for name in sorted(compiled.calls):
        if name not in functions:
            raise named(unknown_function(name), compiled.source)


def _check_size(tree: ast.AST) -> None:
    """Refuse a tree that is too large or too deep, without recursion."""
    count, level = 0, [tree]
    for _ in range(MAX_DEPTH):
        count += len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level or count > MAX_NODES:
        raise _too_complex()


def _too_complex() -> ExpressionError:
    return ExpressionError(
        "太复杂或嵌套太深，请拆成几步。", "it is too complex or nested too deeply; split it up"
    )


def _unreadable(error: SyntaxError) -> ExpressionError:
    where = error.offset or 0
    return ExpressionError(
        f"第 {where} 个字符附近写法有误。比较用 ==，文字加引号，括号要配对。",
        f"it cannot be read near character {where}; compare with '==', "
        "put texts in quotation marks, and close every bracket",
    )


def _failed(error: Exception) -> ExpressionError:
    if isinstance(error, ZeroDivisionError):
        return ExpressionError("除数是零。", "division by zero")
    if isinstance(error, OverflowError):
        return ExpressionError("计算得到的数太大。", "the result is too large")
    return ExpressionError(
        "算不出来，请检查各项的类型。", "it cannot be calculated; check the kinds of value"
    )
