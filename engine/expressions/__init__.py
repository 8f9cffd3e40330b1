"""The expression language: the only evaluator of what a diagram may calculate.

Python's syntax for expressions and a few statements is parsed, checked against a table of what is
allowed, and turned into closures over plain data. Nothing a diagram says is ever given to Python
to execute; `a.b` is a lookup in a record; functions are found by name in a table that data cannot
reach; every evaluation has a budget of steps and sizes.
"""

from __future__ import annotations

from engine.expressions.frame import Functions
from engine.expressions.functions import HELPERS as _HELPERS
from engine.expressions.language import (
    Expression,
    Script,
    compile_expression,
    compile_script,
    evaluate,
)
from engine.values.plain import check_data, to_plain

#: The names of the functions that every expression may call.
HELPER_NAMES = frozenset(_HELPERS) | {"defined"}

__all__ = [
    "HELPER_NAMES",
    "Expression",
    "Functions",
    "Script",
    "check_data",
    "compile_expression",
    "compile_script",
    "evaluate",
    "to_plain",
]
