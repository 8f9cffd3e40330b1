# mypy: allow-subclassing-any
"""Activities done several times: for each item of a collection, or while a condition holds.

Bookkeeping is in `internal_data` of the container. Instances that are done are not needed again,
so they need not be kept (BPMN 2.0, 13.2.7 and 13.2.8).
"""

from __future__ import annotations

from typing import Any, Final

from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ModelError
from engine.spiff import data
from engine.spiff.specs.base import Lean
from engine.spiff.task import FINISHED, READY, STARTED, Task

#: The most instances one activity may have.
MOST_INSTANCES: Final = 1000


class Loop(Lean, SpiffBpmnTask):
    """What all repeated activities share; `task_spec` names the spec of one instance."""

    is_loop = True
    task_spec: str

    def _make(self, my_task: Task, index: int, own: data.Data) -> None:
        """Make one instance, which has `own` fields beside the container's data."""
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, TaskState.FUTURE)
        child.triggered = True
        child.data = own
        child.internal_data["index"] = index
        spec._update(child)

    def _on_cancel(self, my_task: Task) -> None:
        for child in my_task.children:
            if not child._state & FINISHED:
                child.cancel()


class StandardLoop(Loop):
    """Done again while the condition holds, at most `maximum` times."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        maximum: int | None,
        condition: str | None,
        test_before: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = task_spec
        self.maximum = maximum
        self.condition = condition
        self.test_before = test_before

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        my_task.internal_data["done"] = 0
        if self.test_before and not self._again(my_task):
            return True
        my_task._set_state(STARTED)
        self._make(my_task, 0, {})
        return False

    def child_completed(self, my_task: Task, child: Task) -> None:
        """Take over the child's data; go round again or finish."""
        if my_task._state != STARTED or not child.triggered:
            return
        my_task.data = dict(child.data)
        my_task.internal_data["done"] += 1
        if self._again(my_task):
            self._make(my_task, my_task.internal_data["done"], {})
        else:
            my_task._set_state(READY)

    def _again(self, my_task: Task) -> bool:
        if self.maximum is not None and my_task.internal_data["done"] >= self.maximum:
            return False
        engine = my_task.workflow.script_engine
        return self.condition is None or bool(engine.evaluate(my_task, self.condition))


