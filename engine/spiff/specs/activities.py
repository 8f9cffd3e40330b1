# mypy: allow-subclassing-any
"""Activities: what people do, what scripts, services and decisions do, and processes within."""

from __future__ import annotations

from typing import Any, cast

from SpiffWorkflow.spiff.specs import defaults
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from engine.errors import ModelError
from engine.expressions import to_plain
from engine.spiff.specs.base import Lean
from engine.spiff.task import STARTED, Task


class UserTask(Lean, defaults.UserTask):
    """A person fills in a form."""


class ManualTask(Lean, defaults.ManualTask):
    """A person does something and says so."""


class NoneTask(Lean, defaults.NoneTask):
    """A task of no kind: waits for a person like a manual task."""


class ScriptTask(Lean, defaults.ScriptTask):
    """Calculates."""


class ServiceTask(Lean, SpiffBpmnTask):
    """Calls a delegate. When that fails the task waits, STARTED, to be run again."""

    def __init__(
        self,
        wf_spec: Any,
        name: str,
        operator: str = "",
        parameters: dict[str, str] | None = None,
        result_variable: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.operator = operator
        self.parameters = parameters or {}
        self.result_variable = result_variable

    def _run_hook(self, my_task: Task) -> bool | None:
        result = my_task.workflow.top_workflow.call_service(my_task, self)
        if result is None:
            return None
        if self.result_variable:
            result = {self.result_variable: result}
        my_task.data = {**my_task.data, **result}
        return True


class BusinessRuleTask(Lean, SpiffBpmnTask):
    """Asks for a decision and takes its outputs into the data."""

    def __init__(self, wf_spec: Any, name: str, decision: str = "", **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Task) -> bool:
        outputs = my_task.workflow.top_workflow.decide(my_task, self)
        my_task.data = {**my_task.data, **outputs}
        return True


class _Within(Lean):
    """Runs another process inside, which starts with the data here and gives its own back."""

    spec: str

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Task) -> None:
        if my_task._state == STARTED:
            super()._on_subworkflow_completed(subworkflow, my_task)  # type: ignore[misc]

    def _has(self, subworkflow: Any, direction: str) -> bool:
        declared = subworkflow.spec.io_specification
        return declared is not None and bool(getattr(declared, direction))

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:
        """Give the data (or the declared inputs of a called process) to its start."""
        if self._has(subworkflow, "data_inputs"):
            super().copy_data(my_task, subworkflow)  # type: ignore[misc]
        else:
            subworkflow.task_tree.data = dict(my_task.data)

    def update_data(self, my_task: Task, subworkflow: Any) -> None:
        """Take the data (or the declared outputs of a called process) from its end."""
        if self._has(subworkflow, "data_outputs"):
            super().update_data(my_task, subworkflow)  # type: ignore[misc]
        else:
            my_task.data = dict(subworkflow.result)

    def start_workflow(self, my_task: Task) -> None:
        """Make the inner run and let it start."""
        top = my_task.workflow.top_workflow
        subworkflow = top.create_subprocess(my_task, self.spec)
        subworkflow.completed_event.connect(self._on_subworkflow_completed, my_task)
        self.copy_data(my_task, subworkflow)


class SubProcess(_Within, defaults.SubWorkflowTask):
    """A process drawn inside the diagram."""


class Transaction(_Within, defaults.TransactionSubprocess):
    """A sub-process that can be cancelled as a whole."""


class CallActivity(_Within, defaults.CallActivity):
    """A process drawn elsewhere."""


def plain_result(value: Any, element: Any) -> dict[str, Any]:
    """Give what a delegate or decision returned as fresh plain data.

    Raises:
        ModelError: it is neither a dictionary nor None, or holds something that is not plain data.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ModelError(
            f"“{element.name or element.id}”的结果应是一组字段，却是 {type(value).__name__}。",
            f"The result of '{element.name or element.id}' must be a set of fields, "
            f"not {type(value).__name__}.",
            element=element.key,
        )
    return cast("dict[str, Any]", to_plain(value))
