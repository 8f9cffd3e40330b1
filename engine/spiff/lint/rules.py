"""How a rule is written: a small function that yields what it finds, in one scope or in the file.

    @rule("gateway-without-way-out", "网关后面要有连线。")
    def way_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
        \"\"\"Something follows a gateway.\"\"\"
        for gateway in scope.of_kind(*GATEWAYS):
            if not scope.outgoing.get(gateway.get("id", "")):
                yield Finding(gateway, "网关…", "Gateway …")

A rule's id never changes once it is published: clients and documents cite it. What is right BPMN
but not run by this engine belongs to the family "engine", and every such problem says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from engine.spiff import xml
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.problems import Problem
from engine.spiff.xml import Node

#: Family → what people call it.
FAMILIES: Final = {
    "file": ("文件", "The file"),
    "bpmn": ("BPMN 2.0 规范", "BPMN 2.0"),
    "engine": ("本引擎不支持", "Unsupported by this engine"),
    "flow": ("走不通的流程", "Soundness"),
    "law": ("法律法规", "The law"),
    "practice": ("使用中的麻烦", "Practice"),
    "deployment": ("文件之间", "Between the files"),
}


class Finding(NamedTuple):
    """What a rule found: where, and what is wrong and what to do, in both languages."""

    node: Node
    zh: str
    en: str


class Rule(NamedTuple):
    """A check under its id; `zh` and `en` say what is asked of a diagram.

    fix: there is a proposal that mends it.
    """

    id: str
    family: str
    severity: str
    zh: str
    en: str
    fix: bool
    per_file: bool
    check: Callable[..., Iterator[Finding]] | None


RULES: Final[list[Rule]] = []


def rule(
    id: str, zh: str, *, family: str = "bpmn", severity: str = "error", fix: bool = False
) -> Callable[[Any], Any]:
    """Register a check of every process and sub-process; its docstring is the English summary."""
    return _registered(id, zh, family, severity, fix, per_file=False)


def file_rule(
    id: str, zh: str, *, family: str = "bpmn", severity: str = "error", fix: bool = False
) -> Callable[[Any], Any]:
    """Register a check that looks at the file as a whole, once."""
    return _registered(id, zh, family, severity, fix, per_file=True)


def declare(
    id: str,
    zh: str,
    en: str,
    *,
    family: str = "bpmn",
    severity: str = "error",
    fix: bool = False,
) -> Rule:
    """Register a rule whose problems are found by a pass of its own, and give it."""
    made = Rule(id, family, severity, zh, en, fix, False, None)
    RULES.append(made)
    return made


def _registered(
    id: str, zh: str, family: str, severity: str, fix: bool, *, per_file: bool
) -> Callable[[Any], Any]:
    def register(check: Any) -> Any:
        en = " ".join(check.__doc__.split())
        RULES.append(Rule(id, family, severity, zh, en, fix, per_file, check))
        return check

    return register


def found_in_scope(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    """Give the problems of one scope."""
    for each in RULES:
        if each.check is not None and not each.per_file:
            yield from problems(each, each.check(diagram, scope))


def found_in_file(diagram: Diagram) -> Iterator[Problem]:
    """Give the problems of the file as a whole."""
    for each in RULES:
        if each.check is not None and each.per_file:
            yield from problems(each, each.check(diagram))


def problems(rule: Rule, findings: Iterator[Finding]) -> Iterator[Problem]:
    """Give what a rule found as problems."""
    for finding in findings:
        yield problem(rule, finding.node, finding.zh, finding.en)


def problem(rule: Rule, node: Node, zh: str, en: str) -> Problem:
    """Give one problem at an element."""
    return problem_at(rule, node.get("id", ""), xml.line(node), zh, en)


def problem_at(rule: Rule, element: str, line: int | None, zh: str, en: str) -> Problem:
    """Give one problem at the element of that id."""
    if rule.family == "engine":
        zh, en = f"{zh}（本引擎不支持）", f"{en} (Unsupported by this engine.)"
    return Problem(
        rule=rule.id,
        family=rule.family,
        element=element,
        line=line,
        severity=rule.severity,
        zh=zh,
        en=en,
        fix=proposal_id(rule.id, element, line) if rule.fix else None,
    )


def proposal_id(rule: str, element: str, line: int | None) -> str:
    """Give the id of the proposal that mends a problem; without an element id the line stands."""
    return f"{rule}:{element or f'@{line}'}"


def title(node: Node) -> str:
    """Give what people call an element: its name, else its id."""
    name = " ".join((node.get("name") or "").split())
    return name[:80] or (node.get("id") or xml.kind(node))[:80]
