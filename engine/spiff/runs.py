# mypy: allow-subclassing-any
"""A running process and the processes running inside it, as SpiffWorkflow sees them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import DecisionError, EngineError, Stale, StepBudgetExceeded
from engine.spiff import data
from engine.spiff.data import Data, copied
from engine.spiff.refusals import title
from engine.spiff.script import ScriptEngine
from engine.spiff.specs.activities import plain_result
from engine.spiff.specs.joins import EndJoin, with_ended
from engine.spiff.task import READY, STARTED, WAITING, Task, common_ancestor

if TYPE_CHECKING:
    from engine.spiff.elements import Element
    from engine.spiff.views import Environment, Voters

#: Automatic steps between two wait states before a diagram counts as going round in circles.
STEP_BUDGET: Final = 2000
#: Tasks that may come up on the way: one step of a repeated activity makes up to a thousand.
MOST_MADE: Final = 10_000


class _Shared:
    """What the outer and the inner runs have in common."""

    tasks: dict[int, Task]
    #: Every unfinished task by id: the tokens of this run.
    live: dict[int, Task]
    task_tree: Task
    spec: Any
    top_workflow: Run
    subprocesses: dict[int, SubRun]
    last_task: Task | None
    completed: bool
    success: bool
    data: Data
    #: The data at the end.
    result: Data
    completed_event: Any

    def _begin(self) -> None:
        self.task_tree = Task(self, self.spec.start)
        self.task_tree.inherited = True
        self.task_tree._set_state(READY)

    def get_tasks_iterator(self, first_task: Task | None = None, **kwargs: Any) -> Iterator[Task]:
        """Search the tree from `first_task` down, by `state` and `spec_name`; no depth limit."""
        state = kwargs.get("state", TaskState.ANY_MASK)
        name = kwargs.get("spec_name")
        for task in first_task or self.task_tree:
            if task._state & state and name in (None, task.task_spec.name):
                yield task

    def update_waiting_tasks(self) -> None:
        """Ask again, once each, the specs at which a token waits for what others do."""
        waiting: dict[Any, list[Task]] = {}
        for task in self.live.values():
            if task.task_spec.reacts and task._state == WAITING:
                waiting.setdefault(task.task_spec, []).append(task)
        for spec, tokens in sorted(waiting.items(), key=lambda item: item[1][0].id):
            heir = spec.heir(tokens)
            if heir is not None:
                spec._update(heir)

    def cancel(self, success: bool = False) -> list[Task]:
        """End everything that is still open; the data stays as it was seen last."""
        self.result = self.view()
        self.success, self.completed = success, True
        cancelled = list(self.live.values())
        for task in cancelled:
            task.cancel()
        return cancelled

    def view(self, *ended: Task) -> Data:
        """Give the data as all tokens (and the tasks that just `ended`) see it, merged."""
        tokens = [t for t in self.live.values() if not t.triggered]
        tokens = sorted([*tokens, *ended], key=lambda t: t.id)
        if not tokens:
            return dict(self.task_tree.data)
        base = common_ancestor(tokens)
        return data.folded(base.data, (self._seen_by(t) for t in tokens))

    def _seen_by(self, task: Task) -> Data:
        inner = self.top_workflow.subprocesses.get(task.id)
        if inner is not None and task._state == STARTED:
            return inner.view()
        return with_ended(task) if isinstance(task.task_spec, EndJoin) else task.data

    def _mark_complete(self, task: Task) -> None:
        self.completed = True
        self.result = task.data


class SubRun(_Shared, BpmnSubWorkflow):
    """A process running inside an activity."""

    def __init__(self, spec: Any, parent_task_id: int, top_workflow: Run, **kwargs: Any) -> None:
        self.live = {}
        self.result = {}
        super().__init__(spec, parent_task_id, top_workflow, deserializing=True)

    @property
    def host(self) -> Task:
        """The activity it runs in."""
        return cast(Task, self.top_workflow.get_task_from_id(self.parent_task_id))


class Run(_Shared, BpmnWorkflow):
    """The outermost run: one instance of a process."""

    host = None

    def __init__(self, spec: Any, subprocess_specs: Mapping[str, Any], env: Environment) -> None:
        self.live = {}
        self.result = {}
        #: Automatic tasks in the order in which they became ready.
        self.ready: deque[Task] = deque()
        self.last_id = 0
        self.env = env
        #: Elements passed, in order.
        self.path: list[str] = []
        #: Service calls that raised: the task, its element, and what was raised.
        self.failures: list[tuple[Task, Element, Exception]] = []
        #: What happened to votes: the container, what, and facts.
        self.ballots: list[tuple[Task, str, Data]] = []
        super().__init__(
            spec, subprocess_specs, script_engine=ScriptEngine(env.functions), deserializing=True
        )

    def next_id(self) -> int:
        """Count tasks within the instance."""
        self.last_id += 1
        return self.last_id

    def runs(self) -> Iterator[_Shared]:
        """Give this run and all inner ones."""
        yield self
        yield from self.subprocesses.values()

    def get_task_from_id(self, task_id: int) -> Task | None:
        """Find a task in any of the runs."""
        for run in self.runs():
            if task_id in run.tasks:
                return run.tasks[task_id]
        return None

    def create_subprocess(self, my_task: Task, spec_name: str) -> SubRun:
        """Make the run inside `my_task`, ready to start."""
        run = SubRun(self.subprocess_specs[spec_name], my_task.id, self)
        self.subprocesses[my_task.id] = run
        run._begin()
        return run

    def advance(self) -> None:
        """Run automatic tasks until only people, timers, messages and failures are waited for.

        Raises:
            StepBudgetExceeded: the diagram goes round without ever waiting, or unfolds too far.
        """
        steps, most = 0, self.last_id + MOST_MADE
        while self.ready:
            task = self.ready.popleft()
            if task._state != READY:
                continue
            steps += 1
            if steps > STEP_BUDGET:
                raise _going_round(task.task_spec.element)
            task.run()
            if self.last_id > most:
                raise _unfolding(task.task_spec.element)

    def passed(self, task: Task) -> None:
        """Note that an element was passed; a repeated activity counts by its instances."""
        element = task.task_spec.element
        if element is not None and not (task.task_spec.is_loop and task.internal_data["done"]):
            self.path.append(element.key)

    def call_service(self, my_task: Task, spec: Any) -> Data | None:
        """Call a delegate; give its result, or None when it failed and has to be called again."""
        try:
            return self._call(my_task, spec)
        except Stale:
            raise
        except Exception as error:
            self.failures.append((my_task, spec.element, error))
            return None

    def _call(self, my_task: Task, spec: Any) -> Data:
        engine: Callable[..., Any] = self.script_engine.evaluate
        params = {name: engine(my_task, source) for name, source in spec.parameters.items()}
        result = self.env.call(spec.element, spec.operator, params, copied(my_task.data))
        return plain_result(result, spec.element)

    def decide(self, my_task: Task, spec: Any) -> Data:
        """Ask for a decision.

        Raises:
            DecisionError: it cannot be made.
        """
        try:
            outputs = self.env.decide(spec.element, spec.decision, copied(my_task.data))
            return plain_result(outputs, spec.element)
        except EngineError:
            raise
        except Exception as error:
            raise DecisionError(
                f"“{title(spec.element)}”无法得出决策“{spec.decision}”：{error}",
                f"'{title(spec.element)}' cannot make the decision '{spec.decision}': {error}",
                decision=spec.decision,
            ) from error

    def voters(self, my_task: Task, spec: Any) -> Voters:
        """Ask who votes."""
        return self.env.voters(spec.element, copied(my_task.data))

    def may_still_vote(self, spec: Any, voter: str) -> bool:
        """Ask whether a voter is still there."""
        return self.env.may_still_vote(spec.element, voter)


def _going_round(element: Element | None) -> StepBudgetExceeded:
    return StepBudgetExceeded(
        f"流程在“{title(element)}”附近一直循环，没有等待任何人或时间。请检查条件。",
        f"The process goes round near '{title(element)}' without waiting for anybody; "
        "check its conditions.",
        element=element.key if element else "",
    )


def _unfolding(element: Element | None) -> StepBudgetExceeded:
    return StepBudgetExceeded(
        f"流程在“{title(element)}”附近一下子展开成 {MOST_MADE} 个以上的任务，已停下。"
        "请减少多实例的次数。",
        f"The process unfolds into more than {MOST_MADE} tasks near '{title(element)}' and was "
        "stopped; let activities be done fewer times.",
        element=element.key if element else "",
    )
