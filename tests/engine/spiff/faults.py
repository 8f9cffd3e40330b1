"""Diagrams with one fault each, by the rule that finds it, and diagrams without any."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d

MESSAGE = '<message id="m" name="M"/>'
SIGNAL = '<signal id="sg" name="SG"/>'
ERROR = '<error id="er" name="E" errorCode="1"/>'


def line(*elements: str, id: str = "x", declared: tuple[str, ...] = ()) -> bytes:
    """s, x, e and whatever else is drawn."""
    return d.drawn(*declared, d.start(), *elements, d.end(), d.flows(f"s {id} e"))


def beside(event: str, host: str = "", *, declared: tuple[str, ...] = ()) -> bytes:
    """A task x with a boundary event b."""
    return d.drawn(
        *declared, d.start(), host or d.user("x"), event, d.end(), d.end("e2"),
        d.flows("s x e", "b e2"),
    )  # fmt: skip


def event(kind: str, inner: str = "") -> str:
    return f"<{kind}EventDefinition>{inner}</{kind}EventDefinition>"


def inner(kind: str = "subProcess", ends: str = "") -> str:
    """A sub-process x."""
    return d.subprocess("x", d.start("s2"), d.end("e3", ends), d.flows("s2 e3"), kind=kind)


def choice(*ways: str, default: str = "", kind: str = "exclusiveGateway") -> bytes:
    """A gateway x that leads to a and b."""
    attributes = {"default": default} if default else {}
    return d.drawn(
        d.start(), d.node(kind, "x", **attributes), d.user("a"), d.user("b"), d.end(),
        d.flows("s x", *ways, "a e", "b e"),
    )  # fmt: skip


def event_gateway(*targets: str, ways: tuple[str, ...] = ()) -> bytes:
    """An event gateway g before c1 and c2."""
    return d.drawn(
        MESSAGE, SIGNAL, d.start(), d.node("eventBasedGateway", "g"), *targets, d.end(),
        d.flows("s g c1 e", "g c2 e", *ways),
    )  # fmt: skip


def many(inside: str) -> bytes:
    loop = f"<multiInstanceLoopCharacteristics>{inside}</multiInstanceLoopCharacteristics>"
    return line(d.user("x", loop))


def loop(attributes: str = "", inside: str = "") -> bytes:
    found = f"<standardLoopCharacteristics {attributes}>{inside}</standardLoopCharacteristics>"
    return line(d.user("x", found))


NUMBER = "<loopCardinality>2</loopCardinality>"
GOOD = line(d.user("x"))
TIMER = d.timer("timeDuration", '"PT1H"')
LATE = d.catch("c2", TIMER)
CATCH = d.catch("c1", d.message("m"))

#: Rule → pairs of a diagram it finds fault with, and the element it names.
FAULTS: dict[str, list[tuple[bytes, str]]] = {
    "id-missing": [(GOOD.replace(b'<userTask id="x"', b"<userTask"), "")],
    "id-unusable": [
        (GOOD.replace(b'"s"', b'"Start"').replace(b"s.x", b"f"), "Start"),
        (GOOD.replace(b'"e"', b'"End"').replace(b"x.e", b"f"), "End"),
        (line(d.user("9x"), id="9x"), "9x"),
        (line(d.user("a/b"), id="a/b"), "a/b"),
        (line(d.user("x.BoundaryEventSplit"), id="x.BoundaryEventSplit"), "x.BoundaryEventSplit"),
    ],
    "id-twice": [
        (line(d.user("x"), d.user("x")), "x"),
        (line(inner(), d.script("s2", "pass")), "s2"),
        (GOOD.replace(b"</process>", d.flow("s", "x").encode() + b"</process>"), "s.x"),
    ],
    "process-not-executable": [(GOOD.replace(b'"true"', b'"false"'), "p")],
    "start-missing": [
        (GOOD.replace(b'<startEvent id="s"></startEvent>', b""), "p"),
        (line(inner().replace('<startEvent id="s2"></startEvent>', "")), "x"),
    ],
    "start-several": [
        (d.drawn(d.start(), d.start("s2"), d.user("x"), d.end(), d.flows("s x e", "s2 x")), "s2")
    ],
    "end-missing": [(d.drawn(d.start(), d.user("x"), d.flows("s x")), "p")],
    "unreachable": [
        (d.drawn(d.start(), d.user("x"), d.user("q"), d.end(), d.flows("s x e", "q e")), "q")
    ],
    "lane-dangling": [
        (
            d.drawn(
                '<laneSet id="ls"><lane id="l"><flowNodeRef>q</flowNodeRef></lane></laneSet>',
                d.start(), d.user("x"), d.end(), d.flows("s x e"),
            ),
            "l",
        )
    ],
    "flow-dangling": [
        (GOOD.replace(b'targetRef="e"', b'targetRef="q"'), "x.e"),
        (GOOD.replace(b'sourceRef="s"', b'sourceRef="q"'), "s.x"),
        (line(inner()).replace(b'targetRef="e3"', b'targetRef="e"'), "s2.e3"),
    ],
    "flow-into-start": [
        (d.drawn(d.start(), d.xor("x", "e"), d.end(), d.flows("s x e", "x s? n")), "x.s"),
        (beside(d.boundary("b", "x", TIMER)).replace(b'"e"/>', b'"b"/>')
         .replace(b'targetRef="e"', b'targetRef="b"'), "x.e"),
    ],
    "flow-after-end": [
        (d.drawn(d.start(), d.user("x"), d.end(), d.end("e2"), d.flows("s x e e2")), "e.e2")
    ],
    "dead-end": [
        (d.drawn(d.start(), d.user("x"), d.end(), d.flows("s x")), "x"),
        (d.drawn(d.start(), d.xor("x"), d.end(), d.flows("s x")), "x"),
        (d.drawn(d.start(), d.user("x"), d.boundary("b", "x", TIMER), d.end(),
                 d.flows("s x e")), "b"),
    ],
    "several-ways-out": [
        (d.drawn(d.start(), d.user("x"), d.end(), d.end("e2"), d.flows("s x e", "x e2")), "x"),
        (d.drawn(d.start(), d.user("x"), d.end(), d.flows("s x e", "s e")), "s"),
    ],
    "condition-ignored": [
        (d.drawn(d.start(), d.user("x"), d.end(), d.flows("s x", "x e? n > 1")), "x.e"),
        (choice("x a? n", "x b", kind="parallelGateway"), "x.a"),
    ],
    "default-ignored": [(line(d.node("userTask", "x", default="x.e")), "x")],
    "condition-missing": [
        (choice("x a? n", "x b"), "x.b"),
        (choice("x a? n", "x b", kind="inclusiveGateway"), "x.b"),
    ],
    "default-unknown": [(choice("x a? n", "x b? m", default="x.q"), "x")],
    "default-conditional": [(choice("x a? n", "x b? m", default="x.b"), "x.b")],
    "default-missing": [(choice("x a? n", "x b? m"), "x")],
    "event-gateway-target": [
        (event_gateway(CATCH, d.user("c2")), "c2"),
        (event_gateway(CATCH, LATE, d.user("q"), ways=("q c2",)), "c2"),
    ],
    "event-gateway-timers": [(event_gateway(LATE, d.catch("c1", TIMER)), "c2")],
    "event-gateway-same": [(event_gateway(CATCH, d.catch("c2", d.message("m"))), "c1")],
    "join-waits-for-itself": [
        (d.drawn(d.start(), d.both("j"), d.xor("x", "e"), d.end(),
                 d.flows("s j x e", "x j? n")), "x.j")
    ],
    "element-unsupported": [
        (line(d.node("complexGateway", "x")), "x"),
        (line(inner("adHocSubProcess")), "x"),
    ],
    "event-subprocess": [
        (d.drawn(d.start(), d.end(), d.flows("s e"),
                 d.node("subProcess", "x", d.start("s2"), d.end("e3"), d.flows("s2 e3"),
                        triggeredByEvent="true")), "x")
    ],
    "compensation": [(line(d.node("userTask", "x", isForCompensation="true")), "x")],
    "data-association": [
        (line(d.user("x", "<dataInputAssociation><sourceRef>q</sourceRef>"
                     "</dataInputAssociation>")), "x"),
        (line(d.user("x", "<dataOutputAssociation><targetRef>q</targetRef>"
                     "</dataOutputAssociation>")), "x"),
    ],
    "event-unsupported": [
        (d.drawn(d.start("s", TIMER), d.end(), d.flows("s e")), "s"),
        (d.drawn(d.start(), d.end("e", '<signalEventDefinition signalRef="sg"/>'), SIGNAL,
                 d.flows("s e")), "e"),
        (line(d.throw("x", event("link"))), "x"),
        (line(d.catch("x", event("link"))), "x"),
        (line(d.catch("x")), "x"),
        (line(d.throw("x", event("compensate"))), "x"),
        (line(d.throw("x", event("conditional", "<condition>n</condition>"))), "x"),
        (line(d.catch("x", event("conditional", "<condition>n</condition>"))), "x"),
        (beside(d.boundary("b", "x", event("compensate"))), "b"),
        (beside(d.boundary("b", "x")), "b"),
    ],
    "event-several": [
        (line(d.catch("x", d.message("m") + TIMER), declared=(MESSAGE,)), "x")
    ],
    "event-undeclared": [
        (line(d.catch("x", d.message("m"))), "x"),
        (line(d.catch("x", d.message("sg")), declared=(SIGNAL,)), "x"),
        (line(d.node("sendTask", "x")), "x"),
        (line(d.node("receiveTask", "x", messageRef="m")), "x"),
        (line(d.throw("x", "<signalEventDefinition/>")), "x"),
        (beside(d.boundary("b", "x", '<errorEventDefinition errorRef="q"/>'), inner()), "b"),
    ],
    "declared-nameless": [
        (line(d.catch("x", d.message("m")), declared=('<message id="m"/>',)), "x")
    ],
    "timer-unclear": [
        (line(d.catch("x", event("timer"))), "x"),
        (line(d.catch("x", event("timer", '<timeDate>"2030-01-01T00:00:00Z"</timeDate>'
                                 '<timeDuration>"PT1H"</timeDuration>'))), "x"),
    ],
    "timer-cycle": [
        (line(d.catch("x", d.timer("timeCycle", '"R3/PT1H"'))), "x"),
        (beside(d.boundary("b", "x", d.timer("timeCycle", '"R3/PT1H"'))), "b"),
    ],
    "boundary-loose": [
        (beside(d.boundary("b", "q", TIMER)), "b"),
        (beside(d.boundary("b", "s", TIMER)), "b"),
    ],
    "boundary-never": [
        (beside(d.boundary("b", "x", event("error"))), "b"),
        (beside(d.boundary("b", "x", event("cancel")), inner()), "b"),
    ],
    "boundary-interrupts": [
        (beside(d.boundary("b", "x", event("error"), interrupting=False), inner()), "b")
    ],
    "cancel-outside": [(line(inner(ends=event("cancel"))), "e3")],
    "error-uncaught": [
        (line(inner(ends='<errorEventDefinition errorRef="er"/>'), declared=(ERROR,)), "e3")
    ],
    "service-operator": [(line(d.node("serviceTask", "x")), "x")],
    "service-parameter": [
        (line(d.service("x", "notify", to="1").replace('id="to" ', "")), "x")
    ],
    "decision-missing": [(line(d.node("businessRuleTask", "x")), "x")],
    "script-missing": [(line(d.node("scriptTask", "x")), "x")],
    "call-nothing": [(line(d.node("callActivity", "x")), "x")],
    "repeat-unclear": [
        (many(""), "x"),
        (many(NUMBER + "<loopDataInputRef>i</loopDataInputRef>"), "x"),
    ],
    "repeat-output": [
        (many(NUMBER + "<loopDataOutputRef>res</loopDataOutputRef>"), "x"),
        (many(NUMBER + '<outputDataItem id="out"/>'), "x"),
    ],
    "loop-unclear": [
        (loop(), "x"),
        (loop('loopMaximum="many"'), "x"),
        (loop('loopMaximum="-1"'), "x"),
        (loop('loopMaximum="²"'), "x"),
    ],
    "repeat-twice": [
        (line(d.user("x", d.several(number="2"), '<standardLoopCharacteristics loopMaximum="2"/>')),
         "x")
    ],
    "plain-task": [(line(d.node("task", "x")), "x")],
}  # fmt: skip

#: Diagrams with nothing at all to find fault with.
FINE = {
    "a task": GOOD,
    "a choice": choice("x a? n > 1", "x b", default="x.b"),
    "a single way behind a gateway": line(d.xor("x")),
    "an event gateway": event_gateway(CATCH, LATE),
    "a timer beside": beside(d.boundary("b", "x", TIMER)),
    "a cycle beside": beside(
        d.boundary("b", "x", d.timer("timeCycle", '"R3/PT1H"'), interrupting=False)
    ),
    "an error that is caught": beside(
        d.boundary("b", "x", event("error")), inner(ends=event("error"))
    ),
    "a transaction": beside(
        d.boundary("b", "x", event("cancel")), inner("transaction", event("cancel"))
    ),
    "several by number": many(NUMBER),
    "a loop": loop('loopMaximum="3"'),
    "messages": line(
        d.node("sendTask", "x", messageRef="m"), declared=(MESSAGE,)
    ),
    "a deadline from the calendar": line(d.catch("x", d.timer("timeDate", 'due_in("3wd")'))),
    "a condition in another spelling": choice("x a? ${n == 1 && m}", "x b", default="x.b"),
    "who may do it, as other tools write it": line(
        d.user("x", "<potentialOwner id='po'><resourceAssignmentExpression id='ra'>"
               "<formalExpression>user(boss), group(all)</formalExpression>"
               "</resourceAssignmentExpression></potentialOwner>")
    ),
}  # fmt: skip

UNUSABLE = {
    "condition": (choice("x a? ((", "x b", default="x.b"), "x.a"),
    "unknown function": (choice("x a? open('/etc/passwd')", "x b", default="x.b"), "x.a"),
    "script": (line(d.script("x", "def (")), "x"),
    "empty script": (line(d.script("x", "  ")), "x"),
    "import": (line(d.script("x", "import os")), "x"),
    "pre-script": (line(d.user("x", d.extensions(d.said("preScript", "while True: pass")))), "x"),
    "parameter": (line(d.service("x", "notify", to="1 +")), "x"),
    "cardinality": (many("<loopCardinality>2 +</loopCardinality>"), "x"),
    "loop condition": (loop("", "<loopCondition>(</loopCondition>"), "x"),
    "unquoted duration": (line(d.catch("x", d.timer("timeDuration", "PT1H"))), "x"),
    "unquoted date": (line(d.catch("x", d.timer("timeDate", "2030-01-01T00:00:00Z"))), "x"),
    "wrong duration": (line(d.catch("x", d.timer("timeDuration", '"1 hour"'))), "x"),
    "behind a step nothing leads to": (
        d.drawn(d.start(), d.user("x"), d.script("q", "import os"), d.end(),
                d.flows("s x e", "q e")), "q"
    ),
    "message payload": (
        line(d.throw("x", d.message("m", d.extensions(d.said("messagePayload", "(")))),
             declared=(MESSAGE,)), "x"
    ),
}  # fmt: skip
