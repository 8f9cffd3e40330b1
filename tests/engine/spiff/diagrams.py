"""Small BPMN files, drawn in a few words, and a stand-in for what is around a process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine import spiff
from engine.spiff import Element, Model, OpenTask, Workflow

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def file(*parts: str) -> bytes:
    """A BPMN file of some processes and declarations."""
    body = "\n".join(parts)
    whole = f'<definitions {_NAMESPACES} id="d" targetNamespace="t">\n{body}\n</definitions>'
    return whole.encode()


def process(*parts: str, id: str = "p", name: str = "") -> str:
    """A process."""
    inner = "\n".join(parts)
    return f'<process id="{id}" name={quoteattr(name)} isExecutable="true">\n{inner}\n</process>'


def drawn(*parts: str) -> bytes:
    """A file with one process "p"; declarations (messages and so on) may be among the parts."""
    kinds = ("<message ", "<signal ", "<error ", "<escalation ", "<correlationProperty ")
    declared = [part for part in parts if part.startswith(kinds)]
    return file(*declared, process(*(part for part in parts if part not in declared)))


def flows(*ways: str, default: str = "") -> str:
    """Sequence flows: "a b c" leads from a to b to c; "a b? x > 1" only on a condition."""
    out = []
    for way in ways:
        steps, _, condition = way.partition("?")
        names = steps.split()
        out += [flow(one, other, condition.strip()) for one, other in pairwise(names)]
    return "\n".join(out)


def flow(source: str, target: str, condition: str = "") -> str:
    """One sequence flow, called "source.target"."""
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return (
        f'<sequenceFlow id="{source}.{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</sequenceFlow>"
    )


def node(kind: str, id: str, *inner: str, **attributes: str) -> str:
    """Any element with an id."""
    extra = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f'<{kind} id="{id}"{extra}>{"".join(inner)}</{kind}>'


def start(id: str = "s", *inner: str) -> str:
    return node("startEvent", id, *inner)


def end(id: str = "e", *inner: str) -> str:
    return node("endEvent", id, *inner)


def user(id: str, *inner: str, **properties: str) -> str:
    return node("userTask", id, extensions(**properties), *inner, name=f"Task {id}")


def xor(id: str, default: str = "") -> str:
    return node("exclusiveGateway", id, **({"default": f"{id}.{default}"} if default else {}))


def inclusive(id: str, default: str = "") -> str:
    return node("inclusiveGateway", id, **({"default": f"{id}.{default}"} if default else {}))


def both(id: str) -> str:
    return node("parallelGateway", id)


def script(id: str, source: str, *inner: str) -> str:
    return node("scriptTask", id, *inner, f"<script>{escape(source)}</script>")


def extensions(*inner: str, **properties: str) -> str:
    """Extension elements with spiffworkflow:properties."""
    found = "".join(
        f"<spiffworkflow:property name={quoteattr(key)} value={quoteattr(value)}/>"
        for key, value in properties.items()
    )
    block = f"<spiffworkflow:properties>{found}</spiffworkflow:properties>" if found else ""
    inside = block + "".join(inner)
    return f"<extensionElements>{inside}</extensionElements>" if inside else ""


def said(name: str, text: str) -> str:
    """A spiffworkflow extension element with text."""
    return f"<spiffworkflow:{name}>{escape(text)}</spiffworkflow:{name}>"


def service(id: str, operator: str, *, result: str = "", **parameters: str) -> str:
    found = "".join(
        f'<spiffworkflow:parameter id="{key}" type="any" value={quoteattr(value)}/>'
        for key, value in parameters.items()
    )
    into = f' resultVariable="{result}"' if result else ""
    operation = (
        f'<spiffworkflow:serviceTaskOperator id="{operator}"{into}><spiffworkflow:parameters>'
        f"{found}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    return node("serviceTask", id, extensions(operation))


def rule(id: str, decision: str) -> str:
    return node("businessRuleTask", id, extensions(said("calledDecisionId", decision)))


def timer(kind: str, expression: str) -> str:
    inner = f"<{kind}>{escape(expression)}</{kind}>"
    return f"<timerEventDefinition>{inner}</timerEventDefinition>"


def boundary(id: str, on: str, *inner: str, interrupting: bool = True) -> str:
    cancels = "true" if interrupting else "false"
    return node("boundaryEvent", id, *inner, attachedToRef=on, cancelActivity=cancels)


def catch(id: str, *inner: str) -> str:
    return node("intermediateCatchEvent", id, *inner)


def throw(id: str, *inner: str) -> str:
    return node("intermediateThrowEvent", id, *inner)


def message(ref: str, *inner: str) -> str:
    return f'<messageEventDefinition messageRef="{ref}">{"".join(inner)}</messageEventDefinition>'


def several(
    *,
    items: str = "",
    item: str = "",
    output: str = "",
    each: str = "",
    number: str = "",
    until: str = "",
    sequential: bool = False,
) -> str:
    """Multi-instance loop characteristics."""
    parts = [
        f"<loopCardinality>{escape(number)}</loopCardinality>" if number else "",
        f"<loopDataInputRef>{items}</loopDataInputRef>" if items else "",
        f"<loopDataOutputRef>{output}</loopDataOutputRef>" if output else "",
        f'<inputDataItem id="{item}"/>' if item else "",
        f'<outputDataItem id="{each}"/>' if each else "",
        f"<completionCondition>{escape(until)}</completionCondition>" if until else "",
    ]
    how = "true" if sequential else "false"
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{how}">{"".join(parts)}'
        "</multiInstanceLoopCharacteristics>"
    )


def vote(id: str, decide: str, **properties: str) -> str:
    """A user task on which several decide."""
    marker = several(sequential=decide == "sequence")
    return user(id, marker, decide=decide, **properties)


def subprocess(id: str, *inner: str, kind: str = "subProcess") -> str:
    return node(kind, id, *inner)


def call(id: str, called: str, *inner: str) -> str:
    return node("callActivity", id, *inner, calledElement=called)


class World:
    """Everything around a process: remembers calls, answers as told."""

    def __init__(self) -> None:
        self.functions: Mapping[str, Callable[..., Any]] = {}
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        #: Who votes when `voters` is asked, by task; those who have left since.
        self.voters_of: dict[str, list[str]] = {}
        self.gone: set[str] = set()

    def call(
        self, element: Element, operator: str, params: dict[str, Any], data: dict[str, Any]
    ) -> Any:
        self.calls.append((element.key, operator, params))
        return self._answer(operator, data)

    def decide(self, element: Element, decision_id: str, data: dict[str, Any]) -> Any:
        self.calls.append((element.key, decision_id, {}))
        return self._answer(decision_id, data)

    def voters(self, element: Element, data: dict[str, Any]) -> spiff.Voters:
        names = self.voters_of.get(element.id, ["a", "b", "c"])
        return spiff.Voters([(name, "verifier") for name in names])

    def may_still_vote(self, element: Element, voter: str) -> bool:
        return voter not in self.gone

    def _answer(self, name: str, data: dict[str, Any]) -> Any:
        answer = self.answers.get(name)
        if isinstance(answer, Exception):
            raise answer
        return answer(data) if callable(answer) else answer


def model(content: bytes, *others: bytes, key: str = "p") -> Model:
    """Build a model of some files."""
    files = {f"{number}.bpmn": one for number, one in enumerate((content, *others))}
    return spiff.build(files, key)


def begin(content: bytes, *others: bytes, world: World | None = None, **data: Any) -> Workflow:
    """Start an instance of process "p"."""
    return Workflow.start(model(content, *others), data, world or World())


def names(workflow: Workflow) -> list[str]:
    """The keys of what is open, sorted."""
    return sorted(task.element.key for task in workflow.open_tasks())


def task(workflow: Workflow, key: str) -> OpenTask:
    """The oldest open task of that key."""
    return next(task for task in workflow.open_tasks() if task.element.key == key)


def do(workflow: Workflow, key: str, **answers: Any) -> None:
    """Complete the oldest open task of that key."""
    workflow.complete(task(workflow, key).id, answers)


def reloaded(workflow: Workflow, world: World | None = None) -> Workflow:
    """Save an instance and load it again."""
    return Workflow.load(workflow.model, workflow.dump(), world or World())
