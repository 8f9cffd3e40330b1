"""Sub-processes, called processes, and the events that pass between them."""

from __future__ import annotations

import pytest

from engine.errors import Conflict, DefinitionRefused, ModelError
from tests.engine.spiff import diagrams as d

INNER = d.file(d.process(d.start(), d.user("u"), d.end(), d.flows("s u e"), id="inner"))


def sub(id: str, *inner: str, kind: str = "subProcess") -> str:
    """A sub-process: a user task u_<id>, then an end with what is inside it."""
    return d.subprocess(
        id, d.start(f"s_{id}"), d.user(f"u_{id}"), d.end(f"e_{id}", *inner),
        d.flows(f"s_{id} u_{id} e_{id}"), kind=kind,
    )  # fmt: skip


def guarded(definition: str, *declared: str, kind: str = "subProcess", ends: str = "") -> bytes:
    """A sub-process sp with an interrupting boundary event behind which h is done."""
    return d.drawn(
        *declared, d.start(), sub("sp", ends or definition, kind=kind),
        d.boundary("b", "sp", definition), d.user("h"), d.user("z"), d.end(), d.end("e2"),
        d.flows("s sp z e", "b h e2"),
    )  # fmt: skip


def test_a_called_process_works_on_the_data_and_gives_it_back() -> None:
    content = d.drawn(d.start(), d.call("c", "inner"), d.user("z"), d.end(), d.flows("s c z e"))
    workflow = d.begin(content, INNER, given=1)
    assert d.names(workflow) == ["inner:u"]
    assert d.task(workflow, "inner:u").data == {"given": 1}
    assert workflow.data == {"given": 1}
    d.do(workflow, "inner:u", found=2)
    workflow = d.reloaded(workflow)
    assert d.task(workflow, "z").data == {"given": 1, "found": 2}


def test_the_same_process_may_be_called_in_two_places_at_once() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.call("c", "inner"), d.call("k", "inner"), d.both("j"),
        d.user("z"), d.end(), d.flows("s g c j z e", "g k j"),
    )  # fmt: skip
    workflow = d.begin(content, INNER, list=[])
    for number in range(2):
        task = workflow.open_tasks()[-1]
        workflow.complete(task.id, {"list": [*task.data["list"], number]})
        workflow = d.reloaded(workflow)
    assert d.task(workflow, "z").data["list"] == [0, 1]


def test_the_path_names_what_was_passed_in_order() -> None:
    content = d.drawn(
        d.start(), d.user("a"), sub("sp"), d.call("c", "inner"),
        d.user("m", d.several(number="2")), d.xor("x", "e"), d.user("never"), d.end(),
        d.flows("s a sp c m x e", "x never? False", "never e"),
    )  # fmt: skip
    workflow = d.begin(content, INNER)
    assert workflow.path == ["s"]
    d.do(workflow, "a")
    assert workflow.path == ["s", "a", "s_sp"]
    d.do(workflow, "u_sp")
    assert workflow.path[3:] == ["u_sp", "e_sp", "sp", "inner:s"]
    workflow = d.reloaded(workflow)
    assert workflow.path == []
    d.do(workflow, "inner:u")
    d.do(workflow, "m")
    d.do(workflow, "m")
    assert workflow.path == ["inner:u", "inner:e", "c", "m", "m", "x", "e"]


def test_an_interrupting_event_ends_everything_inside() -> None:
    content = guarded(d.message("m"), '<message id="m" name="Stop"/>', ends=" ")
    workflow = d.reloaded(d.begin(content))
    assert d.names(workflow) == ["u_sp"]
    workflow.send_message("Stop", {"why": "storm"})
    assert d.names(workflow) == ["h"]
    assert workflow.data == {"why": "storm"}
    assert workflow.path == ["b"]
    d.do(workflow, "h")
    assert d.reloaded(workflow).completed


ERROR = '<errorEventDefinition errorRef="er"/>', '<error id="er" name="E" errorCode="42"/>'
ESCALATION = (
    '<escalationEventDefinition escalationRef="es"/>',
    '<escalation id="es" name="S" escalationCode="7"/>',
)


@pytest.mark.parametrize("declared", [ERROR, ESCALATION])
def test_an_error_or_escalation_is_caught_at_the_boundary(declared: tuple[str, str]) -> None:
    workflow = d.begin(guarded(*declared))
    workflow = d.reloaded(workflow)
    d.do(workflow, "u_sp")
    assert d.names(workflow) == ["h"]
    assert workflow.thrown == []


def test_a_boundary_without_a_code_catches_every_error() -> None:
    content = guarded("<errorEventDefinition/>", ERROR[1], ends=ERROR[0])
    workflow = d.begin(content)
    d.do(workflow, "u_sp")
    assert d.names(workflow) == ["h"]


