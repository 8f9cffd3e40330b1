"""What the drawings of other engines hold: their settings, names and lists."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import (
    DECLARED,
    GOOD,
    Case,
    Cases,
    about,
    event,
    lanes,
    line,
    task,
)

ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'


def extended(*settings: str, kind: str = "userTask") -> bytes:
    """A step x with settings of another engine."""
    return line(d.node(kind, "x", d.extensions(*settings)))


def said(attributes: str) -> bytes:
    return GOOD.replace(b'<process id="p"', f'<process id="p" {attributes}'.encode())


CASES: Cases = {
    "foreign-broken": Case(
        [
            *(
                (extended(f"<camunda:{setting}/>"), "x")
                for setting in (
                    "in", 'in source=""', 'in target="b"', 'in source="a"', 'out source="a"',
                    'in sourceExpression="${a}"', "executionListener",
                    'taskListener class="" event="create"', "eventListener",
                )
            ),
            *(
                (extended(f"<zeebe:{setting} {ZEEBE}/>"), "x")
                for setting in ("taskDefinition", 'executionListener type="a"')
            ),
            (extended(f'<zeebe:taskDefinition {ZEEBE} type="a"/>' * 2), "x"),
            (extended("<camunda:inputOutput><camunda:inputParameter/></camunda:inputOutput>"), "x"),
            *(
                (said(f'camunda:historyTimeToLive="{days}"'), "p")
                for days in ("soon", "-5", "P1M", "P5")
            ),
            (line(task("x").replace("<userTask", '<userTask camunda:assignee="${who("')), "x"),
        ],
        [
            extended(
                '<camunda:in source="a" target="b"/>',
                '<camunda:in variables="all"/>',
                '<camunda:in businessKey="#{key}"/>',
                '<camunda:out sourceExpression="${a}" target="b"/>',
                '<camunda:executionListener event="start"><camunda:script scriptFormat="groovy">x'
                "</camunda:script></camunda:executionListener>",
                '<camunda:inputOutput><camunda:inputParameter name="a"/></camunda:inputOutput>',
            ),
            extended(
                f'<zeebe:taskDefinition {ZEEBE} type="a"/>',
                f'<zeebe:ioMapping {ZEEBE}><zeebe:input source="=1" target="a"/>'
                '<zeebe:input source="=2" target="b"/></zeebe:ioMapping>',
            ),
            *(said(f'camunda:historyTimeToLive="{days}"') for days in ("5", "P5D", "${days}", "")),
            line(task("x").replace("<userTask", '<userTask camunda:assignee="${who()}"')),
        ],
    ),
    "signal-undeclared": Case(
        [
            (line(d.throw("x", event("signal", signalRef="gone"))), "x"),
            (line(d.catch("x", event("signal", signalRef="42"))), "x"),
        ],
        [line(d.throw("x", about("signal")), declared=DECLARED)],
    ),
    "lane-kind": Case(
        [(line(lanes("s x e s.x"), task("x")), "l1"), (line(lanes("x l1"), task("x")), "l1")],
        [
            line(lanes("s x e"), task("x")),
            line(lanes("x do"), task("x"), '<dataObject id="do"/>'),
        ],
    ),
}  # fmt: skip
