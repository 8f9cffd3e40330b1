"""What a round of rework costs after 10, 100 and 600 rounds: load, two completions, save."""

from __future__ import annotations

import statistics
import time
from typing import Any, Final

from bench.measure import emit
from engine import spiff
from engine.spiff import Model, Workflow
from engine.spiff.views import Nothing

ROUNDS: Final = (10, 100, 600)
_SAMPLES: Final = 200
_NAMESPACE: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
#: Five user tasks, a rework loop, a boundary timer; the reward waits beside the loop.
_DIAGRAM: Final = f"""<definitions xmlns="{_NAMESPACE}" id="d" targetNamespace="t">
<process id="loop" isExecutable="true">
<startEvent id="s"/><userTask id="verify"/><parallelGateway id="g"/><exclusiveGateway id="back"/>
<userTask id="rectify"/><userTask id="accept"/><exclusiveGateway id="x" default="x.back"/>
<boundaryEvent id="late" attachedToRef="accept" cancelActivity="false">
<timerEventDefinition><timeDuration>"P3D"</timeDuration></timerEventDefinition></boundaryEvent>
<userTask id="escalate"/><userTask id="reward"/>
<endEvent id="e"/><endEvent id="e2"/><endEvent id="e3"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="verify"/>
<sequenceFlow id="f2" sourceRef="verify" targetRef="g"/>
<sequenceFlow id="f3" sourceRef="g" targetRef="back"/>
<sequenceFlow id="f4" sourceRef="g" targetRef="reward"/>
<sequenceFlow id="f5" sourceRef="back" targetRef="rectify"/>
<sequenceFlow id="f6" sourceRef="rectify" targetRef="accept"/>
<sequenceFlow id="f7" sourceRef="accept" targetRef="x"/>
<sequenceFlow id="x.back" sourceRef="x" targetRef="back"/>
<sequenceFlow id="f8" sourceRef="x" targetRef="e">
<conditionExpression>passed</conditionExpression></sequenceFlow>
<sequenceFlow id="f9" sourceRef="late" targetRef="escalate"/>
<sequenceFlow id="f10" sourceRef="escalate" targetRef="e2"/>
<sequenceFlow id="f11" sourceRef="reward" targetRef="e3"/>
</process></definitions>"""
_ANSWERS: Final = {
    "measures": [{"no": number, "text": f"Measure {number}", "done": True} for number in range(20)],
    "note": "lorem ipsum dolor sit amet " * 30,
}


def run() -> None:
    """Print one line for each number of rounds."""
    model = spiff.build({"loop.bpmn": _DIAGRAM.encode()}, "loop")
    workflow = Workflow.start(model, {}, Nothing())
    _complete(workflow, "verify", {})
    blob = workflow.dump()
    for number in range(1, max(ROUNDS) + 1):
        blob = _round(model, blob, number)
        if number in ROUNDS:
            ms = statistics.median(_timed(model, blob, number) for _ in range(_SAMPLES))
            emit(bench="loop", round=number, ms=ms, bytes=len(blob))


def _timed(model: Model, blob: bytes, number: int) -> float:
    begun = time.perf_counter()
    _round(model, blob, number)
    return (time.perf_counter() - begun) * 1000


def _round(model: Model, blob: bytes, number: int) -> bytes:
    """Two completions, each with its own load and save."""
    answers = {**_ANSWERS, "round": number}
    for name, said in (("rectify", answers), ("accept", {"passed": False})):
        workflow = Workflow.load(model, blob, Nothing())
        _complete(workflow, name, said)
        blob = workflow.dump()
    return blob


def _complete(workflow: Workflow, name: str, answers: dict[str, Any]) -> None:
    task = next(task for task in workflow.open_tasks() if task.element.id == name)
    workflow.complete(task.id, answers)
