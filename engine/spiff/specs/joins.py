# mypy: allow-subclassing-any
"""Where tokens meet: parallel and inclusive gateways, and the end of a process.

The library's joins fire early in the second round of a loop and lose what one branch changed.
Here a token that has arrived stays WAITING until it is used up, so rounds cannot be mixed up
(BPMN 2.0, 13.4.1 and 13.4.3), and data is merged by what each branch changed since the split.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    ExclusiveGateway as LibraryExclusive,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    InclusiveGateway as LibraryInclusive,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    ParallelGateway as LibraryParallel,
)

from engine.spiff import data
from engine.spiff.refusals import no_way_out
from engine.spiff.specs.base import Lean
from engine.spiff.task import WAITING, Task, common_ancestor


class ExclusiveGateway(Lean, LibraryExclusive):
    """Takes the first flow whose condition holds, else the default flow."""

    def spawn(self, my_task: Task) -> None:
        """Do nothing: running it has already made the one child."""

    def _run_hook(self, my_task: Task) -> bool:
        name = self.default_task_spec
        for condition, target in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                name = target
                break
        if name is None:
            raise no_way_out(self.element)
        my_task._add_child(self._wf_spec.task_specs[name])
        return True


class Join(Lean):
    """A gateway with several incoming flows. A subclass says which waiting tokens may go on."""

    _inputs: list[str]

    def tokens_to_use(self, tokens: list[Task]) -> list[Task]:
        """Give the tokens that go on together, oldest first; none while something is missing."""
        raise NotImplementedError

    def heir(self, tokens: list[Task]) -> Task | None:
        """Give the token that may go on for all, if any may."""
        used = self.tokens_to_use(sorted(tokens, key=_number))
        return used[-1] if used else None

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        if len(self._inputs) == 1:
            return True
        if my_task._state != WAITING:
            my_task.internal_data["flow"] = my_task.parent.task_spec.name
            my_task._set_state(WAITING)
        used = self.tokens_to_use(_tokens(self, my_task))
        if not used or used[-1] is not my_task:
            return False
        if len(used) > 1:
            base = common_ancestor(used).data
            my_task.data = data.folded(base, (token.data for token in used))
        for token in used[:-1]:
            token.cancel()
        my_task.internal_data = {}
        return True


class ParallelGateway(Join, LibraryParallel):
    """Goes on when a token waits at every incoming flow; one of each is used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Sets of flows that complete it: those from outside, and those of its own loop.
        self.groups: list[Counter[str]] = []

    def prepare(self) -> None:
        """Find which flows can carry a token before the gateway has ever fired."""
        reached = _reachable_without(self)
        outer = Counter(name for name in self._inputs if name in reached)
        inner = Counter(name for name in self._inputs if name not in reached)
        self.groups = [group for group in (outer, inner) if group]

    def tokens_to_use(self, tokens: list[Task]) -> list[Task]:
        """Give the oldest token of every flow of a complete group."""
        for group in self.groups:
            used = _oldest(tokens, group)
            if len(used) == group.total():
                return used
        return []

    def _run_hook(self, my_task: Task) -> bool:
        return True


class InclusiveGateway(Join, LibraryInclusive):
    """Goes on when no token elsewhere can still reach a flow where none waits yet."""

    reacts = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Incoming flow → specs from which a token can come to it without passing this gateway.
        self.upstream: dict[str, frozenset[str]] = {}

    def prepare(self) -> None:
        """Find what lies upstream of every incoming flow."""
        self.upstream = {name: _upstream(self, name) for name in self._inputs}

    def tokens_to_use(self, tokens: list[Task]) -> list[Task]:
        """Give the oldest token of every flow that has one, when no other flow can get one."""
        flows = {token.internal_data["flow"] for token in tokens}
        awaited = [up for name, up in self.upstream.items() if name not in flows]
        served = [up for name, up in self.upstream.items() if name in flows]
        for other in tokens[0].workflow.live.values():
            name = other.task_spec.name
            if other.task_spec is self:
                continue
            if _any_holds(awaited, name) and not _any_holds(served, name):
                return []
        return _oldest(tokens, Counter(flows))

    def spawn(self, my_task: Task) -> None:
        """Do nothing: running it has already made the children."""

    def _run_hook(self, my_task: Task) -> bool:
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise no_way_out(self.element)
        for spec in matches or defaults:
            my_task._add_child(spec)
        return True


class EndJoin(Lean, _EndJoin):
    """Where all tokens of a process end. The last one goes on, with what the others changed.

    A token that ends before the others leaves only its changes with the next one to arrive, so
    that a hundred reminders beside one task do not leave a hundred tokens.
    """

    reacts = True

    def heir(self, tokens: list[Task]) -> Task:
        """Give the one token that waits here."""
        return tokens[0]

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        my_task._set_state(WAITING)
        for token in _tokens(self, my_task):
            if token is not my_task:
                _absorb(my_task, token)
        if any(t.task_spec is not self for t in my_task.workflow.live.values()):
            return False
        my_task.data = with_ended(my_task)
        my_task.internal_data = {}
        return True

    def _run_hook(self, my_task: Task) -> bool:
        return True


def with_ended(token: Task) -> data.Data:
    """Give a token's data with the changes of the branches that ended before it."""
    ended = token.internal_data.get("ended")
    return data.applied((ended[0], ended[1]), token.data) if ended else token.data


def _absorb(my_task: Task, token: Task) -> None:
    """Keep what `token` changed since it parted from the living, and end it."""
    others = [t for t in my_task.workflow.live.values() if t is not token]
    base = max((common_ancestor([token, other]) for other in others), key=_depth)
    changed = data.change(base.data, token.data)
    for earlier in (token.internal_data.get("ended"), my_task.internal_data.get("ended")):
        if earlier:
            changed = data.combined((earlier[0], earlier[1]), changed)
    if changed[0] or changed[1]:
        my_task.internal_data["ended"] = list(changed)
    token.cancel()


def _depth(task: Task) -> int:
    return sum(1 for _ in task.ancestors())


def _tokens(spec: Any, my_task: Task) -> list[Task]:
    """Give the waiting tokens at `spec`, in the order in which they came."""
    live = my_task.workflow.live.values()
    found = [t for t in live if t.task_spec is spec and t._state == WAITING]
    found.sort(key=_number)
    return found


def _number(task: Task) -> int:
    return task.id


def _oldest(tokens: list[Task], wanted: Counter[str]) -> list[Task]:
    missing, used = Counter(wanted), []
    for token in tokens:
        flow = token.internal_data["flow"]
        if missing[flow] > 0:
            missing[flow] -= 1
            used.append(token)
    return used


def _any_holds(sets: Iterable[frozenset[str]], name: str) -> bool:
    return any(name in found for found in sets)


def _reachable_without(join: Any) -> set[str]:
    """Give the names of the specs that the start reaches without passing `join`."""
    found: set[str] = set()
    stack = [join._wf_spec.start]
    while stack:
        spec = stack.pop()
        if spec is not join and spec.name not in found:
            found.add(spec.name)
            stack.extend(spec.outputs)
    return found


def _upstream(join: Any, name: str) -> frozenset[str]:
    """Give the names of the specs from which `name` is reached without passing `join`."""
    specs = join._wf_spec.task_specs
    found: set[str] = set()
    stack = [name]
    while stack:
        current = stack.pop()
        if current != join.name and current not in found:
            found.add(current)
            stack.extend(specs[current]._inputs)
    return frozenset(found)