def test_an_error_is_caught_where_it_happened_and_nowhere_else() -> None:
    content = d.drawn(
        ERROR[1], d.start(), d.both("g"),
        sub("sp", ERROR[0]), d.boundary("b", "sp", ERROR[0]), d.user("h"), d.end("e2"),
        sub("sq", ERROR[0]), d.boundary("c", "sq", ERROR[0]), d.user("k"), d.end("e3"),
        d.end("e4"), d.end("e5"),
        d.flows("s g sp e4", "g sq e5", "b h e2", "c k e3"),
    )  # fmt: skip
    workflow = d.begin(content)
    d.do(workflow, "u_sq")
    assert d.names(workflow) == ["k", "u_sp"]


def test_an_error_goes_outwards_until_something_catches_it() -> None:
    inner = d.file(
        ERROR[1],
        d.process(d.start(), d.user("u"), d.end("e", ERROR[0]), d.flows("s u e"), id="inner"),
    )
    middle = d.subprocess(
        "sp", d.start("s2"), d.call("c", "inner"), d.end("e2"), d.flows("s2 c e2")
    )
    content = d.drawn(
        ERROR[1], d.start(), middle, d.boundary("b", "sp", ERROR[0]), d.user("h"), d.end(),
        d.end("e3"), d.flows("s sp e", "b h e3"),
    )  # fmt: skip
    workflow = d.reloaded(d.begin(content, inner))
    d.do(workflow, "inner:u")
    assert d.names(workflow) == ["h"]


def test_an_error_that_nobody_catches_is_told() -> None:
    workflow = d.begin(d.drawn(ERROR[1], d.start(), d.end("e", ERROR[0]), d.flows("s e")))
    assert workflow.completed
    assert [(thrown.kind, thrown.name) for thrown in workflow.thrown] == [("error", "E")]


def test_an_escalation_may_let_the_sub_process_go_on() -> None:
    inner = d.subprocess(
        "sp", d.start("s2"), d.throw("t", ESCALATION[0]), d.user("u"), d.end("e2"),
        d.flows("s2 t u e2"),
    )  # fmt: skip
    content = d.drawn(
        ESCALATION[1], d.start(), inner,
        d.boundary("b", "sp", ESCALATION[0], interrupting=False), d.user("h"), d.end(),
        d.end("e3"), d.flows("s sp e", "b h e3"),
    )  # fmt: skip
    workflow = d.begin(content)
    assert d.names(workflow) == ["h", "u"]
    d.do(workflow, "u")
    d.do(d.reloaded(workflow), "h")


def test_terminating_ends_all_branches_and_loses_nothing() -> None:
    content = d.drawn(
        d.start(), d.both("g"), d.user("a"), d.end("e", "<terminateEventDefinition/>"),
        d.user("b"), d.user("c"), d.end("e2"), d.flows("s g a e", "g b c e2"),
    )  # fmt: skip
    workflow = d.begin(content)
    d.do(workflow, "b", b=1)
    workflow = d.reloaded(workflow)
    d.do(workflow, "a", a=1)
    assert workflow.completed
    assert workflow.open_tasks() == []
    assert workflow.data == {"a": 1, "b": 1}
    assert workflow.thrown == []
    assert d.reloaded(workflow).data == {"a": 1, "b": 1}


def test_terminating_a_sub_process_ends_only_that() -> None:
    inner = d.subprocess(
        "sp", d.start("s2"), d.both("g2"), d.user("u"), d.end("e2", "<terminateEventDefinition/>"),
        d.user("v"), d.end("e3"), d.flows("s2 g2 u e2", "g2 v e3"),
    )  # fmt: skip
    content = d.drawn(d.start(), inner, d.user("z"), d.end(), d.flows("s sp z e"))
    workflow = d.begin(content)
    d.do(workflow, "u", u=1)
    workflow = d.reloaded(workflow)
    assert d.task(workflow, "z").data == {"u": 1}
    d.do(workflow, "z")
    assert workflow.completed


def test_a_transaction_can_be_cancelled() -> None:
    definition = "<cancelEventDefinition/>"
    workflow = d.begin(guarded(definition, kind="transaction"))
    d.do(workflow, "u_sp")
    assert d.names(workflow) == ["h"]
    d.do(d.reloaded(workflow), "h")


def test_a_message_wakes_what_waits_for_it() -> None:
    variable = d.extensions(d.said("messageVariable", "reply"))
    content = d.drawn(
        '<message id="m" name="M"/>', '<message id="n" name="N"/>', d.start(),
        d.catch("w", d.message("m", variable)), d.node("receiveTask", "r", messageRef="n"),
        d.user("u"), d.end(), d.flows("s w r u e"),
    )  # fmt: skip
    workflow = d.begin(content)
    with pytest.raises(Conflict):
        workflow.send_message("N")
    workflow = d.reloaded(workflow)
    workflow.send_message("M", {"a": 1})
    workflow = d.reloaded(workflow)
    workflow.send_message("N", {"b": 2})
    assert d.task(workflow, "u").data == {"reply": {"a": 1}, "b": 2}
    with pytest.raises(Conflict):
        workflow.send_message("N")
    assert d.names(workflow) == ["u"], "a message nobody waits for changes nothing"


