"""Whether one instance may move: each of its tokens, and all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Message
from engine.spiff.elements import Element
from engine.spiff.migration import words
from engine.spiff.migration.pairs import Pairs, inner, unfit
from engine.spiff.migration.reach import Reach, Token, at_rest, reach_of
from engine.spiff.refusals import title
from engine.spiff.runs import Run
from engine.spiff.specs.events import BoundaryEvent
from engine.spiff.specs.joins import EndJoin, Join
from engine.spiff.task import WAITING, Task


@dataclass
class Verdict:
    """What was found: where each token goes on, or why not all of them can.

    specs: id of a task → the spec it goes on at.
    flows: id of a token that waits at a join → the flow by which it came, as the new version says.
    processes: id of the activity a process runs inside (None: the outermost) → its new spec.
    """

    reasons: list[Message] = field(default_factory=list)
    specs: dict[int, Any] = field(default_factory=dict)
    flows: dict[int, str] = field(default_factory=dict)
    processes: dict[int | None, Any] = field(default_factory=dict)

    def refuse(self, reason: Message) -> None:
        """Note a reason, once."""
        if reason not in self.reasons:
            self.reasons.append(reason)


def judge(pairs: Pairs, run: Run) -> Verdict:
    """Look at every token of a run and of those inside it."""
    verdict = Verdict(processes={None: pairs.new.spec})
    inside = sorted(run.subprocesses.values(), key=lambda sub: (sub.depth, sub.parent_task_id))
    each: Any
    for each in (run, *inside):
        host = None if each.host is None else each.host.id
        process = verdict.processes.get(host)
        if process is not None:
            _judge_run(pairs, each, process, verdict)
    return verdict


def _judge_run(pairs: Pairs, run: Any, process: Any, verdict: Verdict) -> None:
    before = len(verdict.reasons)
    for task in sorted(run.live.values(), key=lambda t: t.id):
        if not isinstance(task.task_spec, BoundaryEvent):
            _judge_token(pairs, task, process, verdict)
    if len(verdict.reasons) == before:
        _judge_together(pairs, run, process, verdict)


def _judge_token(pairs: Pairs, task: Task, process: Any, verdict: Verdict) -> None:
    old = task.task_spec
    if isinstance(old, EndJoin):
        verdict.specs[task.id] = process.end
        return
    container = task.parent.task_spec if task.triggered else old
    new = pairs.pair(container, process)
    if new is None:
        verdict.refuse(pairs.why_none(container))
        return
    reason = unfit(container, new)
    if reason is not None:
        verdict.refuse(reason)
        return
    verdict.specs[task.id] = goes_on = inner(new) if task.triggered else new
    if isinstance(old, Join) and task._state == WAITING:
        _judge_waiting(pairs, task, new, verdict)
    called = getattr(goes_on, "spec", None)
    if task.id in task.workflow.top_workflow.subprocesses and isinstance(called, str):
        verdict.processes[task.id] = pairs.new.subprocess_specs[called]


def _judge_waiting(pairs: Pairs, task: Task, new: Any, verdict: Verdict) -> None:
    """A token waits at a join: find the flow by which it would have come."""
    old, came = task.task_spec, task.internal_data["flow"]
    partners = {name: _partner(pairs, old, new, name) for name in old._inputs}
    known = set(partners.values())
    free = [name for name in new._inputs if name not in known]
    lost = [name for name in old._inputs if partners[name] not in new._inputs]
    if len(old._inputs) != len(new._inputs) or len(free) != len(lost):
        verdict.refuse(words.join_changed(new.element))
        return
    flow = partners[came]
    if flow not in new._inputs:
        behind = [name for name in free if _leads(new, flow, name)]
        if len(behind) != 1:
            verdict.refuse(words.join_changed(new.element))
            return
        flow = behind[0]
    verdict.flows[task.id] = str(flow)


def _partner(pairs: Pairs, old: Any, new: Any, name: str) -> str | None:
    """Give what the new version calls the step by which one comes to a join."""
    spec = old._wf_spec.task_specs[name]
    found = pairs.pair(spec, new._wf_spec)
    return None if found is None else str(found.name)


def _leads(join: Any, source: str | None, name: str) -> bool:
    """Say whether a step leads to another without passing the join."""
    specs, seen, stack = join._wf_spec.task_specs, set(), [name]
    while stack:
        current = stack.pop()
        if current not in seen and current != join.name:
            seen.add(current)
            stack.extend(specs[current]._inputs)
    return source in seen


def _judge_together(pairs: Pairs, run: Any, process: Any, verdict: Verdict) -> None:
    """Ask whether a run that was started on the new version could be at the same place."""
    reach = reach_of(pairs.new, process)
    tokens = Counter(
        token
        for task in run.live.values()
        if (token := _token(task, verdict)) is not None and token[-1] not in reach.beside
    )
    if not tokens or at_rest(tokens) in reach.rests or _same_wiring(pairs, run, reach):
        return
    names = sorted({title(element) for element in _elements(run, verdict)})
    verdict.refuse(words.not_reachable(names, known=reach.is_complete))


def _token(task: Task, verdict: Verdict) -> Token | None:
    spec = verdict.specs.get(task.id)
    if spec is None or task.triggered or isinstance(spec, EndJoin):
        return None
    if task.id in verdict.flows:
        source = spec._wf_spec.task_specs[verdict.flows[task.id]]
        return "flow", str(source.bpmn_id), str(spec.bpmn_id)
    return "at", str(spec.bpmn_id)


def _same_wiring(pairs: Pairs, run: Any, reach: Reach) -> bool:
    """Say whether nothing was drawn otherwise; then what ran before runs on."""
    return reach_of(pairs.old, run.spec).wiring() == reach.wiring()


def _elements(run: Any, verdict: Verdict) -> Iterator[Element]:
    for task in run.live.values():
        spec = verdict.specs.get(task.id)
        if spec is not None and spec.element is not None and not task.triggered:
            yield spec.element
