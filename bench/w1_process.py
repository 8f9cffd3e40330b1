"""W1: a start form, five user tasks of ten fields each, an exclusive gateway, a decision."""

from __future__ import annotations

from typing import Any, Final

import orjson

from engine.definitions import Bundle

TASKS: Final = ("first", "second", "third", "fourth", "fifth")
_FIELDS: Final = 10
_SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"


def bundle() -> Bundle:
    """Give the bundle to deploy."""
    forms = {key: _form(key) for key in ("begin", *TASKS)}
    return Bundle({"bpmn": {"w1": _xml().encode()}, "dmn": {"size": _TABLE}, "form": forms})


def answers(key: str, count: int) -> dict[str, Any]:
    """Give ten answers to the form `key`, different for every `count`."""
    texts = {f"{key}_{n}": f"第{count}次填写的第{n}项内容" for n in range(1, _FIELDS)}
    return {**texts, f"{key}_amount": count % 2000}


def _form(key: str) -> bytes:
    texts: list[dict[str, Any]] = [
        {"type": "textfield", "id": f"{key}_{n}", "key": f"{key}_{n}", "label": f"内容 {n}"}
        for n in range(1, _FIELDS)
    ]
    amount = {"type": "number", "id": "amount", "key": f"{key}_amount", "label": "数量"}
    return orjson.dumps(
        {"id": key, "type": "default", "schemaVersion": 16, "components": [*texts, amount]}
    )


def _task(key: str) -> str:
    return (
        f'<userTask id="{key}" name="{key}"><extensionElements><spiffworkflow:properties>'
        f'<spiffworkflow:property name="formKey" value="{key}"/>'
        '<spiffworkflow:property name="candidateGroups" value="verifier"/>'
        "</spiffworkflow:properties></extensionElements></userTask>"
    )


def _flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inside}</sequenceFlow>"
    )


def _xml() -> str:
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        f'xmlns:spiffworkflow="{_SPIFF}" id="d" targetNamespace="https://bihuan.example/bench">'
        '<process id="w1" name="W1" isExecutable="true">'
        '<startEvent id="start"><extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="formKey" value="begin"/>'
        "</spiffworkflow:properties></extensionElements></startEvent>"
        + "".join(_task(key) for key in TASKS)
        + '<businessRuleTask id="rate"><extensionElements>'
        "<spiffworkflow:calledDecisionId>size</spiffworkflow:calledDecisionId>"
        "</extensionElements></businessRuleTask>"
        '<exclusiveGateway id="choice" default="choice_small"/>'
        '<scriptTask id="small"><script>checked = False</script></scriptTask>'
        '<scriptTask id="large"><script>checked = True</script></scriptTask>'
        '<exclusiveGateway id="meet"/><endEvent id="end"/>'
        + _flow("start", "first")
        + _flow("first", "rate")
        + _flow("rate", "second")
        + _flow("second", "choice")
        + _flow("choice", "small")
        + _flow("choice", "large", "size == 'large'")
        + _flow("small", "meet")
        + _flow("large", "meet")
        + _flow("meet", "third")
        + _flow("third", "fourth")
        + _flow("fourth", "fifth")
        + _flow("fifth", "end")
        + "</process></definitions>"
    )


_TABLE: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="sizes" name="sizes"
  namespace="https://bihuan.example/bench">
 <decision id="size" name="size"><variable name="size"/>
  <decisionTable id="table" hitPolicy="UNIQUE">
   <input id="i1" label="amount">
    <inputExpression id="e1" typeRef="number"><text>first_amount</text></inputExpression></input>
   <output id="o1" name="size" typeRef="string"/>
   <rule id="r1"><inputEntry id="c1"><text>&lt; 100</text></inputEntry>
    <outputEntry id="d1"><text>"small"</text></outputEntry></rule>
   <rule id="r2"><inputEntry id="c2"><text>[100..1000)</text></inputEntry>
    <outputEntry id="d2"><text>"medium"</text></outputEntry></rule>
   <rule id="r3"><inputEntry id="c3"><text>&gt;= 1000</text></inputEntry>
    <outputEntry id="d3"><text>"large"</text></outputEntry></rule>
  </decisionTable>
 </decision>
</definitions>"""
