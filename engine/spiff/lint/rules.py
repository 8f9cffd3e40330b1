"""How a rule is written: a small function that yields what it finds in one scope.

    @rule("gateway-without-way-out")
    def way_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
        for gateway in scope.of_kind(*GATEWAYS):
            if not scope.outgoing.get(gateway.get("id", "")):
                yield Finding(gateway, "网关…", "Gateway …")

A rule's id never changes once it is published: clients and documents cite it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from engine.spiff import xml
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.problems import Problem
from engine.spiff.xml import Node


class Finding(NamedTuple):
    """What a rule found: where, and what is wrong and what to do, in both languages."""

    node: Node
    zh: str
    en: str


Check = Callable[[Diagram, Scope], Iterator[Finding]]


class Rule(NamedTuple):
    """A check under its id."""

    id: str
    severity: str
    check: Check


RULES: Final[list[Rule]] = []


def rule(id: str, *, severity: str = "error") -> Callable[[Check], Check]:
    """Register a check of every process and sub-process under a rule id."""

    def register(check: Check) -> Check:
        RULES.append(Rule(id, severity, check))
        return check

    return register


def found(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    """Give the problems of one scope, all rules applied."""
    for each in RULES:
        for finding in each.check(diagram, scope):
            yield Problem(
                rule=each.id,
                element=finding.node.get("id", ""),
                line=xml.line(finding.node),
                severity=each.severity,
                zh=finding.zh,
                en=finding.en,
            )


def title(node: Node) -> str:
    """Give what people call an element: its name, else its id."""
    return " ".join((node.get("name") or "").split()) or node.get("id") or xml.kind(node)
