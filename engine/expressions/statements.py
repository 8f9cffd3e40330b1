"""The statements of a script: assignment, `if`, `for` over a list, `pass`."""

from __future__ import annotations

import ast
from collections.abc import Callable, MutableMapping
from typing import Any, cast

from engine.errors import ExpressionError
from engine.expressions import access, loops
from engine.expressions.compiler import Compiler, not_allowed
from engine.expressions.frame import Frame, known
from engine.values.limits import MAX_ITEMS

Step = Callable[[Frame], None]
Store = Callable[[Frame, Any], None]


def block(compiler: Compiler, nodes: list[ast.stmt]) -> Step:
    """Compile statements that run one after the other."""
    steps = [(node.lineno, _statement(compiler, node)) for node in nodes]

    def run(frame: Frame) -> None:
        for line, step in steps:
            frame.line = line
            step(frame)

    return run


def _statement(compiler: Compiler, node: ast.stmt) -> Step:
    build = _STATEMENTS.get(type(node))
    try:
        if build is None:
            raise not_allowed(node)
        return build(compiler, node)
    except ExpressionError as error:
        raise at_line(error, node.lineno) from None


def at_line(error: ExpressionError, line: int) -> ExpressionError:
    """Give the error with the line of the script in front, unless it names one already."""
    if error.details.get("line") or not line:
        return error
    zh, en = error.message.zh, error.message.en
    lined = ExpressionError(f"第 {line} 行：{zh}", f"line {line}: {en}", field=error.field)
    lined.details["line"] = line
    return lined


def _assign(compiler: Compiler, node: ast.Assign) -> Step:
    if len(node.targets) != 1:
        raise ExpressionError("一行只能给一个字段赋值。", "a line assigns one field only")
    value = compiler.compile(node.value)
    store = _store(compiler, node.targets[0])
    return lambda frame: store(frame, value(frame))


def _augmented(compiler: Compiler, node: ast.AugAssign) -> Step:
    value = compiler.compile(ast.BinOp(left=node.target, op=node.op, right=node.value))
    store = _store(compiler, node.target)
    return lambda frame: store(frame, value(frame))


def _if(compiler: Compiler, node: ast.If) -> Step:
    test = compiler.compile(node.test)
    before = set(compiler.bound)
    yes = block(compiler, node.body)
    after_yes, compiler.bound = compiler.bound, before
    no = block(compiler, node.orelse)
    compiler.bound = compiler.bound & after_yes
    return lambda frame: yes(frame) if test(frame) else no(frame)


def _for(compiler: Compiler, node: ast.For) -> Step:
    if node.orelse:
        raise ExpressionError("for 不能带 else。", "a 'for' may not have an 'else'")
    source, cost = compiler.compile(node.iter), loops.weight(node)
    slots, bound = dict(compiler.slots), set(compiler.bound)
    slot = compiler.new_slot(node.target)
    body = block(compiler, node.body)
    compiler.slots, compiler.bound = slots, bound

    def run(frame: Frame) -> None:
        for entry in loops.entries(source(frame)):
            frame.spend(cost)
            frame.locals[slot] = known(entry, "…")
            body(frame)

    return run


def _pass(compiler: Compiler, node: ast.Pass) -> Step:
    return lambda frame: None


def _store(compiler: Compiler, target: ast.expr) -> Store:
    if isinstance(target, ast.Name):
        return _store_name(compiler, target)
    if isinstance(target, ast.Attribute | ast.Subscript):
        return _store_entry(compiler, target)
    raise ExpressionError("这里不能赋值。", "nothing can be assigned there")


def _store_name(compiler: Compiler, target: ast.Name) -> Store:
    key = access.allowed_name(target.id)
    slot = compiler.slots.get(key)
    if slot is not None:
        return lambda frame, value: frame.locals.__setitem__(slot, value)
    compiler.assigned.add(key)
    compiler.bound.add(key)
    return lambda frame, value: _fields(frame).__setitem__(key, value)


def _fields(frame: Frame) -> MutableMapping[str, Any]:
    """Give the data of a running script: its working copy, which may be changed."""
    return cast("MutableMapping[str, Any]", frame.data)


def _store_entry(compiler: Compiler, target: ast.Attribute | ast.Subscript) -> Store:
    holder = compiler.compile(target.value)
    key = _key(compiler, target)
    path = access.path_of(target)
    root = path.split(".")[0].split("[")[0]
    if root not in compiler.slots:
        compiler.assigned.add(root)
    return lambda frame, value: _put(holder(frame), key(frame), value, path)


def _key(compiler: Compiler, target: ast.Attribute | ast.Subscript) -> Callable[[Frame], Any]:
    if isinstance(target, ast.Subscript):
        return compiler.compile(target.slice)
    name = access.allowed_name(target.attr)
    return lambda frame: name


def _put(holder: Any, key: Any, value: Any, path: str) -> None:
    if not _fits(holder, key):
        raise ExpressionError(f"不能给“{path}”赋值。", f"'{path}' cannot be assigned", field=path)
    holder[key] = value


def _fits(holder: Any, key: Any) -> bool:
    """Tell whether a record may take the key, or a list has an entry of that number."""
    if type(holder) is dict:
        return type(key) is str and len(holder) < MAX_ITEMS
    return type(holder) is list and type(key) is int and -len(holder) <= key < len(holder)


_STATEMENTS: dict[type[ast.stmt], Callable[[Compiler, Any], Step]] = {
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.Pass: _pass,
}