def test_a_message_that_is_thrown_may_be_caught_in_the_same_instance_or_told() -> None:
    payload = d.message("m", d.extensions(d.said("messagePayload", '{"n": n + 1}')))
    content = d.drawn(
        '<message id="m" name="M"/>', d.start(), d.both("g"), d.catch("w", d.message("m")),
        d.user("u"), d.throw("t", payload), d.throw("t2", payload), d.end(), d.end("e2"),
        d.flows("s g w e", "g u t t2 e2"),
    )  # fmt: skip
    workflow = d.begin(content, n=1)
    d.do(workflow, "u")
    assert workflow.data["n"] == 2
    assert [(t.kind, t.name, t.payload) for t in workflow.thrown] == [("message", "M", {"n": 2})]


def test_a_signal_is_heard_everywhere_in_the_instance() -> None:
    signal = '<signalEventDefinition signalRef="sg"/>'
    content = d.drawn(
        '<signal id="sg" name="SG"/>', d.start(), d.both("g"), d.catch("w", signal), d.user("a"),
        d.end(), sub("sp"), d.boundary("b", "sp", signal), d.user("h"), d.end("e2"), d.end("e3"),
        d.user("u"), d.throw("t", signal), d.end("e4"),
        d.flows("s g w a e", "g sp e2", "b h e3", "g u t e4"),
    )  # fmt: skip
    workflow = d.reloaded(d.begin(content))
    d.do(workflow, "u")
    assert d.names(workflow) == ["a", "h"]


def test_a_receive_task_prepares_once() -> None:
    content = d.drawn(
        '<message id="m" name="M"/>', d.start(),
        d.node("receiveTask", "r", d.extensions(d.said("preScript", "n = n + 1")), messageRef="m"),
        d.user("u"), d.end(), d.flows("s r u e"),
    )  # fmt: skip
    workflow = d.begin(content, n=0)
    workflow = d.reloaded(workflow)
    workflow.send_message("M")
    assert d.task(workflow, "u").data == {"n": 1}


def test_scripts_before_and_after_a_task() -> None:
    scripts = d.extensions(d.said("preScript", "a = 1"), d.said("postScript", "b = a + c"))
    content = d.drawn(
        d.start(), d.node("userTask", "x", scripts), d.user("z"), d.end(), d.flows("s x z e")
    )
    workflow = d.begin(content)
    assert d.task(workflow, "x").data == {"a": 1}
    d.do(d.reloaded(workflow), "x", c=2)
    d.do(workflow, "x", c=2)
    assert d.task(workflow, "z").data == {"a": 1, "b": 3, "c": 2}


def test_data_objects_are_kept_beside_the_data() -> None:
    content = d.drawn(
        '<dataObject id="D"/><dataObjectReference id="Dr" dataObjectRef="D"/>',
        d.start(),
        d.script("w", "D = 7", "<dataOutputAssociation id='o'><targetRef>Dr</targetRef>"
                 "</dataOutputAssociation>"),
        d.user("u"),
        d.script("r", "y = D + 1", "<dataInputAssociation id='i'><sourceRef>Dr</sourceRef>"
                 "</dataInputAssociation>"),
        d.user("z"), d.end(), d.flows("s w u r z e"),
    )  # fmt: skip
    workflow = d.reloaded(d.begin(content))
    assert d.task(workflow, "u").data == {}
    d.do(workflow, "u")
    assert d.task(workflow, "z").data == {"y": 8}


def test_a_gateway_without_a_way_out_says_so() -> None:
    for gateway in (d.xor, d.inclusive):
        content = d.drawn(
            d.start(), gateway("g"), d.end(), d.end("e2"), d.flows("s g", "g e? False", "g e2? n")
        )
        with pytest.raises(ModelError) as refused:
            d.begin(content, n=False)
        assert refused.value.details["element"] == "g"
        assert "g" in refused.value.message.zh


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ([d.call("c", "nowhere")], "process-missing"),
        ([d.call("c", "p")], "process-circular"),
        ([d.call("c", "inner"), d.call("c", "p")], "process-circular"),
    ],
)
def test_calls_lead_to_processes_that_exist_and_do_not_go_round(
    files: list[str], rule: str
) -> None:
    contents = [
        d.file(d.process(d.start(), call, d.end(), d.flows("s c e"), id=name))
        for name, call in zip(("p", "inner"), files, strict=False)
    ]
    with pytest.raises(DefinitionRefused) as refused:
        d.model(*contents)
    assert [problem.rule for problem in refused.value.problems] == [rule]


def test_a_process_is_drawn_once() -> None:
    with pytest.raises(DefinitionRefused) as refused:
        d.model(INNER, INNER, key="inner")
    assert refused.value.problems[0].rule == "process-twice"
