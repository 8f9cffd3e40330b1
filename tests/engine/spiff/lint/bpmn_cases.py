"""What BPMN 2.0 forbids: flows, ids, references, lanes, pools and gateways."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import (
    CATCH,
    GOOD,
    LATE,
    MESSAGE,
    SIGNAL,
    TIMER,
    Case,
    Cases,
    about,
    beside,
    choice,
    event_gateway,
    inner,
    lanes,
    line,
    pools,
    task,
)

TWO = '<association id="as" sourceRef="x" targetRef="ta"/>'
DRAWN_AS_X = (
    b'<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="x">'
    b"<di:BPMNPlane/></di:BPMNDiagram>"
)
NOTE = '<textAnnotation id="ta"><text>note</text></textAnnotation>'
OWN = '<participant id="own" processRef="p"/>'
OTHER = '<participant id="other"/>'


def _message_flow(source: str, target: str) -> bytes:
    flow = f'<messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>'
    main = d.process(d.start(), task("x"), task("y"), d.end(), d.flows("s x y e"))
    return d.file(pools(flow, OWN, OTHER), main)


def _two_processes(*, crossing: bool) -> bytes:
    one = d.process(d.start(), task("x"), d.end(), d.flows("s x e"))
    way = "s2 x2 e" if crossing else "s2 x2 e2"
    other = d.process(d.start("s2"), task("x2"), d.end("e2"), d.flows(way), id="q")
    return d.file(one, other)


def _linked(name: str) -> bytes:
    """A link of that name from x to y."""
    link = f'<linkEventDefinition name="{name}"/>'
    ways = d.flows("s x", "y e")
    return d.drawn(d.start(), d.throw("x", link), d.catch("y", link), d.end(), ways)


FLOWS: Cases = {
    "flow-dangling": Case(
        [
            (GOOD.replace(b'targetRef="e"', b'targetRef="q"'), "x.e"),
            (GOOD.replace(b'sourceRef="s"', b'sourceRef="q"'), "s.x"),
            (d.drawn(d.start(), task("x"), NOTE, d.end(), d.flows("s x e", "x ta")), "x.ta"),
        ],
        [GOOD],
    ),
    "flow-crosses-border": Case(
        [
            (line(inner()).replace(b'targetRef="e3"', b'targetRef="e"'), "s2.e3"),
            (_two_processes(crossing=True), "x2.e"),
        ],
        [line(inner()), _two_processes(crossing=False)],
    ),
    "flow-into-start": Case(
        [(d.drawn(d.start(), d.xor("x", "e"), d.end(), d.flows("s x e", "x s? n")), "x.s")],
        [GOOD],
    ),
    "flow-into-boundary": Case(
        [
            (
                beside(d.boundary("b", "x", TIMER)).replace(b'targetRef="e"', b'targetRef="b"'),
                "x.e",
            )
        ],
        [beside(d.boundary("b", "x", TIMER))],
    ),
    "flow-after-end": Case(
        [(d.drawn(d.start(), task("x"), d.end(), d.end("e2"), d.flows("s x e e2")), "e.e2")],
        [GOOD],
    ),
    "flow-unlisted": Case(
        [(line(task("x", "<incoming>s.x</incoming>")), "x")],
        [GOOD],
    ),
    "condition-forbidden": Case(
        [
            (choice("x a? n", "x b", kind="parallelGateway"), "x.a"),
            (
                event_gateway(CATCH, LATE).replace(
                    b'targetRef="c1">',
                    b'targetRef="c1"><conditionExpression>n</conditionExpression>',
                ),
                "g.c1",
            ),
        ],
        [choice("x a", "x b", kind="parallelGateway")],
    ),
    "default-unknown": Case(
        [
            (choice("x a? n", "x b? m", default="x.q"), "x"),
            (choice("x a? n", "x b? m", default="a.e"), "x"),
            (line(d.node("userTask", "x", default="s.x")), "x"),
        ],
        [choice("x a? n", "x b", default="x.b")],
    ),
    "default-conditional": Case(
        [(choice("x a? n", "x b? m", default="x.b"), "x.b")],
        [choice("x a? n", "x b", default="x.b")],
    ),
    "gateway-direction": Case(
        [
            (choice("x a? n", "x b", default="x.b", gatewayDirection="Converging"), "x"),
            (
                d.drawn(
                    d.start(),
                    d.xor("g", "a"),
                    task("a"),
                    task("b"),
                    d.node("exclusiveGateway", "x", gatewayDirection="Diverging"),
                    d.end(),
                    d.flows("s g a x e", "g b? n", "b x"),
                ),
                "x",
            ),
            (choice("x a? n", "x b", default="x.b", gatewayDirection="Mixed"), "x"),
            (line(d.node("parallelGateway", "x", gatewayDirection="Converging")), "x"),
        ],
        [
            choice("x a? n", "x b", default="x.b", gatewayDirection="Diverging"),
            line(d.node("parallelGateway", "x", gatewayDirection="Unspecified")),
        ],
    ),
    "event-gateway-target": Case(
        [
            (event_gateway(CATCH, task("c2")), "c2"),
            (event_gateway(CATCH, d.end("c2")), "c2"),
            (event_gateway(CATCH, d.throw("c2", d.message("m"))), "c2"),
        ],
        [event_gateway(CATCH, LATE)],
    ),
    "event-gateway-shared": Case(
        [
            (event_gateway(CATCH, LATE, task("q"), ways=("q c2",)), "c2"),
            (
                event_gateway(
                    LATE,
                    d.node("receiveTask", "c1", messageRef="m"),
                    d.boundary("b", "c1", TIMER),
                    ways=("b e",),
                ),
                "c1",
            ),
        ],
        [event_gateway(CATCH, LATE)],
    ),
    "event-gateway-mixed": Case(
        [(event_gateway(CATCH, d.node("receiveTask", "c2", messageRef="m")), "c1")],
        [event_gateway(LATE, d.node("receiveTask", "c1", messageRef="m"))],
    ),
    "event-gateway-start": Case(
        [
            (
                event_gateway(CATCH, LATE).replace(
                    b'<eventBasedGateway id="g"', b'<eventBasedGateway id="g" instantiate="true"'
                ),
                "g",
            )
        ],
        [event_gateway(CATCH, LATE)],
    ),
}

IDS: Cases = {
    "id-illegal": Case(
        [
            (line(task("9x"), id="9x"), "9x"),
            (line(task("a/b"), id="a/b"), "a/b"),
            (d.file(d.process(d.start(), d.end(), d.flows("s e"), id="a b")), "a b"),
            (d.drawn(d.start(), d.end(), d.flows("s e"), '<message id="1" name="n"/>'), "1"),
        ],
        [line(task("任务_1"), id="任务_1"), line(task("a.b-c"), id="a.b-c")],
    ),
    "id-twice": Case(
        [
            (line(task("x"), task("x")), "x"),
            (line(inner(), d.script("s2", "pass")), "s2"),
            (GOOD.replace(b"</process>", d.flow("s", "x").encode() + b"</process>"), "s.x"),
            (line(task("x"), NOTE, NOTE), "ta"),
            (line(task("x"), declared=(MESSAGE, MESSAGE)), "m"),
            (GOOD.replace(b"</definitions>", DRAWN_AS_X + b"</definitions>"), "x"),
        ],
        [GOOD],
    ),
    "reference-unresolved": Case(
        [
            (line(d.catch("x", d.message("gone"))), "x"),
            (line(d.node("receiveTask", "x", messageRef="gone")), "x"),
            (line(task("x"), '<dataObject id="do" itemSubjectRef="gone"/>'), "do"),
            (line(task("x"), NOTE, TWO.replace('"x"', '"q"')), "as"),
            (_message_flow("x", "gone"), "mf"),
            (d.file(pools("", '<participant id="own" processRef="q"/>'), d.process()), "own"),
            (
                line(
                    task(
                        "x",
                        "<dataInputAssociation><sourceRef>q</sourceRef><targetRef>q</targetRef>"
                        "</dataInputAssociation>",
                    )
                ),
                "x",
            ),
            (line(task("x"), '<dataObjectReference id="r" dataObjectRef="q"/>'), "r"),
        ],
        [
            line(task("x"), NOTE, TWO),
            line(d.catch("x", d.message("t:m")), declared=(MESSAGE,)).replace(
                b"<definitions ", b'<definitions xmlns:t="t" '
            ),
        ],
    ),
    "reference-kind": Case(
        [
            (line(d.catch("x", d.message("sg")), declared=(SIGNAL,)), "x"),
            (
                d.file(
                    pools("", '<participant id="own" processRef="x"/>'),
                    GOOD[GOOD.index(b"<process") : GOOD.index(b"</definitions")].decode(),
                ),
                "own",
            ),
        ],
        [line(d.catch("x", d.message("m")), declared=(MESSAGE,))],
    ),
}

POOLS: Cases = {
    "lane-dangling": Case(
        [(line(lanes("q"), task("x")), "l1")],
        [line(lanes("s x e"), task("x"))],
    ),
    "lane-foreign": Case(
        [
            (
                d.file(
                    d.process(lanes("s x2"), d.start(), d.end(), d.flows("s e")),
                    d.process(d.start("s2"), task("x2"), d.end("e2"), d.flows("s2 x2 e2"), id="q"),
                ),
                "l1",
            )
        ],
        [line(lanes("s x s2"), inner())],
    ),
    "lane-twice": Case(
        [(line(lanes("s x", "x e"), task("x")), "l2")],
        [line(lanes("s x", "e"), task("x"))],
    ),
    "message-flow-inside": Case(
        [(_message_flow("x", "y"), "mf"), (_message_flow("own", "y"), "mf")],
        [_message_flow("x", "other"), _message_flow("other", "own")],
    ),
    "message-flow-end": Case(
        [
            (_message_flow("s", "other"), "mf"),
            (_message_flow("other", "e"), "mf"),
            (_message_flow("other", "s.x"), "mf"),
        ],
        [_message_flow("other", "s"), _message_flow("e", "other")],
    ),
    "multiplicity": Case(
        [
            (
                d.file(
                    pools(
                        "", OWN.replace("/>", f"><participantMultiplicity {many}/></participant>")
                    ),
                    d.process(d.start(), d.end(), d.flows("s e")),
                ),
                "own",
            )
            for many in ('minimum="-1"', 'maximum="0"', 'minimum="3" maximum="2"')
        ],
        [d.file(pools("", OWN), d.process(d.start(), d.end(), d.flows("s e")))],
    ),
    "choreography-inside": Case(
        [
            (
                line(
                    task("x"),
                    '<choreographyTask id="ch" initiatingParticipantRef="a"><participantRef>a'
                    "</participantRef><participantRef>b</participantRef><messageFlowRef>c"
                    "</messageFlowRef></choreographyTask>",
                ),
                "ch",
            )
        ],
        [GOOD],
    ),
    "link-pair": Case(
        [
            (d.drawn(d.start(), d.throw("x", about("link")), d.flows("s x")), "x"),
            (_linked(""), "x"),
            (
                d.drawn(
                    d.start(),
                    d.end(),
                    d.flows("s e"),
                    d.catch("x", about("link")),
                    d.end("e2"),
                    d.flows("x e2"),
                ),
                "x",
            ),
        ],
        [
            d.drawn(
                d.start(),
                d.throw("x", about("link")),
                d.catch("y", about("link")),
                d.end(),
                d.flows("s x", "y e"),
            )
        ],
    ),
    "link-flow": Case(
        [
            (line(d.throw("x", about("link"))), "x.e"),
            (line(d.catch("x", about("link"))), "s.x"),
        ],
        [
            d.drawn(
                d.start(),
                d.throw("x", about("link")),
                d.catch("y", about("link")),
                d.end(),
                d.flows("s x", "y e"),
            )
        ],
    ),
}

CASES: Cases = {**FLOWS, **IDS, **POOLS}
