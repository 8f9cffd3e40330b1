"""Turns a checked syntax tree into closures. A node that is not in the table does not exist."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from engine.errors import ExpressionError
from engine.expressions import access, calls, loops, operators
from engine.expressions.frame import Closure, Frame

_NAMES = {
    "Lambda": ("匿名函数 lambda", "a lambda"),
    "JoinedStr": ("f 文字", "an f-text"),
    "NamedExpr": ("赋值 :=", "the assignment ':='"),
    "Starred": ("星号展开", "unpacking with '*'"),
    "Set": ("集合 {…}，请写成列表 […]", "a set {…}; write a list […]"),
    "SetComp": ("集合 {…}，请写成列表 […]", "a set {…}; write a list […]"),
    "Delete": ("del 语句", "a 'del' statement"),
    "Expr": ("没有结果的一行", "a line without effect"),
    "While": ("while 循环", "a 'while' loop"),
    "Import": ("import 语句", "an 'import' statement"),
    "ImportFrom": ("import 语句", "an 'import' statement"),
    "FunctionDef": ("函数定义", "a function definition"),
    "ClassDef": ("类定义", "a class definition"),
}


def not_allowed(node: ast.AST) -> ExpressionError:
    """Say that this kind of syntax is not part of the language."""
    name = type(node).__name__
    zh, en = _NAMES.get(name, (f"{name} 语法", f"the syntax '{name}'"))
    return ExpressionError(f"不允许使用{zh}。", f"{en} is not allowed")


class Compiler:
    """Compiles one expression or script, and collects which names and functions it uses.

    names: fields of the data that are read before they are assigned.
    calls: extra functions that are called.
    slots: loop variables now in scope, by name, with the number of their slot in the frame.
    bound: fields a script has surely assigned so far.
    assigned: every field a script may assign or change.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.calls: set[str] = set()
        self.slots: dict[str, int] = {}
        self.bound: set[str] = set()
        self.assigned: set[str] = set()
        self._next_slot = 0

    def compile(self, node: ast.AST) -> Closure:
        """Compile one node; raise ExpressionError if it is not part of the language."""
        build = _NODES.get(type(node))
        if build is None:
            raise not_allowed(node)
        return build(self, node)

    def read(self, name: str) -> None:
        """Note that a field of the data is read."""
        if name not in self.bound:
            self.names.add(name)

    def new_slot(self, target: ast.expr) -> int:
        """Give the loop variable `target` a slot of its own and bring it into scope."""
        if not isinstance(target, ast.Name):
            raise ExpressionError(
                "循环变量必须是一个名称。", "a loop variable must be a plain name"
            )
        self._next_slot += 1
        self.slots[access.allowed_name(target.id)] = self._next_slot
        return self._next_slot


def _constant(compiler: Compiler, node: ast.Constant) -> Closure:
    value: Any = node.value
    if type(value) in (int, float):
        operators.number(value)
    elif type(value) is str:
        value.encode()  # A lone surrogate cannot be stored: it fails here, as unreadable.
    elif value is not None and type(value) is not bool:
        raise not_allowed(node)
    return lambda frame: value


def _binary(compiler: Compiler, node: ast.BinOp) -> Closure:
    operation = operators.ARITHMETIC.get(type(node.op))
    if operation is None:
        raise not_allowed(node.op)
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    return lambda frame: operation(left(frame), right(frame), frame)


def _unary(compiler: Compiler, node: ast.UnaryOp) -> Closure:
    operation = operators.UNARY.get(type(node.op))
    if operation is None:
        raise not_allowed(node.op)
    operand = compiler.compile(node.operand)
    return lambda frame: operation(operand(frame))


def _logic(compiler: Compiler, node: ast.BoolOp) -> Closure:
    *parts, last = [compiler.compile(value) for value in node.values]
    ends_on = isinstance(node.op, ast.Or)

    def run(frame: Frame) -> Any:
        for part in parts:
            value = part(frame)
            if bool(value) is ends_on:
                return value
        return last(frame)

    return run


def _comparison(compiler: Compiler, node: ast.Compare) -> Closure:
    for operation, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(operation, ast.Is | ast.IsNot) and not _is_single(right):
            raise ExpressionError(
                "is 后面只能是 None、True 或 False；比较请用 ==。",
                "'is' is only for None, True and False; compare with '=='",
            )
    first = compiler.compile(node.left)
    steps = [
        (operators.COMPARISONS[type(operation)], compiler.compile(right))
        for operation, right in zip(node.ops, node.comparators, strict=True)
    ]
    return _one_comparison(first, *steps[0]) if len(steps) == 1 else _chain(first, steps)


def _is_single(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or type(node.value) is bool)


def _one_comparison(left: Closure, compare: operators.Operation, right: Closure) -> Closure:
    return lambda frame: compare(left(frame), right(frame), frame)


def _chain(first: Closure, steps: list[tuple[operators.Operation, Closure]]) -> Closure:
    def run(frame: Frame) -> bool:
        left = first(frame)
        for compare, closure in steps:
            right = closure(frame)
            if not compare(left, right, frame):
                return False
            left = right
        return True

    return run


def _choice(compiler: Compiler, node: ast.IfExp) -> Closure:
    test = compiler.compile(node.test)
    yes, no = compiler.compile(node.body), compiler.compile(node.orelse)
    return lambda frame: yes(frame) if test(frame) else no(frame)


def _list(compiler: Compiler, node: ast.List | ast.Tuple) -> Closure:
    entries = [compiler.compile(entry) for entry in node.elts]
    return lambda frame: [entry(frame) for entry in entries]


def _record(compiler: Compiler, node: ast.Dict) -> Closure:
    if any(key is None for key in node.keys):
        raise ExpressionError("不允许用 ** 展开记录。", "unpacking with '**' is not allowed")
    keys = [compiler.compile(key) for key in node.keys if key is not None]
    values = [compiler.compile(value) for value in node.values]

    def run(frame: Frame) -> dict[str, Any]:
        return {loops.text_key(k(frame)): v(frame) for k, v in zip(keys, values, strict=True)}

    return run


_NODES: dict[type[ast.AST], Callable[[Compiler, Any], Closure]] = {
    ast.Constant: _constant,
    ast.Name: access.name,
    ast.Attribute: access.attribute,
    ast.Subscript: access.subscript,
    ast.Call: calls.call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _logic,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _record,
    ast.ListComp: loops.list_comprehension,
    ast.GeneratorExp: loops.list_comprehension,
    ast.DictComp: loops.record_comprehension,
}
