"""The one door between the library and what a diagram wants calculated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine import expressions
from engine.errors import ExpressionError
from engine.spiff.refusals import at_element

if TYPE_CHECKING:
    from engine.spiff.elements import Element
    from engine.spiff.task import Task


class ScriptEngine:
    """Stands where the library expects its Python engine; nothing here executes Python.

    It is also its own `environment`, because the library's correlations ask that directly.
    """

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self.functions = functions
        self.environment = self

    def evaluate(self, task: Any, expression: Any = None, external_context: Any = None) -> Any:
        """Evaluate for a task; or, as an environment, `evaluate(expression, data)`."""
        if isinstance(task, str):
            return self.calculate(None, task, expression or {})
        data = {**external_context, **task.data} if external_context else task.data
        return self.calculate(task.task_spec.element, expression, data)

    def calculate(self, element: Element | None, source: Any, data: Mapping[str, Any]) -> Any:
        """Evaluate an expression of `element` and give plain data.

        Raises:
            ExpressionError: it cannot be read or evaluated; names the element.
        """
        try:
            value = expressions.evaluate(source, data, self.functions)
            return value if type(value) is bool else expressions.to_plain(value)
        except ExpressionError as error:
            raise at_element(error, element) from error

    def execute(self, task: Task, script: str, external_context: Any = None) -> bool:
        """Run a script over the task's data; afterwards the task has new data.

        Raises:
            ExpressionError: it cannot be read or run; names the element. Nothing has changed.
        """
        try:
            compiled = expressions.compile_script(script, self.functions.keys())
            task.data = compiled.run(task.data, self.functions)
        except ExpressionError as error:
            raise at_element(error, task.task_spec.element) from error
        return True
