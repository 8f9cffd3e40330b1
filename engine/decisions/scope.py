"""What one evaluation of a decision sees, and how its names are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.decisions.values import from_plain
from engine.expressions.frame import missing
from engine.values.limits import MAX_STEPS, Budget


class Scope(Budget):
    """One evaluation: the data, the results of required decisions, the parameters of a model.

    data: process data by name.
    results: results of required decisions, by decision id.
    parameters: arguments of the business knowledge model that is running.
    question: the input value that `?` stands for in the cell that is running.
    """

    __slots__ = ("data", "parameters", "question", "results")

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.left = MAX_STEPS
        self.data = data
        self.results: dict[str, Any] = {}
        self.parameters: dict[str, Any] = {}
        self.question: Any = None


Closure = Callable[[Scope], Any]
#: Whether a value passes: True, False, or None where the standard gives null.
Test = Callable[[Any, Scope], bool | None]


class Literal:
    """A closure whose value is known when the table is read."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, scope: Scope) -> Any:
        return self.value


def field(name: str) -> Closure:
    """Give a closure that reads a field of the data; a missing one is an error, not null."""

    def read(scope: Scope) -> Any:
        try:
            value = scope.data[name]
        except KeyError:
            raise missing(name) from None
        return from_plain(value, name)

    return read
