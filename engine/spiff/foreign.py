"""Settings that other engines put on elements, and what they are called here.

Camunda 7, Operaton, Activiti and Flowable share most of theirs; Zeebe (Camunda 8) has its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from engine.spiff.xml import Node, child, kind

#: Namespace → prefix people know it by.
SPACES: Final = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://activiti.org/bpmn": "activiti",
    "http://activiti.com/modeler": "activiti",
    "http://flowable.org/bpmn": "flowable",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
}
#: Their attribute → our property. What is not here and not in `_SILENT` has no counterpart.
PROPERTIES: Final = {
    "formKey": "formKey",
    "formRef": "formKey",
    "formId": "formKey",
    "assignee": "assignee",
    "candidateGroups": "candidateGroups",
    "dueDate": "dueIn",
}
#: Settings that change nothing we would have to do: job queues, history, versions, listings.
_SILENT: Final = frozenset(
    {
        "async", "asyncAfter", "asyncBefore", "calledElementBinding", "collection",
        "decisionRefBinding", "elementVariable", "errorCodeVariable", "errorMessageVariable",
        "exclusive", "failedJobRetryTimeCycle", "followUpDate", "formRefBinding", "formRefVersion",
        "historyTimeToLive", "initiator", "isStartableByUser", "isStartableInTasklist",
        "jobPriority", "mapDecisionResult", "modelerTemplate", "modelerTemplateIcon",
        "modelerTemplateVersion", "priority", "properties", "taskPriority", "userTask",
        "variableName", "versionTag",
    }
)  # fmt: skip
#: Their element → (attribute with the value, our property).
ELEMENTS: Final = {
    "formDefinition": ("formId", "formKey"),
    "assignmentDefinition": ("candidateGroups", "candidateGroups"),
    "taskSchedule": ("dueDate", "dueIn"),
}


class Setting(NamedTuple):
    """One setting of another engine.

    name: as people know it, such as "camunda:formKey".
    ours: our property for it; "decision" for a decision's id; None when there is none.
    """

    name: str
    value: str
    ours: str | None


def settings_of(node: Node) -> list[Setting]:
    """Give the settings of other engines on an element that matter to how it runs."""
    return [*_attributes(node), *_elements(node)]


def _attributes(node: Node) -> Iterator[Setting]:
    for name, value in node.attrib.items():
        space, local = _split(str(name))
        if space in SPACES and local not in _SILENT:
            yield Setting(f"{SPACES[space]}:{local}", str(value), _property(node, local))


def _property(node: Node, local: str) -> str | None:
    if local == "decisionRef" and kind(node) == "businessRuleTask":
        return "decision"
    return PROPERTIES.get(local)


def _elements(node: Node) -> Iterator[Setting]:
    block = child(node, "extensionElements")
    for part in () if block is None else block:
        space, local = _split(str(part.tag))
        if space not in SPACES or local in _SILENT:
            continue
        if local == "calledDecision" and part.get("decisionId"):
            yield Setting(f"{SPACES[space]}:{local}", part.get("decisionId", ""), "decision")
        elif local in ELEMENTS:
            attribute, name = ELEMENTS[local]
            yield Setting(f"{SPACES[space]}:{local}", part.get(attribute) or "", name)
        else:
            yield Setting(f"{SPACES[space]}:{local}", "", None)


def _split(name: str) -> tuple[str, str]:
    found = etree.QName(name) if name.startswith("{") else None
    return (found.namespace or "", found.localname) if found is not None else ("", name)
