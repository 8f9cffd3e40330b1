"""How one element becomes a task spec: made first, connected later."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.hazards.votes import Ballot
from engine.spiff import elements, xml
from engine.spiff.specs import loops
from engine.spiff.specs.events import BoundarySplit
from engine.spiff.specs.kept import KeptObject
from engine.spiff.specs.voting import Voting
from engine.spiff.xml import Node, kind


class StepParser:
    """Mixed in front of a library parser of one kind of element."""

    STANDARD_LOOP_CLASS = loops.StandardLoop
    PARALLEL_MI_CLASS = loops.Parallel
    SEQUENTIAL_MI_CLASS = loops.Sequential

    node: Node
    bpmn_id: str
    spec: Any
    task: Any
    process_parser: Any
    spec_class: Any

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """Give what every spec is made with; lanes and names are the model's business."""
        return {
            "description": kind(self.node),
            "bpmn_name": self.node.get("name"),
            "data_input_associations": self._objects("dataInputAssociation", "sourceRef"),
            "data_output_associations": self._objects("dataOutputAssociation", "targetRef"),
        }

    def parse_node(self) -> Any:
        """Make the spec, with its loop and boundary events; give what flows should lead to."""
        self.task = self.create_task()  # type: ignore[attr-defined]
        self._repeat()
        entry = self._guard()
        self.process_parser.pending.append(self)
        return entry

    def connect(self) -> None:
        """Connect the spec with the next ones, in the order of the flows in the file."""
        flows = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        default = self.node.get("default")
        if len(flows) == 1 and self.parse_condition(flows[0]) is None:  # type: ignore[attr-defined]
            default = flows[0].get("id")
        for flow in flows:
            target = self._target(flow)
            is_default = default is not None and flow.get("id") == default
            self.connect_outgoing(target, flow, is_default)  # type: ignore[attr-defined]

    def _target(self, flow: Node) -> Any:
        name = flow.get("targetRef")
        node = self.process_parser.get_node_by_id(name)
        if node is None:
            raise ValidationException(f"no element '{name}'", flow)
        guarded = self.spec.task_specs.get(_split_name(name))
        return guarded or self.process_parser.parse_node(node)

    def _repeat(self) -> None:
        ballot = elements.ballot_of(self.node)
        if ballot is not None:
            self._vote(ballot)
            return
        standard = xml.child(self.node, "standardLoopCharacteristics")
        if standard is not None:
            self._add_loop_task(standard)  # type: ignore[attr-defined]
        several = xml.child(self.node, "multiInstanceLoopCharacteristics")
        if several is not None:
            self._add_multiinstance_task(several)  # type: ignore[attr-defined]

    def _vote(self, ballot: Ballot) -> None:
        """Let several decide: who and when it is enough stands in the properties alone."""
        original = self.spec.task_specs.pop(self.task.name)
        self.task = Voting(self.spec, original.name, "", ballot, description="Vote")
        self._copy_task_attrs(original, self.node)  # type: ignore[attr-defined]

    def _guard(self) -> Any:
        events = self.process_parser.get_boundary_events(self.bpmn_id)
        if not events:
            return self.task
        split = BoundarySplit(self.spec, _split_name(self.bpmn_id))
        split.connect(self.task)
        for event in events:
            split.connect(self.process_parser.parse_node(event))
        return split

    def _objects(self, association: str, end: str) -> list[KeptObject]:
        """Give the data objects this step is drawn to use; what nothing writes is only drawn."""
        names = [
            (xml.text(part) or "").strip()
            for found in xml.children(self.node, association)
            for part in xml.children(found, end)
        ]
        diagram = self.process_parser.parser.diagram_of[self.process_parser.node]
        kept = (diagram.kept_objects.get(name) for name in names)
        return [KeptObject(found) for found in kept if found and self._is_known(found)]

    def _is_known(self, name: str) -> bool:
        scope = self.process_parser
        while scope is not None:
            if name in scope.spec.data_objects:
                return True
            scope = scope.parent
        return False


def _split_name(name: str | None) -> str:
    return f"{name}.BoundaryEventSplit"
