"""Safe XML in: small, without document types or entities, without comments."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from lxml import etree

from engine.errors import DefinitionRefused
from engine.spiff.problems import refused

MOST_BYTES: Final = 2_000_000
MOST_ELEMENTS: Final = 20_000
DEEPEST: Final = 64
MOST_PROCESSES: Final = 100
#: What checking a file may cost: gateways and lanes, times nodes and flows. The most tangled of
#: the sample files of other tools comes to 1,600; far above this it would take minutes.
MOST_TANGLED: Final = 200_000

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
#: How the names of flow nodes end.
_NODES: Final = ("Task", "task", "Event", "Gateway", "Activity", "ubProcess", "transaction")
SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"

Node = etree._Element


def read(content: bytes) -> Node:
    """Read a BPMN file.

    Raises:
        DefinitionRefused: it is too large or too deep, is not XML, not BPMN, or has a DTD.
    """
    if len(content) > MOST_BYTES:
        raise refused(
            "file-too-large",
            f"文件太大，最多 {MOST_BYTES // 1_000_000} MB。",
            f"The file is too large; {MOST_BYTES // 1_000_000} MB are allowed.",
        )
    root = _parsed(content)
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused(
            "file-dtd",
            "文件里不能有 DOCTYPE 或实体声明，请删去。",
            "The file must not contain a DOCTYPE or entities; remove them.",
        )
    _check_shape(root)
    _check_tangle(root)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _not_bpmn(root)
    return root


def _not_bpmn(root: Node) -> DefinitionRefused:
    """Say what the file is instead: another element, or the right one in another namespace."""
    name = etree.QName(root)
    space = (name.namespace or "")[:120]
    if name.localname == "definitions":
        zh = f"命名空间是“{space}”，应为“{BPMN}”。"
        en = f"its namespace is '{space}', not '{BPMN}'."
    else:
        zh = f"最外层是“{name.localname[:80]}”，应为 definitions。"
        en = f"its outermost element is '{name.localname[:80]}', not 'definitions'."
    return refused(
        "file-not-bpmn",
        f"这不是 BPMN 2.0 文件：{zh}请从绘图工具导出 BPMN 2.0。",
        f"This is not a BPMN 2.0 file: {en} Export BPMN 2.0 from the drawing tool.",
        line=line(root),
    )


def _parsed(content: bytes) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _not_xml(error.lineno) from error
    except (ValueError, LookupError) as error:
        raise _not_xml(None) from error


def _not_xml(line: int | None) -> DefinitionRefused:
    where = f"第 {line} 行附近" if line else ""
    place = f" near line {line}" if line else ""
    return refused(
        "file-not-xml",
        f"文件{where}不是正确的 XML，请用绘图工具重新导出。",
        f"The file is not well-formed XML{place}; export it again from the drawing tool.",
        line=line,
    )


def _check_shape(root: Node) -> None:
    """Bound the number and the depth of elements, level by level."""
    count, level, depth = 0, [root], 0
    while level:
        count, depth = count + len(level), depth + 1
        if count > MOST_ELEMENTS or depth > DEEPEST:
            raise refused(
                "file-too-complex",
                f"文件太复杂：最多 {MOST_ELEMENTS} 个元素、{DEEPEST} 层。",
                f"The file is too complex: {MOST_ELEMENTS} elements and {DEEPEST} levels "
                "are allowed.",
            )
        level = [child for node in level for child in node]


def _check_tangle(root: Node) -> None:
    """Bound what grows faster than the file: ways through gateways, and calls of processes."""
    kinds = Counter(kind(node) for node in root.iter(f"{{{BPMN}}}*"))
    choosing = {node.get("id") for node in root.iter(f"{{{BPMN}}}inclusiveGateway")}
    flows = root.iter(f"{{{BPMN}}}sequenceFlow")
    joined = sum(flow.get("targetRef") in choosing for flow in flows)
    gateways = sum(count for name, count in kinds.items() if name.endswith("Gateway"))
    nodes = sum(count for name, count in kinds.items() if name.endswith(_NODES))
    tangled = (gateways + kinds["lane"] + joined // 4) * (nodes + kinds["sequenceFlow"])
    if kinds["process"] > MOST_PROCESSES or tangled > MOST_TANGLED:
        raise refused(
            "file-too-complex",
            f"流程图太复杂：网关、泳道和连线太多，或多于 {MOST_PROCESSES} 个流程。"
            "请拆成几个文件，用调用活动连接。",
            f"The diagram is too complex: too many gateways, lanes and flows, or more than "
            f"{MOST_PROCESSES} processes. Split it and use call activities.",
        )


def line(node: Node) -> int | None:
    """Give the line of the file an element starts on, counted from 1."""
    found: Any = node.sourceline
    return found if isinstance(found, int) else None


def kind(node: Node) -> str:
    """Give the local name of a BPMN element; empty for any other."""
    name = node.tag
    prefix = f"{{{BPMN}}}"
    return name[len(prefix) :] if isinstance(name, str) and name.startswith(prefix) else ""


def referred(node: Node, reference: str | None) -> str | None:
    """Give the id that a reference written at `node` names in this file.

    BPMN lets references carry a prefix (`tns:message`). None when it is empty or points into
    another namespace, and so into another file.
    """
    prefix, _, name = (reference or "").strip().rpartition(":")
    space = node.nsmap.get(prefix) if prefix else None
    if space is not None and space != node.getroottree().getroot().get("targetNamespace"):
        return None
    return name or None


def children(node: Node, *kinds: str) -> list[Node]:
    """Give the BPMN children of those kinds, in the order of the file."""
    return [child for child in node if kind(child) in kinds]


def child(node: Node, name: str) -> Node | None:
    """Give the first BPMN child of that kind, or None."""
    return next((found for found in node if kind(found) == name), None)


def text(node: Node | None) -> str | None:
    """Give the text of an element; None when there is no element or nothing in it."""
    if node is None or node.text is None or not node.text.strip():
        return None
    return node.text


def extensions(node: Node, name: str) -> list[Node]:
    """Give the spiffworkflow:`name` elements among an element's extension elements."""
    found = child(node, "extensionElements")
    return [] if found is None else [e for e in found if e.tag == f"{{{SPIFF}}}{name}"]


def extension_text(node: Node, name: str) -> str | None:
    """Give the text of the first spiffworkflow:`name` among the extension elements."""
    found = extensions(node, name)
    return text(found[0]) if found else None
