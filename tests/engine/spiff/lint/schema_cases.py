"""What the XML schema of BPMN 2.0 forbids."""

from __future__ import annotations

from tests.engine.spiff import diagrams as d
from tests.engine.spiff.lint.builders import GOOD, Case, Cases, choice, line, task

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
        [GOOD, line(task("x"), "<documentation>late</documentation>")],
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
        [(line(task("x", "<documentation>late</documentation>")), "x")],
        [line(task("x"))],
    ),
}
