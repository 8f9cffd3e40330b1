"""The shipped diagrams can be read in any BPMN tool: everything is drawn, nothing collides."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.processes.drawing import Box, Drawing, box_around, read
from tests.processes.player import ROOT

#: The general diagrams and those of the sector packs.
DRAWINGS = {
    path.stem: read(path.read_bytes()) for path in sorted((ROOT / "processes/bpmn").glob("*.bpmn"))
}

pytestmark = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS.keys())


def hosts(drawing: Drawing) -> dict[str, str]:
    """Boundary event → the task it sits on."""
    events = drawing.find("bpmn:process/bpmn:boundaryEvent")
    return {event.get("id", ""): event.get("attachedToRef", "") for event in events}


def node_boxes(drawing: Drawing) -> dict[str, Box]:
    return {node.get("id", ""): drawing.shapes[node.get("id", "")] for node in drawing.nodes()}


def test_every_node_lane_and_flow_is_drawn(drawing: Drawing) -> None:
    nodes = {node.get("id") for node in drawing.nodes()}
    lanes = {lane.get("id") for lane in drawing.find(".//bpmn:lane")}
    pools = {pool.get("id") for pool in drawing.find(".//bpmn:participant")}
    flows = {flow.get("id") for flow in drawing.find(".//bpmn:sequenceFlow")}
    assert drawing.shapes.keys() == nodes | lanes | pools
    assert drawing.lines.keys() == flows


def test_no_two_nodes_overlap(drawing: Drawing) -> None:
    attached = hosts(drawing)
    boxes = node_boxes(drawing)
    for (first, one), (second, other) in combinations(boxes.items(), 2):
        if first not in (attached.get(second), second) and second != attached.get(first):
            assert not one.overlaps(other), (first, second)


def test_every_node_lies_in_its_lane(drawing: Drawing) -> None:
    attached = hosts(drawing)
    for lane in drawing.find(".//bpmn:lane"):
        area = drawing.shapes[lane.get("id", "")]
        for reference in lane.iterfind("{*}flowNodeRef"):
            assert reference.text is not None
            if reference.text not in attached:
                assert area.holds(drawing.shapes[reference.text]), reference.text


def test_every_node_is_in_one_lane(drawing: Drawing) -> None:
    named = [reference.text for reference in drawing.find(".//bpmn:flowNodeRef")]
    assert sorted(map(str, named)) == sorted(node.get("id", "") for node in drawing.nodes())


def test_lines_run_straight_from_border_to_border(drawing: Drawing) -> None:
    for flow in drawing.find(".//bpmn:sequenceFlow"):
        points = drawing.lines[flow.get("id", "")]
        assert drawing.shapes[flow.get("sourceRef", "")].on_border(points[0]), flow.get("id")
        assert drawing.shapes[flow.get("targetRef", "")].on_border(points[-1]), flow.get("id")
        for start, end in drawing.pieces(flow.get("id", "")):
            assert start[0] == end[0] or start[1] == end[1], flow.get("id")


def test_lines_pass_no_node_but_their_own(drawing: Drawing) -> None:
    attached = hosts(drawing)
    for flow in drawing.find(".//bpmn:sequenceFlow"):
        ends = {flow.get("sourceRef", ""), flow.get("targetRef", "")}
        own = ends | {attached[end] for end in ends if end in attached}
        own |= {event for event, task in attached.items() if task in ends}
        for start, end in drawing.pieces(flow.get("id", "")):
            for node, box in node_boxes(drawing).items():
                if node not in own:
                    assert not box.overlaps(box_around(start, end)), (flow.get("id"), node)


def test_labels_lie_in_the_pool_and_cover_no_node(drawing: Drawing) -> None:
    (pool,) = (drawing.shapes[p.get("id", "")] for p in drawing.find(".//bpmn:participant"))
    for owner, label in drawing.labels.items():
        assert pool.holds(label), owner
        for node, box in node_boxes(drawing).items():
            assert node == owner or not label.overlaps(box), (owner, node)


def test_no_two_labels_overlap(drawing: Drawing) -> None:
    for (first, one), (second, other) in combinations(drawing.labels.items(), 2):
        assert not one.overlaps(other), (first, second)
