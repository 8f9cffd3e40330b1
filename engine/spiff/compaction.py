"""Forgetting finished steps, so that a loop of any length costs what its present round costs.

What has to stay of a run's tree: its root, its tokens, and where the tokens' branches part (their
data is what joins compare with). A chain of finished steps between two of these is cut out, also
inside one branch of a split that is still open. Who did what when is in the history, not here.
"""

from __future__ import annotations

from typing import Any

from engine.spiff.specs.events import BoundarySplit
from engine.spiff.task import FINISHED, Task


def compact(run: Any) -> None:
    """Cut the finished steps out of a run and of the runs inside it."""
    ended = [i for i in run.subprocesses if run.get_task_from_id(i)._state & FINISHED]
    for task_id in ended:
        _forget(run, task_id)
    for each in run.runs():
        _compact(each)


def _forget(run: Any, task_id: int) -> None:
    """Drop an inner run; those inside it lose their host and go with it."""
    inner = run.subprocesses.pop(task_id, None)
    for below in () if inner is None else inner.tasks:
        _forget(run, below)


def _compact(run: Any) -> None:
    keep = _needed(run)
    tasks = {task.id: task for task in run.task_tree if task.id in keep}
    parents = {task.id: _kept_parent(task, keep) for task in tasks.values()}
    for task in tasks.values():
        task._children = []
    for task in tasks.values():
        parent = parents[task.id]
        if parent is None:
            continue
        task._parent = parent.id
        parent._children.append(task.id)
    run.tasks = tasks
    if run.last_task is not None and run.last_task.id not in tasks:
        run.last_task = None
    root = run.task_tree
    if len(root._children) == 1 and root._state & FINISHED:
        root.data = dict(tasks[root._children[0]].data)


def _needed(run: Any) -> set[int]:
    """Give the ids of the tasks that have to stay."""
    keep = {run.task_tree.id}
    branches: dict[int, int] = {}
    for token in sorted(run.live.values(), key=lambda t: t.id):
        keep.add(token.id)
        below = token
        for above in token.ancestors():
            if isinstance(above.task_spec, BoundarySplit) and not below._state & FINISHED:
                keep.add(above.id)
            known = branches.get(above.id)
            if known is None:
                branches[above.id] = below.id
            elif known == below.id:
                break
            else:
                keep.add(above.id)
            below = above
    return keep


def _kept_parent(task: Task, keep: set[int]) -> Task | None:
    return next((above for above in task.ancestors() if above.id in keep), None)
