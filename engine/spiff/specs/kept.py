# mypy: allow-subclassing-any
"""Data objects: values kept beside the data, for steps drawn as reading or writing them."""

from __future__ import annotations

from copy import deepcopy

from SpiffWorkflow.bpmn.specs.data_spec import BpmnDataSpecification

from engine.spiff.task import Task


class KeptObject(BpmnDataSpecification):
    """A data object as one step uses it.

    Most data objects are drawn to be looked at: nothing of that name is ever in the data. Then
    there is nothing to copy, which is no error as it would be in the library.
    """

    def get(self, my_task: Task) -> None:
        """Copy the value into the data, if one is kept."""
        run = my_task.workflow
        while run is not None and self.bpmn_id not in run.spec.data_objects:
            run = run.parent_workflow
        if run is not None and self.bpmn_id in run.data_objects:
            my_task.data[self.bpmn_id] = deepcopy(run.data_objects[self.bpmn_id])

    def set(self, my_task: Task) -> None:
        """Take the value out of the data and keep it, if there is one."""
        run = my_task.workflow
        while run is not None and self.bpmn_id not in run.spec.data_objects:
            run = run.parent_workflow
        if run is not None and self.bpmn_id in my_task.data:
            run.data_objects[self.bpmn_id] = deepcopy(my_task.data.pop(self.bpmn_id))

    def delete(self, my_task: Task) -> None:
        """Take the copy out of the data again."""
        my_task.data.pop(self.bpmn_id, None)
