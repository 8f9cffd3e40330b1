"""Diagrams for rules: what differs from case to case goes in, everything else is right."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.engine.spiff import diagrams as d

MESSAGE = '<message id="m" name="M"/>'
SIGNAL = '<signal id="sg" name="SG"/>'
ERROR = '<error id="er" name="E" errorCode="1"/>'
ESCALATION = '<escalation id="es" name="ES" escalationCode="1"/>'
DECLARED = (MESSAGE, SIGNAL, ERROR, ESCALATION)
NUMBER = "<loopCardinality>2</loopCardinality>"
TIMER = d.timer("timeDuration", '"PT1H"')
CONDITION = "<conditionalEventDefinition><condition>n</condition></conditionalEventDefinition>"


@dataclass(frozen=True)
class Case:
    """A rule's diagrams: `bad` with the element it names, `good` where it has nothing to say."""

    bad: list[tuple[bytes, str]]
    good: list[bytes] = field(default_factory=list)


Cases = dict[str, Case]


def task(id: str = "x", *inner: str, **properties: str) -> str:
    """A user task with all that a user task should have."""
    return d.user(id, *inner, **{"dueIn": "3wd", **properties})


def line(*elements: str, id: str = "x", declared: tuple[str, ...] = ()) -> bytes:
    """s → x → e, and whatever else is drawn."""
    return d.drawn(*declared, d.start(), *elements, d.end(), d.flows(f"s {id} e"))


def beside(event: str, host: str = "", *, declared: tuple[str, ...] = DECLARED) -> bytes:
    """A task x with a boundary event b that leads to its own end e2."""
    return d.drawn(
        *declared, d.start(), host or task("x"), event, d.end(), d.end("e2"),
        d.flows("s x e", "b e2"),
    )  # fmt: skip


def event(kind: str, inner: str = "", **attributes: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{kind}EventDefinition{said}>{inner}</{kind}EventDefinition>"


def about(kind: str) -> str:
    """An event definition that says all it should."""
    ready = {
        "message": d.message("m"),
        "signal": event("signal", signalRef="sg"),
        "error": event("error", errorRef="er"),
        "escalation": event("escalation", escalationRef="es"),
        "timer": TIMER,
        "conditional": CONDITION,
        "link": event("link", name="L"),
    }
    return ready.get(kind) or event(kind)


def inner(
    kind: str = "subProcess", ends: str = "", *, starts: str = "", id: str = "x", **attributes: str
) -> str:
    """A sub-process with a start s2 and an end e3."""
    inside = d.node("startEvent", "s2", starts) + d.end("e3", ends) + d.flows("s2 e3")
    return d.node(kind, id, inside, **attributes)


def choice(*ways: str, default: str = "", kind: str = "exclusiveGateway", **more: str) -> bytes:
    """A gateway x that leads to a and b."""
    attributes = {"default": default} if default else {}
    return d.drawn(
        d.start(), d.node(kind, "x", **attributes, **more), task("a"), task("b"), d.end(),
        d.flows("s x", *ways, "a e", "b e"),
    )  # fmt: skip


def event_gateway(*targets: str, ways: tuple[str, ...] = ()) -> bytes:
    """An event gateway g before c1 and c2."""
    return d.drawn(
        *DECLARED, d.start(), d.node("eventBasedGateway", "g"), *targets, d.end(),
        d.flows("s g c1 e", "g c2 e", *ways),
    )  # fmt: skip


def many(inside: str, attributes: str = "") -> bytes:
    loop = (
        f"<multiInstanceLoopCharacteristics {attributes}>{inside}"
        "</multiInstanceLoopCharacteristics>"
    )
    return line(task("x", loop))


def loop(attributes: str = "", inside: str = "") -> bytes:
    found = f"<standardLoopCharacteristics {attributes}>{inside}</standardLoopCharacteristics>"
    return line(task("x", found))


def lanes(*lists: str) -> str:
    """Lanes l1, l2, …, each with the ids it lists."""
    found = "".join(
        f'<lane id="l{number}" name="L{number}">'
        + "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in names.split())
        + "</lane>"
        for number, names in enumerate(lists, 1)
    )
    return f'<laneSet id="ls">{found}</laneSet>'


def pools(flow: str, *participants: str) -> str:
    return f'<collaboration id="co">{"".join(participants)}{flow}</collaboration>'


GOOD = line(task("x"))
LATE = d.catch("c2", TIMER)
CATCH = d.catch("c1", d.message("m"))
