"""What a model tells about its elements."""

from __future__ import annotations

from engine import spiff
from tests.engine.spiff import diagrams as d

LANES = """
<laneSet id="ls">
<lane id="reporter" name="报告人"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>
<lane id="outer" name="外"><flowNodeRef>b</flowNodeRef><flowNodeRef>sp</flowNodeRef>
<childLaneSet id="cl"><lane id="verifier" name="核查人"><flowNodeRef>b</flowNodeRef></lane>
</childLaneSet></lane></laneSet>
"""
MAIN = d.file(
    d.process(
        LANES,
        d.node("startEvent", "s", d.extensions(formKey="report")),
        d.user("a", "<documentation> What to do. </documentation>", formKey="verify", dueIn="3wd"),
        d.user("b", reviewer_not="a"),
        d.subprocess("sp", d.start("s2"), d.user("inside"), d.end("e2"),
                     d.flows("s2 inside e2")),
        d.rule("r", "hazard_level"), d.service("notify", "notify", to="'principal'"),
        d.service("x", "notify"), d.call("c", "called"), d.xor("g", "e"), d.end(),
        d.flows("s a b sp r notify x c g e", "g a? level == 'major'"),
        name="隐患报告",
    )
)  # fmt: skip
CALLED = d.file(
    d.process(
        '<laneSet id="ls"><lane id="rectifier" name="整改责任人"><flowNodeRef>a</flowNodeRef>'
        "</lane></laneSet>",
        d.start(), d.user("a", formKey="rectify"), d.rule("r", "reward_amount"), d.end(),
        d.flows("s a r e"), id="called",
    )
)  # fmt: skip
UNUSED = d.file(d.process(d.start(), d.user("q", formKey="unused"), d.end(), id="unused"))


def test_elements_are_known_by_their_keys() -> None:
    model = d.model(MAIN, CALLED, UNUSED)
    a = model.elements["a"]
    assert (a.id, a.process, a.kind, a.name) == ("a", "p", "userTask", "Task a")
    assert (a.lane_id, a.lane_name) == ("reporter", "报告人")
    assert a.properties == {"formKey": "verify", "dueIn": "3wd"}
    assert a.documentation == "What to do."
    other = model.elements["called:a"]
    assert (other.id, other.process, other.lane_name) == ("a", "called", "整改责任人")
    assert not any("unused" in key for key in model.elements)


def test_the_innermost_lane_wins_and_holds_for_what_is_inside() -> None:
    model = d.model(MAIN, CALLED)
    assert model.elements["b"].lane_id == "verifier"
    assert model.elements["inside"].lane_id == "outer"
    assert model.elements["called:s"].lane_id is None


def test_a_model_lists_what_it_needs() -> None:
    model = d.model(MAIN, CALLED)
    assert model.process_key == "p"
    assert model.name == "隐患报告"
    assert model.start_form == "report"
    assert model.forms() == {"report", "verify", "rectify"}
    assert model.decisions() == {"hazard_level", "reward_amount"}
    assert model.delegates() == {"notify"}
    assert model.calls() == {"called"}
    assert {site.source for site in model.expressions()} == {"level == 'major'", "'principal'"}


def test_an_operator_may_be_called_as_its_task_is() -> None:
    """Ids of extension elements are not ids of steps."""
    world = d.World()
    workflow = d.begin(
        d.drawn(d.start(), d.service("notify", "notify"), d.user("u"), d.end(),
                d.flows("s notify u e")),
        world=world,
    )  # fmt: skip
    assert world.calls == [("notify", "notify", {})]
    assert d.names(workflow) == ["u"]


def test_ids_of_two_files_may_be_the_same() -> None:
    """Also those of sub-processes."""

    def drawn(name: str, inner: str) -> bytes:
        sub = d.subprocess("sp", d.start("s2"), inner, d.end("e2"), d.flows("s2 x e2"))
        return d.file(d.process(d.start(), sub, d.end(), d.flows("s sp e"), id=name))

    workflow = d.begin(drawn("p", d.call("x", "q")), drawn("q", d.user("x")))
    assert d.names(workflow) == ["q:x"]
    d.do(d.reloaded(workflow), "q:x")
    d.do(workflow, "q:x")
    assert workflow.path == ["s", "s2", "q:s", "q:s2", "q:x", "q:e2", "q:sp", "q:e", "x", "e2",
                             "sp", "e"]  # fmt: skip


def test_moving_a_shape_changes_nothing() -> None:
    """Conditions are tried in the order of the file, not by how high their targets are drawn."""
    content = d.drawn(
        d.start(), d.xor("g", "c"), d.user("a"), d.user("b"), d.user("c"), d.end(),
        d.flows("s g", "g b? True", "g a? True", "g c e", "a e", "b e"),
    )  # fmt: skip
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="0" y="{y}" '
        'width="10" height="10"/></bpmndi:BPMNShape>'
        for name, y in (("a", 0), ("b", 500), ("c", 1000))
    )
    drawn = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="dia"><bpmndi:BPMNPlane id="pl">'
        f"{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )
    assert d.names(d.begin(content)) == ["b"]
    assert d.names(d.begin(content.replace(b"</definitions>", drawn.encode()))) == ["b"]


def test_processes_in_a_file() -> None:
    assert spiff.processes_in(MAIN) == ["p"]
