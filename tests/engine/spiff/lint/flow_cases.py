"""What does not come to its end, and what will annoy people."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import (
    ERROR,
    GOOD,
    TIMER,
    Case,
    Cases,
    about,
    beside,
    choice,
    inner,
    lanes,
    line,
    task,
)


def split_and_join(split: str, join: str, *, default: bool = True) -> bytes:
    """g splits, j joins; a and b lie between them."""
    choosing = split != "parallelGateway"
    return d.drawn(
        d.start(), d.node(split, "g", **({"default": "g.b"} if choosing and default else {})),
        task("a"), task("b"), d.node(join, "j"), task("x"), d.end(),
        d.flows("s g", "g a? n" if choosing else "g a", "g b", "a j", "b j", "j x e"),
    )  # fmt: skip


def importing(what: str) -> bytes:
    """A file that imports another of some type."""
    said = f'<import importType="{what}" location="o" namespace="o"/>'.encode()
    return GOOD.replace(b"<process ", said + b"<process ")


SOUND: Cases = {
    "never-ends": Case(
        [(split_and_join("exclusiveGateway", "parallelGateway"), "j")],
        [
            split_and_join("parallelGateway", "parallelGateway"),
            split_and_join("exclusiveGateway", "exclusiveGateway"),
            split_and_join("inclusiveGateway", "inclusiveGateway"),
        ],
    ),
    "loop-endless": Case(
        [
            (
                d.drawn(d.start(), d.xor("m"), task("x"), d.end(),
                        d.flows("s m x m")),
                "m",
            )
        ],
        [d.drawn(d.start(), task("x"), d.xor("g", "e"), d.end(), d.flows("s x g e", "g x? n"))],
    ),
    "deadlock": Case(
        [(split_and_join("inclusiveGateway", "parallelGateway"), "j")],
        [split_and_join("inclusiveGateway", "inclusiveGateway")],
    ),
    "tokens-doubled": Case(
        [(split_and_join("parallelGateway", "exclusiveGateway"), "j")],
        [split_and_join("parallelGateway", "parallelGateway")],
    ),
}  # fmt: skip

PRACTICE: Cases = {
    "deadline-missing": Case(
        [(line(d.user("x")), "x")], [GOOD, beside(d.boundary("b", "x", TIMER), d.user("x"))]
    ),
    "lane-nobody": Case(
        [(line(lanes("s x"), task("x")), "l1")],
        [
            line(lanes("s x").replace('"l1"', '"verifier"'), task("x")),
            line(lanes("s x"), task("x", candidateGroups="verifier")),
            line(lanes("s e"), task("x")),
        ],
    ),
    "task-nameless": Case([(line(d.node("userTask", "x")), "x")], [GOOD]),
    "plain-task": Case([(line(d.node("task", "x")), "x")], [GOOD]),
    "default-missing": Case(
        [(choice("x a? n", "x b? m"), "x")], [choice("x a? n", "x b", default="x.b")]
    ),
    "gateway-idle": Case(
        [(line(d.xor("x")), "x")], [choice("x a? n", "x b", default="x.b")]
    ),
    "join-waits-for-itself": Case(
        [
            (
                d.drawn(d.start(), d.both("j"), d.xor("x", "e"), d.end(),
                        d.flows("s j x e", "x j? n")),
                "x.j",
            )
        ],
        [split_and_join("parallelGateway", "parallelGateway")],
    ),
    "error-uncaught": Case(
        [(line(inner(ends=about("error")), declared=(ERROR,)), "e3")],
        [beside(d.boundary("b", "x", about("error")), inner(ends=about("error")))],
    ),
    "data-drawn-only": Case(
        [
            (
                line(
                    task("x", '<dataOutputAssociation id="o"><targetRef>st</targetRef>'
                         "</dataOutputAssociation>"),
                    '<dataStoreReference id="st"/>',
                ),
                "x",
            )
        ],
        [line(task("x"), '<dataStoreReference id="st"/>')],
    ),
    "foreign-setting": Case(
        [(line(task("x").replace("<userTask", '<userTask camunda:formKey="f"')), "x")],
        [line(task("x").replace("<userTask", '<userTask camunda:asyncBefore="true"'))],
    ),
    "foreign-lost": Case(
        [(line(task("x").replace("<userTask", '<userTask camunda:class="C"')), "x")],
        [line(task("x").replace("<userTask", '<userTask camunda:formKey="f"'))],
    ),
    "import-unread": Case(
        [(importing("http://www.omg.org/spec/BPMN/20100524/MODEL"), "")],
        [importing("http://www.w3.org/2001/XMLSchema")],
    ),
    "drawing-dangling": Case(
        [
            (
                GOOD.replace(
                    b"</definitions>",
                    b'<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI">'
                    b'<di:BPMNPlane><di:BPMNEdge id="ed" bpmnElement="gone"/></di:BPMNPlane>'
                    b"</di:BPMNDiagram></definitions>",
                ),
                "ed",
            )
        ],
        [GOOD],
    ),
}  # fmt: skip

CASES: Cases = {**SOUND, **PRACTICE}
