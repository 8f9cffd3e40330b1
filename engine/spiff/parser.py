# mypy: allow-subclassing-any
"""From a diagram to task specs: SpiffWorkflow's parser with our specs, no recursion, no DMN.

What the library's parser reads well is left to it. Replaced are: what would recurse once for every
step of a long diagram, what mixes up ids of extension elements with ids of steps, and every place
where it makes a spec or an event definition of its own.
"""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.process import SpiffProcessParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser

from engine.spiff import elements, xml
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.parser_events import (
    BoundaryParser,
    CatchParser,
    EndParser,
    EventGatewayParser,
    ReceiveParser,
    SendParser,
    StartParser,
    ThrowParser,
)
from engine.spiff.parser_steps import StepParser
from engine.spiff.specs import activities, events, joins
from engine.spiff.specs.base import ProcessSpec
from engine.spiff.xml import Node


class TaskParser(StepParser, SpiffTaskParser):
    """Reads tasks that need nothing but their scripts."""

    def create_task(self) -> Any:
        """Make the spec with its pre- and post-script and what `more` adds."""
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            prescript=xml.extension_text(self.node, "preScript"),
            postscript=xml.extension_text(self.node, "postScript"),
            **self.more(),
            **self.bpmn_attributes,
        )

    def more(self) -> dict[str, Any]:
        """Give further arguments of the spec."""
        return {}


class ScriptParser(TaskParser):
    """Reads script tasks."""

    def more(self) -> dict[str, Any]:
        """Give the script."""
        return {"script": xml.text(xml.child(self.node, "script"))}


class ServiceParser(TaskParser):
    """Reads service tasks: an operator with parameters whose values are expressions."""

    def more(self) -> dict[str, Any]:
        """Give operator, parameters and where the result goes."""
        operator = xml.extensions(self.node, "serviceTaskOperator")[0]
        return {
            "operator": operator.get("id"),
            "parameters": elements.parameters_of(self.node),
            "result_variable": operator.get("resultVariable"),
        }


class RuleParser(TaskParser):
    """Reads business rule tasks, whose decision is asked from the environment."""

    def more(self) -> dict[str, Any]:
        """Give the decision's id."""
        return {"decision": elements.decision_of(self.node)}


class SubProcessParser(TaskParser):
    """Reads sub-processes and transactions."""

    def more(self) -> dict[str, Any]:
        """Register the inner scope and give its name."""
        parser = self.process_parser.parser
        scope = parser.scope_of[self.node]
        return {"subworkflow_spec": parser.add_scope(scope, self.process_parser)}


class CallParser(TaskParser):
    """Reads call activities."""

    def more(self) -> dict[str, Any]:
        """Give the called process."""
        return {"subworkflow_spec": self.node.get("calledElement")}


class ConditionalParser(StepParser, ConditionalGatewayParser):
    """Reads exclusive and inclusive gateways."""


class PlainGatewayParser(StepParser, GatewayParser):
    """Reads parallel gateways."""


class ProcessParser(SpiffProcessParser):
    """Reads one process or sub-process, step by step instead of by recursion."""

    def __init__(self, parser: Parser, scope: Scope, parent: ProcessParser | None) -> None:
        self.scope = scope
        self.pending: deque[StepParser] = deque()
        super().__init__(parser, scope.node, None, {})
        self.process_executable = True
        self.parent = parent

    def _index_process_nodes(self) -> None:
        self.nodes_by_id = self.scope.nodes
        self.outgoing_sequence_flows = self.scope.outgoing
        self.boundary_events_by_attached = self.scope.boundaries
        for node in xml.children(self.node, "dataObjectReference"):
            self.data_object_references[node.get("id")] = node

    def create_spec(self) -> ProcessSpec:
        """Make the empty spec."""
        return ProcessSpec(name=scope_name(self.scope), description=self.get_name())

    def add_tasks(self) -> None:
        """Read the steps that can be reached, then connect them."""
        for node in list(self.scope.of_kind("startEvent")):
            self.parse_node(node)
        while self.pending:
            self.pending.popleft().connect()


class Parser(SpiffBpmnParser):
    """Reads processes from diagrams."""

    OVERRIDE_PARSER_CLASSES: ClassVar = {
        full_tag(name): classes
        for name, classes in {
            "task": (TaskParser, activities.NoneTask),
            "userTask": (TaskParser, activities.UserTask),
            "manualTask": (TaskParser, activities.ManualTask),
            "scriptTask": (ScriptParser, activities.ScriptTask),
            "serviceTask": (ServiceParser, activities.ServiceTask),
            "businessRuleTask": (RuleParser, activities.BusinessRuleTask),
            "sendTask": (SendParser, events.SendTask),
            "receiveTask": (ReceiveParser, events.ReceiveTask),
            "subProcess": (SubProcessParser, activities.SubProcess),
            "transaction": (SubProcessParser, activities.Transaction),
            "callActivity": (CallParser, activities.CallActivity),
            "exclusiveGateway": (ConditionalParser, joins.ExclusiveGateway),
            "inclusiveGateway": (ConditionalParser, joins.InclusiveGateway),
            "parallelGateway": (PlainGatewayParser, joins.ParallelGateway),
            "eventBasedGateway": (EventGatewayParser, events.EventGateway),
            "startEvent": (StartParser, events.StartEvent),
            "endEvent": (EndParser, events.EndEvent),
            "boundaryEvent": (BoundaryParser, events.BoundaryEvent),
            "intermediateCatchEvent": (CatchParser, events.IntermediateCatchEvent),
            "intermediateThrowEvent": (ThrowParser, events.IntermediateThrowEvent),
        }.items()
    }

    def __init__(self) -> None:
        super().__init__()
        self.scope_of: dict[Node, Scope] = {}
        self.diagram_of: dict[Node, Diagram] = {}

    def add(self, diagram: Diagram) -> None:
        """Add a diagram's processes."""
        self._add_correlations(diagram.root)
        for scope in diagram.scopes:
            self.scope_of[scope.node] = scope
            self.diagram_of[scope.node] = diagram
            if scope.parent is None:
                self.add_scope(scope, None)

    def add_scope(self, scope: Scope, parent: ProcessParser | None) -> str:
        """Add a process or sub-process; give the name its spec will have."""
        name = scope_name(scope)
        self.process_parsers[name] = ProcessParser(self, scope, parent)
        return name


def scope_name(scope: Scope) -> str:
    """Give a name that is unique among several files: "process" or "process/sub-process"."""
    return scope.process if scope.parent is None else f"{scope.process}/{scope.id}"
