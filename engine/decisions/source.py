"""Reads DMN files safely: bounded, without document types, entities, network, comments."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.errors import DecisionError

MAX_BYTES = 500_000
#: The namespaces of DMN 1.1 to 1.5; up to 1.2 the standard's own began with http.
_NAMESPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")


def read(xml: bytes) -> etree._Element:
    """Read a DMN file and give its root.

    Raises:
        DecisionError: too large, not XML, with a document type, or not DMN.
    """
    if len(xml) > MAX_BYTES:
        raise DecisionError(
            f"决策文件太大，最多 {MAX_BYTES // 1000} kB。",
            f"the decision file is too large; {MAX_BYTES // 1000} kB are allowed",
        )
    # Before parsing, because entities in attributes are expanded whatever the parser is told.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise _document_type()
    root = _parse(xml)
    if root.getroottree().docinfo.internalDTD:
        raise _document_type()
    name = etree.QName(root)
    if name.localname != "definitions" or not (name.namespace or "").startswith(_NAMESPACES):
        raise DecisionError("这不是 DMN 决策文件。", "this is not a DMN file")
    return root


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise DecisionError(
            f"决策文件不是正确的 XML（第 {error.lineno} 行）。",
            f"the decision file is not correct XML (line {error.lineno})",
        ) from None
    except ValueError as error:
        raise DecisionError("决策文件不是正确的 XML。", f"not correct XML: {error}") from None


def _document_type() -> DecisionError:
    return DecisionError(
        "决策文件不能含有 DOCTYPE 或实体。", "a decision file may not hold a DOCTYPE or entities"
    )


def local(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Give the children called `name` in the element's own namespace."""
    return element.iterchildren(f"{{{etree.QName(element).namespace}}}{name}")


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Give the first child called `name`."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """Give the content of the `text` child of `element`, "" if there is none."""
    holder = None if element is None else child(element, "text")
    return "" if holder is None else "".join(map(str, holder.itertext())).strip()


def attribute(element: etree._Element, name: str) -> str:
    """Give an attribute, stripped and with single spaces, "" if it is absent."""
    return " ".join(str(element.get(name, "")).split())
