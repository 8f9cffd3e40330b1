"""Conditions for ways that were drawn without a usable one: a field says which way is taken."""

from __future__ import annotations

import re

from engine.spiff.importing.drawing import Drawing
from engine.spiff.xml import Node, kind


def quoted(text: str) -> str:
    """Give a text as the expression language writes it."""
    clean = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{clean}"'


def field_for(node: Node) -> str:
    """Give the name of the field that chooses the way behind an element."""
    return "choice_" + re.sub(r"\W", "_", node.get("id", ""))


def chosen(field: str, value: str) -> str:
    """Give the condition that a field was given a value; without the field it does not hold."""
    return f'defined("{field}") and {field} == {quoted(value)}'


def choose(drawing: Drawing, flow: Node) -> None:
    """Give a flow behind a gateway a way to be chosen: the first becomes the default."""
    gateway = drawing.find(flow.get("sourceRef"))
    if gateway is None:
        return
    if not _has_default(drawing, gateway):
        gateway.set("default", flow.get("id", ""))
        drawing.set_condition(flow, None)
    elif gateway.get("default") != flow.get("id"):
        value = (flow.get("name") or "").strip() or flow.get("id", "")
        drawing.set_condition(flow, chosen(field_for(gateway), value))


def _has_default(drawing: Drawing, gateway: Node) -> bool:
    return gateway.get("default") in [flow.get("id") for flow in drawing.outgoing(gateway)]


def has_condition(flow: Node) -> bool:
    """Say whether a flow has a condition with something in it."""
    return any(kind(p) == "conditionExpression" and (p.text or "").strip() for p in flow)
