"""Running processes drawn in BPMN: the only importer of SpiffWorkflow. Sees no database.

model = build({"hazard_report.bpmn": content, …}, "hazard_report")
workflow = Workflow.start(model, data, environment)
workflow.complete(workflow.open_tasks()[0].id, answers)
blob = workflow.dump()
workflow = Workflow.load(model, blob, environment)
"""

from __future__ import annotations

from engine.spiff.elements import Element
from engine.spiff.model import Model, build, calls_in, processes_in
from engine.spiff.problems import Problem
from engine.spiff.views import (
    Deferred,
    Environment,
    Failure,
    OpenTask,
    Polled,
    Seat,
    Thrown,
    Voters,
)
from engine.spiff.whereabouts import waits_at
from engine.spiff.workflow import Workflow, look, read_data

__all__ = [
    "Deferred",
    "Element",
    "Environment",
    "Failure",
    "Model",
    "OpenTask",
    "Polled",
    "Problem",
    "Seat",
    "Thrown",
    "Voters",
    "Workflow",
    "build",
    "calls_in",
    "look",
    "processes_in",
    "read_data",
    "waits_at",
]
