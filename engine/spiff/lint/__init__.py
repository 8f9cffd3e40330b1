"""What is wrong with a diagram, before anybody has to find out by running it.

Rules are small functions in the modules beside this one; see `rules` for how to add one. Errors
are what would not run safely or not as drawn; warnings are what is probably not meant.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import DefinitionRefused
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.lint import (  # noqa: F401  (importing a module registers its rules)
    activities,
    events,
    flows,
    gateways,
    structure,
    support,
)
from engine.spiff.lint.expressions import FUNCTIONS, unusable
from engine.spiff.lint.rules import RULES, found
from engine.spiff.problems import Problem

__all__ = ["FUNCTIONS", "RULES", "Problem", "lint", "problems_of"]


def lint(bpmn: bytes, *, functions: Collection[str] = FUNCTIONS) -> list[Problem]:
    """Give everything that is wrong with a BPMN file, in the order of its lines.

    Args:
        functions: names of the functions that expressions may call beside the language's own.
    """
    try:
        diagram = Diagram.read(bpmn)
    except DefinitionRefused as refusal:
        return list(refusal.problems)
    problems = problems_of(diagram, functions=functions)
    if not diagram.processes:
        problems.append(
            Problem(
                rule="process-none",
                zh="文件里没有流程，请画一个流程再保存。",
                en="There is no process in the file; draw one.",
            )
        )
    return problems


def problems_of(
    diagram: Diagram, *, process: str | None = None, functions: Collection[str] = FUNCTIONS
) -> list[Problem]:
    """Give the problems of a diagram, or of only one of its processes."""
    problems: list[Problem] = []
    for scope in diagram.scopes:
        asked = scope.process == process if process else not _is_only_shown(diagram, scope)
        if asked:
            problems += found(diagram, scope)
    problems += unusable(diagram, process, functions)
    problems.sort(key=lambda problem: (problem.line or 0, problem.rule, problem.element))
    return problems


def _is_only_shown(diagram: Diagram, scope: Scope) -> bool:
    """Say whether it is another party's process beside one that runs, drawn to be looked at."""
    outer = {other.id: other.node.get("isExecutable") for other in diagram.processes}
    return outer.get(scope.process) == "false" and any(v == "true" for v in outer.values())
