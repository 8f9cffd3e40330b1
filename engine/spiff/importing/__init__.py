"""Diagrams drawn with other tools: what would have to be changed so that they run here.

    for proposal in proposals(content): …          # shown to a person, who accepts some
    content = apply(content, {proposal.id, …})

Nothing is changed that was not accepted, and nothing that a proposal does not name: elements that
are only drawn (black-box pools, data stores, annotations, groups) and the layout stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.spiff import xml
from engine.spiff.diagram import FLOW_NODES, Diagram
from engine.spiff.importing import (  # noqa: F401  (importing a module registers its menders)
    activities,
    events,
    flows,
    structure,
    votes,
)
from engine.spiff.importing.drawing import Drawing
from engine.spiff.importing.menders import MENDERS
from engine.spiff.lint import Problem, lint
from engine.spiff.xml import Node, kind

__all__ = ["MENDERS", "Proposal", "apply", "proposals", "proposed"]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One change that a person may accept.

    id: what `apply` takes; also the `fix` of the problem it mends.
    rule, element, line: the problem.
    required: without it the diagram is refused; else it is only better.
    zh, en: what will be changed.
    """

    id: str
    rule: str
    element: str
    line: int | None
    required: bool
    zh: str
    en: str


def proposals(bpmn: bytes) -> list[Proposal]:
    """Give every change that would let a diagram run, or run better; none for what runs.

    Raises:
        DefinitionRefused: the file cannot be read at all.
    """
    return proposed(bpmn, lint(bpmn))


def proposed(bpmn: bytes, problems: Iterable[Problem]) -> list[Proposal]:
    """Give the changes that would mend problems which were found in a diagram already.

    Raises:
        DefinitionRefused: the file cannot be read at all.
    """
    names = _names(Diagram.read(bpmn))
    found: dict[str, Proposal] = {}
    for problem in problems:
        if problem.fix is not None:
            found.setdefault(problem.fix, _proposal(problem, problem.fix, names))
    return list(found.values())


def apply(bpmn: bytes, accepted: Collection[str]) -> bytes:
    """Give the diagram with the accepted changes; with none, the very same bytes.

    Raises:
        DefinitionRefused: the file cannot be read at all.
    """
    wanted = [proposal for proposal in proposals(bpmn) if proposal.id in accepted]
    if not wanted:
        return bpmn
    order = {rule: place for place, rule in enumerate(MENDERS)}
    wanted.sort(key=lambda proposal: (not _gives_ids(proposal), order[proposal.rule]))
    drawing = Drawing(bpmn)
    at_lines = _nameless(drawing)
    for proposal in wanted:
        for node in _meant(drawing, proposal, at_lines):
            MENDERS[proposal.rule].mend(drawing, node)
    return drawing.bytes()


def _proposal(problem: Problem, id: str, names: dict[str, str]) -> Proposal:
    mender = MENDERS[problem.rule]
    name = names.get(problem.element, problem.element)
    return Proposal(
        id=id,
        rule=problem.rule,
        element=problem.element,
        line=problem.line,
        required=problem.severity == "error",
        zh=mender.zh.format(name=name),
        en=mender.en.format(name=name),
    )


def _names(diagram: Diagram) -> dict[str, str]:
    named = ((id, " ".join((node.get("name") or "").split())) for id, node in diagram.by_id.items())
    return {id: name[:80] for id, name in named if name}


def _meant(
    drawing: Drawing, proposal: Proposal, at_lines: dict[int | None, list[Node]]
) -> list[Node]:
    """Give what a proposal is about.

    Ids are given to everything on a line that has none; what else is to be done to one of several
    is clear only when they have ids.
    """
    if proposal.element:
        found = drawing.find(proposal.element)
        return [] if found is None else [found]
    nodes = at_lines.get(proposal.line, [])
    return nodes if _gives_ids(proposal) or len(nodes) == 1 else []


def _gives_ids(proposal: Proposal) -> bool:
    """Say whether it gives ids, which comes first: others make references to them."""
    return proposal.rule in ("id-missing", "id-missing-declared")


def _nameless(drawing: Drawing) -> dict[int | None, list[Node]]:
    """Give line → the process, flow node, flow or declaration there that has no id."""
    declared = {"message", "signal", "error", "escalation"}
    wanted = FLOW_NODES | declared | {"sequenceFlow", "process"}
    found: dict[int | None, list[Node]] = {}
    for node in drawing.root.iter(f"{{{xml.BPMN}}}*"):
        if kind(node) in wanted and not node.get("id"):
            found.setdefault(xml.line(node), []).append(node)
    return found
