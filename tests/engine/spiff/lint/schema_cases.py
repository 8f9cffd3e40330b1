"""What the XML schema of BPMN 2.0 forbids."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import GOOD, Case, Cases, choice, line, task

#: A file that lacks its name, with its drawing and a relation in their right places.
RELATED = GOOD.replace(b' targetNamespace="t"', b"").replace(
    b"</definitions>",
    b'<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"><di:BPMNPlane/>'
    b'</di:BPMNDiagram><relationship type="t"><source>p</source><target>p</target></relationship>'
    b"</definitions>",
)

CASES: Cases = {
    "schema-attribute": Case(
        [
            (line(task("x").replace("<userTask", '<userTask colour="red"')), "x"),
            (choice("x a", "x b", kind="parallelGateway", default="x.a"), "x"),
        ],
        [line(task("x").replace("<userTask", '<userTask camunda:colour="red"'))],
    ),
    "schema-attribute-missing": Case(
        [
            (GOOD.replace(b' targetRef="e"', b""), "x.e"),
            (line(d.throw("x", "<linkEventDefinition/>")), "x"),
        ],
        [GOOD],
    ),
    "schema-element": Case(
        [
            (line(task("x"), "<nonsense/>"), "p"),
            (line(task("x", "<extensionElements/>")), "x"),
            (line(task("x", "<startEvent id='q'/>")), "q"),
            (
                GOOD.replace(
                    b'targetRef="e">',
                    b'targetRef="e"><conditionExpression>a</conditionExpression>'
                    b"<conditionExpression>b</conditionExpression>",
                ),
                "x.e",
            ),
        ],
        [GOOD, RELATED, line(task("x"), "<documentation>late</documentation>")],
    ),
    "schema-element-missing": Case(
        [(line(d.catch("x", "<conditionalEventDefinition/>")), "x")],
        [GOOD],
    ),
    "schema-text": Case([(line(task("x"), "loose words"), "p")], [GOOD]),
    "schema-value": Case(
        [
            (GOOD.replace(b'isExecutable="true"', b'isExecutable="perhaps"'), "p"),
            (choice("x a", "x b", kind="parallelGateway", gatewayDirection="Sideways"), "x"),
            (
                GOOD.replace(
                    b'targetRef="e">',
                    b'targetRef="e"><conditionExpression xsi:type="tNonsense">a'
                    b"</conditionExpression>",
                ),
                "x.e",
            ),
        ],
        [GOOD.replace(b'isExecutable="true"', b'isExecutable="1"')],
    ),
    "formula-in-attribute": Case(
        [(line(d.call("x", "a").replace('"a"', '"${which}"')), "x")],
        [line(d.call("x", "a"))],
    ),
    "schema-order": Case(
        [
            (line(task("x", "<documentation>late</documentation>")), "x"),
            (line(d.node("userTask", "x", "<extensionElements/>" * 2)), "x"),
        ],
        [line(task("x")), RELATED],
    ),
}
