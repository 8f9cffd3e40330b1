"""What is right BPMN, but would not run as drawn."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.activity_cases import ACTIVITIES
from tests.engine.spiff.lint.builders import (
    CATCH,
    CONDITION,
    DECLARED,
    GOOD,
    LATE,
    MESSAGE,
    TIMER,
    Case,
    Cases,
    about,
    beside,
    choice,
    event,
    event_gateway,
    inner,
    line,
    task,
)

STRUCTURE: Cases = {
    "id-missing": Case(
        [
            (GOOD.replace(b'<userTask id="x"', b"<userTask"), ""),
            (GOOD.replace(b'<sequenceFlow id="s.x"', b"<sequenceFlow"), ""),
            (GOOD.replace(b'<process id="p"', b"<process"), ""),
        ],
        [GOOD],
    ),
    "id-missing-declared": Case(
        [(line(task("x"), declared=('<escalation escalationCode="1"/>',)), "")],
        [line(task("x"), declared=DECLARED)],
    ),
    "name-too-long": Case(
        [
            (GOOD.replace(b'name="Task x"', b'name="' + b"n" * 101 + b'"'), "x"),
            (GOOD.replace(b'name=""', b'name="' + b"n" * 201 + b'"'), "p"),
        ],
        [GOOD.replace(b'name="Task x"', b'name="' + b"n" * 100 + b'"')],
    ),
    "id-reserved": Case(
        [
            (GOOD.replace(b'"s"', b'"Start"').replace(b"s.x", b"f"), "Start"),
            (GOOD.replace(b'"e"', b'"End"').replace(b"x.e", b"f"), "End"),
            (line(task("x.BoundaryEventSplit"), id="x.BoundaryEventSplit"),
             "x.BoundaryEventSplit"),
            (line(task("x" * 65), id="x" * 65), "x" * 65),
            (GOOD.replace(b'<process id="p"', b'<process id="' + b"p" * 65 + b'"'), "p" * 65),
        ],
        [line(task("Started"), id="Started")],
    ),
    "process-not-executable": Case([(GOOD.replace(b'"true"', b'"false"'), "p")], [GOOD]),
    "process-none": Case([(d.file(), "d")], [GOOD]),
    "reference-foreign": Case(
        [(line(d.catch("x", d.message("o:m"))).replace(b"<definitions ",
                                                       b'<definitions xmlns:o="other" '), "x")],
        [line(d.call("x", "o:q")).replace(b"<definitions ", b'<definitions xmlns:o="other" ')],
    ),
    "start-missing": Case(
        [
            (GOOD.replace(b'<startEvent id="s"></startEvent>', b""), "p"),
            (line(inner().replace('<startEvent id="s2"></startEvent>', "")), "x"),
            (line(d.node("subProcess", "x")), "x"),
        ],
        [GOOD, line(inner())],
    ),
    "start-several": Case(
        [(d.drawn(d.start(), d.start("s2"), task("x"), d.end(), d.flows("s x e", "s2 x")), "s2")],
        [GOOD],
    ),
    "end-missing": Case(
        [(d.drawn(d.start(), task("x"), d.flows("s x")), "p")], [GOOD, line(inner())]
    ),
    "unreachable": Case(
        [
            (d.drawn(d.start(), task("x"), task("q"), d.end(), d.flows("s x e", "q e")), "q"),
            (d.drawn(d.start(), task("x"), d.end(), d.end("q"), d.flows("s x e")), "q"),
        ],
        [beside(d.boundary("b", "x", TIMER))],
    ),
    "dead-end": Case(
        [
            (d.drawn(d.start(), task("x"), d.end(), d.flows("s x")), "x"),
            (d.drawn(d.start(), d.xor("x"), d.end(), d.flows("s x")), "x"),
            (d.drawn(d.start(), task("x"), d.boundary("b", "x", TIMER), d.end(),
                     d.flows("s x e")), "b"),
        ],
        [GOOD],
    ),
    "several-ways-out": Case(
        [
            (d.drawn(d.start(), task("x"), d.end(), d.end("e2"), d.flows("s x e", "x e2")), "x"),
            (d.drawn(d.start(), task("x"), d.end(), d.flows("s x e", "s e")), "s"),
        ],
        [choice("x a", "x b", kind="parallelGateway")],
    ),
    "flow-twice": Case(
        [(choice("x a", "x b", kind="parallelGateway")
          .replace(b"</process>", d.flow("x", "a").replace("x.a", "xa2").encode() + b"</process>"),
          "xa2")],
        [choice("x a? n", "x b", default="x.b")],
    ),
    "condition-ignored": Case(
        [
            (d.drawn(d.start(), task("x"), d.end(), d.flows("s x", "x e? n > 1")), "x.e"),
            (d.drawn(d.start(), task("x"), d.end(), d.flows("s x? n", "x e")), "s.x"),
        ],
        [choice("x a? n", "x b", default="x.b")],
    ),
    "condition-missing": Case(
        [
            (choice("x a? n", "x b"), "x.b"),
            (choice("x a? n", "x b", kind="inclusiveGateway"), "x.b"),
            (choice("x a", "x b", default="x.b"), "x.a"),
        ],
        [choice("x a? n", "x b", default="x.b"), choice("x a? n", "x b? m")],
    ),
    "condition-lonely": Case(
        [(d.drawn(d.start(), d.xor("x"), d.end(), d.flows("s x", "x e? n")), "x.e")],
        [line(d.xor("x"))],
    ),
    "default-ignored": Case(
        [(line(d.node("userTask", "x", default="x.e")), "x")],
        [choice("x a? n", "x b", default="x.b")],
    ),
    "complex-gateway": Case([(line(d.node("complexGateway", "x")), "x")], [line(d.xor("x"))]),
    "event-gateway-single": Case(
        [
            (
                d.drawn(
                    MESSAGE,
                    d.start(),
                    d.node("eventBasedGateway", "g"),
                    CATCH,
                    d.end(),
                    d.flows("s g c1 e"),
                ),
                "g",
            )
        ],
        [event_gateway(CATCH, LATE)],
    ),
    "flow-mismatch": Case(
        [
            (line(task("x", "<incoming>gone</incoming>")), "x"),
            (line(task("x", "<incoming>x.e</incoming>")), "x"),
        ],
        [line(task("x", "<incoming>s.x</incoming><outgoing>x.e</outgoing>"))],
    ),
    "event-gateway-timers": Case(
        [(event_gateway(LATE, d.catch("c1", TIMER)), "c2")], [event_gateway(CATCH, LATE)]
    ),
    "event-gateway-same": Case(
        [(event_gateway(CATCH, d.catch("c2", d.message("m"))), "c1")],
        [event_gateway(CATCH, LATE)],
    ),
    "started-by-message": Case(
        [
            (line(d.node("receiveTask", "x", messageRef="m", instantiate="true"),
                  declared=(MESSAGE,)), "x"),
            (event_gateway(CATCH, LATE).replace(
                b'<eventBasedGateway ', b'<eventBasedGateway instantiate="true" '), "g"),
        ],
        [event_gateway(CATCH, LATE)],
    ),
}  # fmt: skip

EVENTS: Cases = {
    "event-unsupported": Case(
        [
            *((d.drawn(*DECLARED, d.start("s", about(k)), d.end(), d.flows("s e")), "s")
              for k in ("timer", "message", "signal", "conditional")),
            *((d.drawn(*DECLARED, d.start(), d.end("e", about(k)), d.flows("s e")), "e")
              for k in ("signal", "compensate")),
            *((line(d.throw("x", about(k))), "x") for k in ("link", "compensate")),
            (line(d.catch("x", CONDITION)), "x"),
            (beside(d.boundary("b", "x", CONDITION)), "b"),
            (beside(d.boundary("b", "x", event("compensate"))), "b"),
            (line(d.catch("x", "<eventDefinitionRef>q</eventDefinitionRef>")), "x"),
        ],
        [
            line(d.throw("x", about("signal")), declared=DECLARED),
            line(d.catch("x", TIMER)),
            d.drawn(d.start(), d.end("e", event("terminate")), d.flows("s e")),
        ],
    ),
    "error-undeclared": Case(
        [(beside(d.boundary("b", "x", event("error", errorRef="q")), inner()), "b")],
        [beside(d.boundary("b", "x", about("error")), inner())],
    ),
    "event-several": Case(
        [(line(d.catch("x", d.message("m") + TIMER), declared=(MESSAGE,)), "x")],
        [line(d.catch("x", TIMER))],
    ),
    "event-nameless": Case(
        [
            (line(d.node("sendTask", "x")), "x"),
            (line(d.throw("x", "<signalEventDefinition/>")), "x"),
            (line(d.catch("x", "<messageEventDefinition/>")), "x"),
            (line(inner(ends=event("error"))), "e3"),
            (line(d.throw("x", event("escalation"))), "x"),
        ],
        [line(d.node("sendTask", "x", messageRef="m"), declared=(MESSAGE,))],
    ),
    "declared-nameless": Case(
        [
            (line(d.catch("x", d.message("m")), declared=('<message id="m"/>',)), "x"),
            (beside(d.boundary("b", "x", event("error", errorRef="z")), inner(),
                    declared=('<error id="z" name="Z"/>',)), "b"),
        ],
        [
            line(d.catch("x", d.message("m")), declared=(MESSAGE,)),
            beside(d.boundary("b", "x", about("error")), inner()),
            beside(d.boundary("b", "x", event("error")), inner()),
        ],
    ),
    "declared-twice": Case(
        [(line(task("x"), declared=(MESSAGE, '<message id="m2" name="M"/>')), "m2")],
        [line(task("x"), declared=DECLARED)],
    ),
    "condition-empty": Case(
        [(line(d.catch("x", event("conditional", "<condition/>"))), "x")],
        [line(d.catch("x", CONDITION))],
    ),
    "timer-unclear": Case(
        [
            (line(d.catch("x", event("timer"))), "x"),
            (line(d.catch("x", event("timer", '<timeDate>"2030-01-01T00:00:00Z"</timeDate>'
                                     '<timeDuration>"PT1H"</timeDuration>'))), "x"),
        ],
        [line(d.catch("x", TIMER))],
    ),
    "timer-cycle": Case(
        [
            (line(d.catch("x", d.timer("timeCycle", '"R3/PT1H"'))), "x"),
            (beside(d.boundary("b", "x", d.timer("timeCycle", '"R3/PT1H"'))), "b"),
        ],
        [beside(d.boundary("b", "x", d.timer("timeCycle", '"R3/PT1H"'), interrupting=False))],
    ),
    "boundary-never": Case(
        [(beside(d.boundary("b", "x", about("error"))), "b")],
        [beside(d.boundary("b", "x", about("error")), inner())],
    ),
    "compensation": Case(
        [(line(d.node("userTask", "x", isForCompensation="true")), "x")],
        [line(d.node("userTask", "x", isForCompensation="false"))],
    ),
    "event-subprocess": Case(
        [(d.drawn(*DECLARED, d.start(), d.end(), d.flows("s e"),
                  inner(starts=about("error"), triggeredByEvent="true")), "x")],
        [line(inner())],
    ),
    "ad-hoc": Case([(line(d.node("adHocSubProcess", "x", task("y"))), "x")], [line(inner())]),
}  # fmt: skip

CASES: Cases = {**STRUCTURE, **EVENTS, **ACTIVITIES}
