"""Every case of the DMN Technology Compatibility Kit, compliance level 2, gives what it should.

The kit is not part of the project: it is read from the folder of corpora beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.decisions import Decision, parse

CORPORA = Path(os.environ.get("BIHUAN_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
KIT = CORPORA / "dmn-tck-level-2"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def value_of(element: etree._Element) -> Any:
    """Read an inputNode, an expected, an item or a component as plain values."""
    parts = {local(child): child for child in element.iterchildren(etree.Element)}
    if "component" in parts:
        return {c.get("name"): value_of(c) for c in element if local(c) == "component"}
    if "list" in parts:
        return [value_of(item) for item in parts["list"].iterchildren(etree.Element)]
    value = parts["value"]
    if value.get(XSI + "nil") == "true":
        return None
    kind, text = value.get(XSI + "type", "").split(":")[-1], value.text or ""
    return {"boolean": lambda: text == "true", "decimal": lambda: Decimal(text)}.get(
        kind, lambda: text
    )()


def cases() -> Iterator[Any]:
    for file in sorted(KIT.glob("*/*-test-*.xml")):
        root = etree.parse(file).getroot()
        for case in root.iter("{*}testCase"):
            for node in case.iter("{*}resultNode"):
                label = f"{file.parent.name}-{case.get('id')}-{node.get('name')}"
                yield pytest.param(file, case, node, id=label.replace(" ", "_"))


def kit() -> list[Any]:
    absent = pytest.mark.skip(reason=f"the DMN TCK is not at {KIT} (set BIHUAN_CORPORA)")
    return list(cases()) or [pytest.param(None, None, None, marks=absent, id="no-kit")]


@cache
def decisions(model: Path) -> dict[str, Decision]:
    return {decision.name: decision for decision in parse(model.read_bytes()).values()}


def agrees(actual: Any, expected: Any) -> bool:
    """Compare by value; decimals to the twelve digits that the kit writes down."""
    if isinstance(expected, Decimal):
        return isinstance(actual, Decimal) and abs(actual - expected) <= abs(expected) / 10**12
    if isinstance(expected, list):
        pairs = zip(actual, expected, strict=True)
        return len(actual) == len(expected) and all(agrees(one, other) for one, other in pairs)
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            agrees(actual[key], expected[key]) for key in expected
        )
    return type(actual) is type(expected) and bool(actual == expected)


@pytest.mark.parametrize(("file", "case", "node"), kit())
def test_the_kits_cases(file: Path, case: etree._Element, node: etree._Element) -> None:
    model = file.parent / case.getparent().findtext("{*}modelName")
    data = {one.get("name"): value_of(one) for one in case.iter("{*}inputNode")}
    expected = value_of(node.find("{*}expected"))
    actual = decisions(model)[node.get("name")].evaluate(data)
    assert agrees(actual, expected), f"{actual!r} instead of {expected!r}"


@pytest.mark.skipif(not KIT.is_dir(), reason=f"the DMN TCK is not at {KIT}")
def test_the_kit_is_complete() -> None:
    assert len(list(cases())) == 126