class MultiInstance(Loop):
    """Done once for each item of a collection, or a number of times.

    Collected results stand in the order of the items. Without an output item each instance's
    changes are merged. Names of items may hide fields of the data; those come back afterwards.
    """

    sequential = False

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        cardinality: str | None = None,
        data_input: Any = None,
        data_output: Any = None,
        input_item: Any = None,
        output_item: Any = None,
        condition: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = task_spec
        self.cardinality = cardinality
        self.data_input = _name(data_input)
        self.input_item = _name(input_item)
        self.output_item = _name(output_item)
        self.data_output = _name(data_output) if output_item is not None else None
        self.condition = condition

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        info = my_task.internal_data
        info["keys"] = self._keys(my_task)
        info["done"], info["results"] = 0, []
        if self.data_output:
            self._collect(my_task)
        elif not self.sequential:
            info["base"] = my_task.data
        if not info["keys"]:
            return True
        my_task._set_state(STARTED)
        for index in range(1 if self.sequential else len(info["keys"])):
            self._make_one(my_task, index)
        return False

    def child_completed(self, my_task: Task, child: Task) -> None:
        """Take the child's result; finish, or make the next in a sequence."""
        if my_task._state != STARTED or not child.triggered:
            return
        info = my_task.internal_data
        info["done"] += 1
        self._take(my_task, child)
        if info["done"] == len(info["keys"]) or self._is_enough(my_task, child):
            self._on_cancel(my_task)
            my_task._set_state(READY)
        elif self.sequential:
            self._make_one(my_task, info["done"])

    def key(self, my_task: Task, index: int) -> str | int:
        """Give the key of an instance's item: its name in a dictionary, else its place."""
        found: str | int = my_task.internal_data["keys"][index]
        return found

    def _run_hook(self, my_task: Task) -> bool:
        my_task.internal_data = {"done": my_task.internal_data["done"]}
        return True

    def _keys(self, my_task: Task) -> list[Any]:
        if self.data_input is not None:
            items = self._items(my_task)
            keys = list(items) if isinstance(items, dict) else list(range(len(items)))
        else:
            number = my_task.workflow.script_engine.evaluate(my_task, self.cardinality)
            if type(number) is not int or number < 0:
                raise _refused(self.element, "次数应是不小于零的整数", "needs a whole number")
            keys = list(range(min(number, MOST_INSTANCES + 1)))
        if len(keys) > MOST_INSTANCES:
            raise _refused(
                self.element,
                f"次数太多，最多 {MOST_INSTANCES} 次",
                f"may have at most {MOST_INSTANCES} instances",
            )
        return keys

    def _items(self, my_task: Task) -> Any:
        name = self.data_input
        if name in my_task.data:
            items = my_task.data[name]
        else:
            items = my_task.workflow.script_engine.evaluate(my_task, name)
        if not isinstance(items, list | dict):
            raise _refused(self.element, f"“{name}”应是一个列表", f"needs a list in '{name}'")
        return items

    def _make_one(self, my_task: Task, index: int) -> None:
        own: data.Data = {}
        key = self.key(my_task, index)
        if self.input_item:
            own[self.input_item] = key
            if self.data_input is not None:
                own[self.input_item] = _entry(self._items(my_task), key)
        self._make(my_task, index, own)

    def _take(self, my_task: Task, child: Task) -> None:
        if self.data_output:
            value = child.data.get(str(self.output_item))
            my_task.internal_data["results"].append([child.internal_data["index"], value])
            self._collect(my_task)
            return
        base = my_task.internal_data.get("base", my_task.data)
        theirs = {k: v for k, v in child.data.items() if k != self.input_item}
        if self.input_item and self.input_item in base:
            theirs[self.input_item] = base[self.input_item]
        my_task.data = data.merged(base, my_task.data, theirs)

    def _collect(self, my_task: Task) -> None:
        """Write what has been collected so far, in the order of the items."""
        info = my_task.internal_data
        ordered = sorted(info["results"], key=_first)
        results = {info["keys"][index]: value for index, value in ordered}
        collected: Any
        if self.data_output == self.data_input:
            collected = data.copied(self._items(my_task))
            for key, value in results.items():
                collected[key] = value
        elif self.data_input and isinstance(self._items(my_task), dict):
            collected = results
        else:
            collected = list(results.values())
        my_task.data = {**my_task.data, str(self.data_output): collected}

    def _is_enough(self, my_task: Task, child: Task) -> bool:
        """Evaluate the completion condition over what all instances have given so far."""
        if self.condition is None:
            return False
        info = my_task.internal_data
        active = sum(1 for c in my_task.children if not c._state & FINISHED)
        seen = {**child.data, **my_task.data} if self.data_output is None else dict(child.data)
        if self.data_output:
            seen[self.data_output] = my_task.data[self.data_output]
        seen |= {
            "nrOfInstances": len(info["keys"]),
            "nrOfCompletedInstances": info["done"],
            "nrOfActiveInstances": active,
            "loopCounter": child.internal_data["index"],
        }
        engine = my_task.workflow.script_engine
        return bool(engine.calculate(self.element, self.condition, seen))


class Parallel(MultiInstance):
    """All instances at once."""


class Sequential(MultiInstance):
    """One instance after the other."""

    sequential = True


def _name(reference: Any) -> str | None:
    return None if reference is None else str(reference.bpmn_id).strip()


def _first(pair: list[Any]) -> int:
    return int(pair[0])


def _entry(items: Any, key: Any) -> Any:
    try:
        return items[key]
    except LookupError:
        return None


def _refused(element: Any, zh: str, en: str) -> ModelError:
    name = element.name or element.id
    return ModelError(f"多实例“{name}”{zh}。", f"'{name}' {en}.", element=element.key)
