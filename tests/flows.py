"""Small diagrams, each telling one story, and the bundle that deploys them."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from engine import definitions

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'id="d" targetNamespace="https://bihuan.example/tests">'
)


def properties(**values: str) -> str:
    """Give the extension elements that carry our settings."""
    inside = "".join(
        f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in values.items()
    )
    return (
        "<extensionElements><spiffworkflow:properties>"
        f"{inside}</spiffworkflow:properties></extensionElements>"
    )


def start(form: str = "ask") -> str:
    """Give a start event with a start form."""
    return f'<startEvent id="start" name="开始">{properties(formKey=form)}</startEvent>'


def task(key: str, group: str = "verifier", **settings: str) -> str:
    """Give a user task."""
    values = {"formKey": "ask", "candidateGroups": group, **settings}
    return f'<userTask id="{key}" name="{key}">{properties(**values)}</userTask>'


def service(key: str, operator: str, **parameters: str) -> str:
    """Give a service task; parameters are expressions."""
    inside = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value="{value}"/>'
        for name, value in parameters.items()
    )
    return (
        f'<serviceTask id="{key}" name="{key}"><extensionElements>'
        f'<spiffworkflow:serviceTaskOperator id="{operator}"><spiffworkflow:parameters>{inside}'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        "</extensionElements></serviceTask>"
    )


def decision(key: str, decision_id: str) -> str:
    """Give a business rule task."""
    return (
        f'<businessRuleTask id="{key}" name="{key}"><extensionElements>'
        f"<spiffworkflow:calledDecisionId>{decision_id}</spiffworkflow:calledDecisionId>"
        "</extensionElements></businessRuleTask>"
    )


def timer(key: str, on: str, after: str, *, interrupting: bool = False) -> str:
    """Give a boundary timer of a duration such as PT1H."""
    cancels = "true" if interrupting else "false"
    return (
        f'<boundaryEvent id="{key}" attachedToRef="{on}" cancelActivity="{cancels}">'
        f"<timerEventDefinition><timeDuration>&quot;{after}&quot;</timeDuration>"
        "</timerEventDefinition></boundaryEvent>"
    )


def flows(*pairs: Sequence[str]) -> str:
    """Give sequence flows from (source, target[, condition])."""
    found = []
    for source, target, *condition in pairs:
        inside = (
            f'<conditionExpression xsi:type="tFormalExpression">{condition[0]}'
            "</conditionExpression>"
            if condition
            else ""
        )
        found.append(
            f'<sequenceFlow id="{source}_to_{target}" sourceRef="{source}" '
            f'targetRef="{target}">{inside}</sequenceFlow>'
        )
    return "".join(found)


def process(key: str, *elements: str) -> bytes:
    """Give a diagram."""
    inside = "".join(elements)
    return (
        f'{_HEAD}<process id="{key}" name="{key}" isExecutable="true">{inside}'
        "</process></definitions>"
    ).encode()


def form(key: str, *components: dict[str, object]) -> bytes:
    """Give a form definition."""
    return orjson.dumps(
        {"id": key, "type": "default", "schemaVersion": 16, "components": list(components)}
    )


#: One line of text, not required; and whether to go round again.
ASK = form(
    "ask",
    {"type": "textfield", "key": "note", "id": "note", "label": "备注"},
    {"type": "checkbox", "key": "again", "id": "again", "label": "再来一次"},
)
END = '<endEvent id="end"/>'

LINE = process(
    "line",
    start(),
    task("first"),
    task("second"),
    END,
    flows(("start", "first"), ("first", "second"), ("second", "end")),
)
FORK = process(
    "fork",
    start(),
    '<parallelGateway id="split"/>',
    task("left"),
    task("right", "rectifier"),
    '<parallelGateway id="meet"/>',
    task("last"),
    END,
    flows(
        ("start", "split"),
        ("split", "left"),
        ("split", "right"),
        ("left", "meet"),
        ("right", "meet"),
        ("meet", "last"),
        ("last", "end"),
    ),
)
LOOP = process(
    "loop",
    start(),
    task("work"),
    '<exclusiveGateway id="choice" default="choice_to_end"/>',
    END,
    flows(
        ("start", "work"),
        ("work", "choice"),
        ("choice", "work", "again"),
        ("choice", "end"),
    ),
)
LATE = process(
    "late",
    start(),
    task("slow"),
    timer("tick", "slow", "PT1H"),
    task("hurry", "principal"),
    '<endEvent id="hurried"/>',
    END,
    flows(("start", "slow"), ("slow", "end"), ("tick", "hurry"), ("hurry", "hurried")),
)
SERVED = process(
    "served",
    start(),
    task("first"),
    service("tell", "tell_reporter", message="'feedback'"),
    task("second"),
    END,
    flows(("start", "first"), ("first", "tell"), ("tell", "second"), ("second", "end")),
)
CHECKED = process(
    "checked",
    start(),
    task("verify"),
    task("rectify", "rectifier"),
    task("accept", "acceptor"),
    END,
    flows(
        ("start", "verify"),
        ("verify", "rectify"),
        ("rectify", "accept"),
        ("accept", "end"),
    ),
)
ALL = {
    "line": LINE,
    "fork": FORK,
    "loop": LOOP,
    "late": LATE,
    "served": SERVED,
    "checked": CHECKED,
}


def bundle(**diagrams: bytes) -> definitions.Bundle:
    """Give a bundle of these diagrams, by default all of them, and the form they ask."""
    return definitions.Bundle({"bpmn": diagrams or ALL, "form": {"ask": ASK}})
