"""What BPMN 2.0 forbids: events, activities and sub-processes in the wrong place or shape."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import (
    CATCH,
    DECLARED,
    GOOD,
    LATE,
    TIMER,
    Case,
    Cases,
    about,
    beside,
    event,
    event_gateway,
    inner,
    line,
    task,
)

START = ("error", "escalation", "compensate", "cancel", "terminate", "link")
END = ("timer", "conditional", "link")
THROW = ("timer", "error", "cancel", "conditional", "terminate")
CAUGHT = ("error", "escalation", "compensate", "cancel", "terminate")
BOUNDARY = ("link", "terminate")


def short(start: str, end: str) -> bytes:
    """Nothing but a start s and an end e."""
    return d.drawn(*DECLARED, start, end, d.flows("s e"))


def _triggered(starts: str, *more: str, **attributes: str) -> bytes:
    """A process with an event sub-process x."""
    inside = d.node("startEvent", "s2", starts, **attributes) + d.end("e3") + d.flows("s2 e3")
    sub = d.node("subProcess", "x", inside, *more, triggeredByEvent="true")
    return d.drawn(*DECLARED, d.start(), d.end(), d.flows("s e"), sub)


def _compensating(*more: str, handler: bool = True) -> bytes:
    """A task x whose compensation is done by y."""
    association = '<association id="as" sourceRef="b" targetRef="y"/>' if handler else ""
    return d.drawn(
        d.start(), task("x"), d.boundary("b", "x", event("compensate")),
        d.node("userTask", "y", isForCompensation="true"), d.end(), d.flows("s x e", *more),
        association,
    )  # fmt: skip


def _reading(inputs: str, *more: str) -> str:
    """A sub-process x with a specification of its inputs and outputs."""
    io = f"<ioSpecification>{inputs}<inputSet/><outputSet/></ioSpecification>"
    return d.node("subProcess", "x", io, *more, d.start("s2"), d.end("e3"), d.flows("s2 e3"))


def _beside_each_other(*kinds: str) -> bytes:
    """Two event sub-processes, started at s2 and s3."""
    subs = [
        d.node("subProcess", f"x{n}", d.node("startEvent", f"s{n}", about(k)) + d.end(f"e{n}"),
               d.flows(f"s{n} e{n}"), triggeredByEvent="true")
        for n, k in enumerate(kinds, 2)
    ]  # fmt: skip
    return d.drawn(*DECLARED, d.start(), d.end(), d.flows("s e"), *subs)


def _waiting(attributes: str) -> bytes:
    """An event gateway g with more attributes."""
    tag = b"<eventBasedGateway "
    return event_gateway(CATCH, LATE).replace(tag, tag + attributes.encode() + b" ")


CASES: Cases = {
    "event-misplaced": Case(
        [
            *((short(d.start("s", about(k)), d.end()), "s") for k in START),
            *((short(d.start(), d.end("e", about(k))), "e") for k in END),
            *((line(d.throw("x", about(k)), declared=DECLARED), "x") for k in THROW),
            *((line(d.catch("x", about(k)), declared=DECLARED), "x") for k in CAUGHT),
            *((beside(d.boundary("b", "x", about(k))), "b") for k in BOUNDARY),
            (line(d.catch("x")), "x"),
            (beside(d.boundary("b", "x")), "b"),
            (line(inner(starts=about("message")), declared=DECLARED), "s2"),
            (line(inner("transaction", starts=TIMER)), "s2"),
            (_triggered(""), "s2"),
        ],
        [
            GOOD,
            *(line(d.catch("x", about(k)), declared=DECLARED) for k in ("message", "timer")),
            _triggered(about("error")),
        ],
    ),
    "boundary-loose": Case(
        [
            (beside(d.boundary("b", "q", TIMER)), "b"),
            (beside(d.boundary("b", "s", TIMER)), "b"),
            (beside(d.boundary("b", "x", TIMER), d.xor("x")), "b"),
            (
                d.drawn(d.start(), inner(), d.boundary("b", "s2", TIMER), d.end(), d.end("e2"),
                        d.flows("s x e", "b e2")),
                "b",
            ),
        ],
        [beside(d.boundary("b", "x", TIMER))],
    ),
    "boundary-interrupts": Case(
        [(beside(d.boundary("b", "x", about("error"), interrupting=False), inner()), "b")],
        [beside(d.boundary("b", "x", about("error")), inner())],
    ),
    "boundary-twice": Case(
        [
            (
                d.drawn(*DECLARED, d.start(), inner(), d.boundary("b", "x", about(kind)),
                        d.boundary("b2", "x", about(kind)), d.end(),
                        d.flows("s x e", "b e", "b2 e")),
                "b2",
            )
            for kind in ("error", "escalation", "message", "signal")
        ],
        [
            d.drawn(*DECLARED, d.start(), inner(), d.boundary("b", "x", about("error")),
                    d.boundary("b2", "x", event("error")), d.end(), d.flows("s x e", "b e", "b2 e"))
        ],
    ),
    "cancel-outside": Case(
        [
            (line(inner(ends=event("cancel"))), "e3"),
            (d.drawn(d.start(), d.end("e", event("cancel")), d.flows("s e")), "e"),
            (beside(d.boundary("b", "x", event("cancel")), inner()), "b"),
        ],
        [beside(d.boundary("b", "x", event("cancel")), inner("transaction", event("cancel")))],
    ),
    "code-missing": Case(
        [
            (
                line(inner(ends=event(kind, **{f"{kind}Ref": "z"})),
                     declared=(f'<{kind} id="z" name="Z"/>',)),
                "e3",
            )
            for kind in ("error", "escalation")
        ],
        [
            line(inner(ends=about("error")), declared=DECLARED),
            line(inner(ends=event("error", errorRef="z")),
                 declared=('<error id="z" name="Z"/>',)).replace(b'"true"', b'"false"'),
        ],
    ),
    "compensation-flow": Case(
        [(_compensating("b y"), "b.y"), (_compensating("y e"), "y.e")], [_compensating()]
    ),
    "compensation-handler": Case([(_compensating(handler=False), "b")], [_compensating()]),
    "event-subprocess-start": Case(
        [(_triggered(about("error"), d.start("s3", about("message")), d.flows("s3 e3")), "x")],
        [_triggered(about("error"))],
    ),
    "event-subprocess-interrupts": Case(
        [(_triggered(about("error"), isInterrupting="false"), "s2")],
        [_triggered(about("message"), isInterrupting="false")],
    ),
    "event-subprocess-flow": Case(
        [
            (line(inner(starts=about("error"), triggeredByEvent="true"), declared=DECLARED), "s.x")
        ],
        [_triggered(about("error"))],
    ),
    "ad-hoc-content": Case(
        [
            (line(d.node("adHocSubProcess", "x", d.start("s2"), task("y"), d.flows("s2 y"))), "s2"),
            (line(d.node("adHocSubProcess", "x")), "x"),
            (line(d.node("adHocSubProcess", "x", task("y"), d.throw("y2"))), "y2"),
        ],
        [line(d.node("adHocSubProcess", "x", task("y")))],
    ),
    "event-subprocess-twice": Case(
        [(_beside_each_other("error", "error"), "s3")], [_beside_each_other("error", "message")]
    ),
    "event-gateway-parallel": Case(
        [(_waiting('eventGatewayType="Parallel"'), "g")],
        [
            _waiting('eventGatewayType="Exclusive"'),
            _waiting('instantiate="true" eventGatewayType="Parallel"'),
        ],
    ),
    "io-inside": Case(
        [(line(_reading('<dataInput id="in"/>')), "x")],
        [
            line(inner()),
            line(_reading("")),
            line(_reading('<dataInput id="in"/>', d.several(number="2"))),
        ],
    ),
    "data-unlisted": Case(
        [
            (
                line(task("x", '<ioSpecification><dataInput id="di"/><inputSet/><outputSet/>'
                               "</ioSpecification>")),
                "x",
            )
        ],
        [
            line(task("x", '<ioSpecification><dataInput id="di"/><inputSet><dataInputRefs>di'
                           "</dataInputRefs></inputSet><outputSet/></ioSpecification>"))
        ],
    ),
    "quantity": Case(
        [
            (line(d.node("userTask", "x", startQuantity="0")), "x"),
            (line(d.node("userTask", "x", completionQuantity="-1")), "x"),
        ],
        [line(d.node("userTask", "x", startQuantity="1"))],
    ),
    "repeat-twice": Case(
        [
            (
                line(task("x", d.several(number="2"),
                          '<standardLoopCharacteristics loopMaximum="2"/>')),
                "x",
            )
        ],
        [line(task("x", d.several(number="2")))],
    ),
}  # fmt: skip
