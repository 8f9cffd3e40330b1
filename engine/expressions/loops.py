"""List and record comprehensions: over lists only, two loops at most, each round charged."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from engine.errors import ExpressionError
from engine.expressions.frame import Closure, Frame, known
from engine.values.limits import MAX_ITEMS, kind, produced

if TYPE_CHECKING:
    from engine.expressions.compiler import Compiler

Rounds = Callable[[Frame], Iterator[None]]


def weight(node: ast.AST) -> int:
    """Give what one round of a loop costs: the nodes it may evaluate."""
    return sum(1 for _ in ast.walk(node))


def text_key(key: Any) -> str:
    """Give the key of a record back; only text can be one."""
    if type(key) is str:
        return key
    zh, en = kind(key)
    raise ExpressionError(
        f"记录的字段名必须是文字，不能是{zh}。", f"the key of a record must be text, not {en}"
    )


def entries(value: Any) -> list[Any]:
    """Give a copy of what a loop runs over: the entries of a list or the keys of a record."""
    if type(value) in (list, dict):
        return list(value)
    zh, en = kind(value)
    raise ExpressionError(
        f"循环只能用于列表，不能用于{zh}。", f"a loop runs over a list, not over {en}"
    )


def list_comprehension(compiler: Compiler, node: ast.ListComp | ast.GeneratorExp) -> Closure:
    """Compile `[x.price for x in lines if x.ok]`."""
    outer = dict(compiler.slots)
    rounds = _rounds(compiler, node.generators, weight(node))
    element = compiler.compile(node.elt)
    compiler.slots = outer

    def run(frame: Frame) -> list[Any]:
        gathered: list[Any] = []
        for _ in rounds(frame):
            gathered.append(element(frame))
            _check_length(gathered)
        return produced(gathered, frame)

    return run


def record_comprehension(compiler: Compiler, node: ast.DictComp) -> Closure:
    """Compile `{x.name: x.price for x in lines}`."""
    outer = dict(compiler.slots)
    rounds = _rounds(compiler, node.generators, weight(node))
    key, value = compiler.compile(node.key), compiler.compile(node.value)
    compiler.slots = outer

    def run(frame: Frame) -> dict[str, Any]:
        gathered: dict[str, Any] = {}
        for _ in rounds(frame):
            gathered[text_key(key(frame))] = value(frame)
            _check_length(gathered)
        return produced(gathered, frame)

    return run


def _check_length(gathered: list[Any] | dict[str, Any]) -> None:
    if len(gathered) > MAX_ITEMS:
        raise ExpressionError(
            f"列表最多 {MAX_ITEMS} 项。", f"a list has at most {MAX_ITEMS} entries"
        )


def _rounds(compiler: Compiler, generators: list[ast.comprehension], cost: int) -> Rounds:
    """Compile the `for … in … if …` parts: an iterator that fills the loop variables each round."""
    if len(generators) > 2:
        raise ExpressionError("最多两层循环。", "at most two loops are allowed")
    levels = [_level(compiler, generator, cost) for generator in generators]
    if len(levels) == 1:
        return levels[0]
    outer, inner = levels

    def both(frame: Frame) -> Iterator[None]:
        for _ in outer(frame):
            yield from inner(frame)

    return both


def _level(compiler: Compiler, generator: ast.comprehension, cost: int) -> Rounds:
    if generator.is_async:
        raise ExpressionError("不允许异步循环。", "an asynchronous loop is not allowed")
    source = compiler.compile(generator.iter)
    slot = compiler.new_slot(generator.target)
    tests = [compiler.compile(test) for test in generator.ifs]

    def level(frame: Frame) -> Iterator[None]:
        for entry in entries(source(frame)):
            frame.spend(cost)
            frame.locals[slot] = known(entry, "…")
            if all(test(frame) for test in tests):
                yield

    return level
