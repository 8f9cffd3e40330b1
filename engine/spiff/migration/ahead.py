"""What an instance may still come to."""

from __future__ import annotations

from typing import Any

from engine.spiff.workflow import Workflow


def ahead(workflow: Workflow) -> set[str]:
    """Give the keys of the elements that a running instance is at or may still come to."""
    inner = workflow.model.subprocess_specs
    seen: set[Any] = set()
    stack = [t.task_spec for run in workflow._runs() for t in run.live.values()]
    while stack:
        spec = stack.pop()
        if spec in seen:
            continue
        seen.add(spec)
        stack.extend(spec.outputs)
        named = [getattr(spec, name, None) for name in ("task_spec", "spec")]
        stack += [spec._wf_spec.task_specs[name] for name in named[:1] if name]
        stack += [inner[str(name)].start for name in named[1:] if name in inner]
    return {spec.element.key for spec in seen if spec.element is not None}
