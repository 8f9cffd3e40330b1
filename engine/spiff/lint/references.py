"""Rules about references: what one element names must be there, and be of the right kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from engine.spiff import xml
from engine.spiff.diagram import ACTIVITIES, Diagram
from engine.spiff.lint.rules import Finding, file_rule, title
from engine.spiff.xml import Node, children, kind

_ITEMS: Final = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInput",
        "dataOutput",
        "property",
        "inputDataItem",
        "outputDataItem",
    }
)
_ANY: Final[frozenset[str]] = frozenset()


class Named(NamedTuple):
    """A reference: where it is written, its name, what it says and what it may name."""

    node: Node
    name: str
    said: str
    kinds: frozenset[str]


#: Attribute → what it may name (nothing: anything), whatever element it stands on.
_ATTRIBUTES: Final = {
    "messageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "activityRef": ACTIVITIES,
    "processRef": frozenset({"process"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "operationRef": frozenset({"operation"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "itemRef": frozenset({"itemDefinition"}),
    "initiatingParticipantRef": frozenset({"participant"}),
    "partitionElementRef": _ANY,
}
#: Elements whose `sourceRef` and `targetRef` may name anything drawn.
_CONNECTING: Final = frozenset({"association", "messageFlow", "conversationLink"})
#: Child with the reference as its text → what it may name.
_CHILDREN: Final = {
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "optionalInputRefs": frozenset({"dataInput"}),
    "optionalOutputRefs": frozenset({"dataOutput"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "participantRef": frozenset({"participant"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "supportedInterfaceRef": frozenset({"interface"}),
    "eventDefinitionRef": frozenset(
        f"{name}EventDefinition"
        for name in (
            "message", "timer", "signal", "error", "escalation", "conditional", "compensate",
            "cancel", "link", "terminate",
        )
    ),
}  # fmt: skip
#: References that the engine follows as it runs.
_NEEDED: Final = ("messageRef", "signalRef", "errorRef", "escalationRef")
#: References in which some engines write the name itself: rules of their own ask for these.
_LOOSE: Final = ("errorRef", "signalRef")
_ASSOCIATIONS: Final = ("dataInputAssociation", "dataOutputAssociation")


def references(diagram: Diagram) -> list[Named]:
    """Give every reference whose target has to be in the file; looked for once."""
    if diagram not in _KNOWN:
        _KNOWN[diagram] = list(_references(diagram))
    return _KNOWN[diagram]


#: Several rules ask for the same references.
_KNOWN: Final[WeakKeyDictionary[Diagram, list[Named]]] = WeakKeyDictionary()


def _references(diagram: Diagram) -> Iterator[Named]:
    for node in diagram.root.iter(f"{{{xml.BPMN}}}*"):
        name = kind(node)
        for attribute, said in node.attrib.items():
            kinds = _ATTRIBUTES.get(str(attribute))
            if kinds is not None:
                yield Named(node, str(attribute), str(said), kinds)
            elif attribute in ("sourceRef", "targetRef") and name in _CONNECTING:
                yield Named(node, str(attribute), str(said), _ANY)
        if name in _CHILDREN:
            yield Named(_holder(node), name, node.text or "", _CHILDREN[name])
        elif name in _ASSOCIATIONS:
            for end in children(node, "sourceRef", "targetRef"):
                yield Named(_holder(node), kind(end), end.text or "", _ITEMS)


def _holder(node: Node) -> Node:
    """Give the element that people see the reference at."""
    parent = node.getparent()
    while parent is not None and kind(parent) in ("inputSet", "outputSet", "ioSpecification"):
        parent = parent.getparent()
    return node if parent is None else parent


@file_rule("reference-unresolved", "引用的元素必须在文件里。")
def references_resolve(diagram: Diagram) -> Iterator[Finding]:
    """What an element names is in the file."""
    for found in references(diagram):
        name = xml.referred(found.node, found.said)
        if name is not None and name not in diagram.by_id and found.name not in _LOOSE:
            holder = _shown(found.node)
            yield Finding(
                holder,
                f"“{title(holder)}”的 {found.name} 写的是“{name[:80]}”，文件里没有它。"
                "请改成已有的，或补上它。",
                f"The {found.name} of '{title(holder)}' names '{name[:80]}', which is not in the "
                "file; choose one that is, or add it.",
            )


@file_rule("error-undeclared", "抛出和接住的错误在文件里声明。", family="engine", fix=True)
def errors_are_declared(diagram: Diagram) -> Iterator[Finding]:
    """An error that is thrown or caught is declared in the file; some engines take any code."""
    yield from _undeclared(diagram, "errorRef", "错误")


@file_rule("signal-undeclared", "发出和等待的信号在文件里声明。", family="engine", fix=True)
def signals_are_declared(diagram: Diagram) -> Iterator[Finding]:
    """A signal that is sent or waited for is declared in the file; some engines take any name."""
    yield from _undeclared(diagram, "signalRef", "信号")


def _undeclared(diagram: Diagram, reference: str, zh: str) -> Iterator[Finding]:
    for found in references(diagram):
        name = xml.referred(found.node, found.said)
        if found.name == reference and name is not None and name not in diagram.by_id:
            holder = _shown(found.node)
            yield Finding(
                holder,
                f"“{title(holder)}”的 {reference} 写的是“{name[:80]}”，文件里没有声明这个{zh}。"
                "请声明它。",
                f"The {reference} of '{title(holder)}' names '{name[:80]}', which is not declared "
                "in the file; declare it.",
            )


@file_rule("reference-kind", "引用的元素种类要对。")
def references_fit(diagram: Diagram) -> Iterator[Finding]:
    """What an element names is of the kind that it may name."""
    for found in references(diagram):
        target = diagram.by_id.get(xml.referred(found.node, found.said) or "")
        if target is not None and found.kinds and kind(target) not in found.kinds:
            holder = _shown(found.node)
            wanted = " / ".join(sorted(found.kinds)[:3])
            yield Finding(
                holder,
                f"“{title(holder)}”的 {found.name} 指向“{title(target)}”（{kind(target)}），"
                f"应指向 {wanted}。",
                f"The {found.name} of '{title(holder)}' names '{title(target)}', a {kind(target)}; "
                f"it must name a {wanted}.",
            )


def _shown(node: Node) -> Node:
    """Give the nearest element that is drawn: of an event definition, its event."""
    parent = node.getparent()
    inside = kind(node).endswith("EventDefinition") and parent is not None
    return parent if inside and parent is not None and parent.get("id") else node


@file_rule("reference-foreign", "引用的元素在同一个文件里。", family="engine")
def references_stay_inside(diagram: Diagram) -> Iterator[Finding]:
    """What an element names is not in another file that would have to be imported."""
    for found in references(diagram):
        outside = found.said.strip() and xml.referred(found.node, found.said) is None
        if outside and found.name in _NEEDED:
            holder = _shown(found.node)
            yield Finding(
                holder,
                f"“{title(holder)}”的 {found.name} 指向另一个文件里的“{found.said[:80]}”，"
                "不会读取它。请在本文件里声明。",
                f"The {found.name} of '{title(holder)}' names '{found.said[:80]}' in another file, "
                "which is not read; declare it in this file.",
            )


@file_rule("import-unread", "不靠导入读取另一个 BPMN 文件。", family="practice", severity="warning")
def nothing_imported(diagram: Diagram) -> Iterator[Finding]:
    """Another BPMN file is deployed together with this one instead of being imported."""
    for node in children(diagram.root, "import"):
        if node.get("importType") == xml.BPMN:
            yield Finding(
                node,
                f"文件要导入“{(node.get('location') or '')[:80]}”，但不会读取它；"
                "请把它和本文件一起上传。",
                f"The file imports '{(node.get('location') or '')[:80]}', which is not read; "
                "deploy it together with this one.",
            )


@file_rule("drawing-dangling", "图形要对应已有的元素。", severity="warning")
def drawings_stand_for_something(diagram: Diagram) -> Iterator[Finding]:
    """What is drawn stands for an element of the file."""
    for node in diagram.root.iter(f"{{{xml.DI}}}BPMNShape", f"{{{xml.DI}}}BPMNEdge"):
        name = xml.referred(node, node.get("bpmnElement"))
        if name is not None and name not in diagram.by_id:
            yield Finding(
                node,
                f"图上画的“{name[:80]}”在流程里没有对应的元素，请删去图形。",
                f"'{name[:80]}' is drawn but not in the process; remove the drawing.",
            )
