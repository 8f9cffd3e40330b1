"""Writes small DMN files for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.decisions import Decision, parse

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*elements: str) -> bytes:
    """Wrap elements into a DMN file."""
    inside = "".join(elements)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{NAMESPACE}" id="file" '
        f'name="file" namespace="urn:test">{inside}</definitions>'
    ).encode()


def text(tag: str, content: str, attributes: str = "") -> str:
    """Write an element that holds a text."""
    return f"<{tag} {attributes}><text>{escape(content)}</text></{tag}>"


def column(expression: str, kind: str = "", values: str = "") -> str:
    """Write an input column."""
    reference = f"typeRef={quoteattr(kind)}" if kind else ""
    allowed = text("inputValues", values) if values else ""
    return f"<input>{text('inputExpression', expression, reference)}{allowed}</input>"


def result(name: str = "", kind: str = "", values: str = "", default: str = "") -> str:
    """Write an output column."""
    attributes = "".join(
        f" {key}={quoteattr(value)}" for key, value in (("name", name), ("typeRef", kind)) if value
    )
    allowed = text("outputValues", values) if values else ""
    return (
        f"<output{attributes}>{allowed}"
        f"{text('defaultOutputEntry', default) if default else ''}</output>"
    )


def rule(inputs: Sequence[str], outputs: Sequence[str], note: str = "") -> str:
    """Write a row."""
    return (
        f'<rule id="r">{f"<description>{escape(note)}</description>" if note else ""}'
        + "".join(text("inputEntry", cell) for cell in inputs)
        + "".join(text("outputEntry", cell) for cell in outputs)
        + "</rule>"
    )


def table(
    policy: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> str:
    """Write a decision table; `policy` as "COLLECT SUM" names its aggregation."""
    name, _, aggregation = (
        policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    )
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    rules = "".join(rule(*row) for row in rows)
    return (
        f'<decisionTable hitPolicy="{name}"{extra}>{"".join(inputs)}{"".join(outputs)}'
        f"{rules}</decisionTable>"
    )


def decision(logic: str, key: str = "dec", name: str = "", required: str = "") -> str:
    """Write a decision around its logic."""
    return (
        f"<decision id={quoteattr(key)} name={quoteattr(name or key)}>{required}{logic}</decision>"
    )


def requires(*keys: str, kind: str = "information") -> str:
    """Write the requirements of a decision: of decisions, or of knowledge models."""
    element = "requiredDecision" if kind == "information" else "requiredKnowledge"
    return "".join(
        f'<{kind}Requirement><{element} href="#{key}"/></{kind}Requirement>' for key in keys
    )


def formula(expression: str) -> str:
    """Write a literal expression."""
    return text("literalExpression", expression)


def single(
    policy: str,
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    inputs: Sequence[str] = (column("n"),),
    outputs: Sequence[str] = (result("out"),),
) -> Decision:
    """Read a file with one table called "dec"."""
    return parse(file(decision(table(policy, inputs, outputs, rows), name="奖励")))["dec"]


def feel(expression: str, **data: Any) -> Any:
    """Evaluate one literal expression."""
    return parse(file(decision(formula(expression))))["dec"].evaluate(data)


def passes(cell: str, value: Any, **data: Any) -> bool:
    """Tell whether `value` passes the tests in a cell."""
    made = single("FIRST", [((cell,), ("true",))])
    return made.evaluate({"n": value, **data}) is True
