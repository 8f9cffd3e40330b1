"""What is wrong with a diagram, before anybody has to find out by running it.

One set of rules for the editor, uploads, the command line and deployment. Rules are small functions
in the modules beside this one; see `rules` for how to add one. Errors are what BPMN or the law
forbids and what would not run as drawn; warnings are what is probably not meant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from engine.errors import DefinitionRefused
from engine.spiff.diagram import Diagram, Scope
from engine.spiff.lint import (  # noqa: F401  (importing a module registers its rules)
    activities,
    boundaries,
    event_gateways,
    events,
    flows,
    gateways,
    lanes,
    loops,
    practice,
    references,
    structure,
    subprocesses,
    votes,
)
from engine.spiff.lint.calls import called_elsewhere
from engine.spiff.lint.expressions import FUNCTIONS, unusable
from engine.spiff.lint.law import law_problems
from engine.spiff.lint.law_rules import Override
from engine.spiff.lint.paths import reached, root_scopes
from engine.spiff.lint.rules import FAMILIES, RULES, found_in_file, found_in_scope
from engine.spiff.lint.schema import violations
from engine.spiff.lint.tokens import token_problems
from engine.spiff.problems import Problem

__all__ = [
    "FAMILIES",
    "FUNCTIONS",
    "RULES",
    "Override",
    "Problem",
    "lint",
    "lint_all",
    "problems_of",
]

#: What is looked for, the contents it hangs on, how to find it → what is found.
Remember = Callable[[Hashable, Sequence[bytes], Callable[[], Any]], Any]


def lint(
    bpmn: bytes,
    *,
    functions: Collection[str] = FUNCTIONS,
    others: Collection[bytes] = (),
    overrides: Collection[Override] = (),
) -> list[Problem]:
    """Give everything that is wrong with a BPMN file, in the order of its lines.

    Args:
        functions: names of the functions that expressions may call beside the language's own.
        others: files that draw processes this one calls; they are not judged themselves.
        overrides: legal rules that the enterprise sets aside, each with its reason.
    """
    try:
        diagram = Diagram.read(bpmn)
    except DefinitionRefused as refusal:
        return list(refusal.problems)
    problems = problems_of(diagram, functions=functions)
    known = _readable(others)
    problems += called_elsewhere(diagram, known)
    for root in root_scopes([diagram, *known]):
        used = reached(root, [diagram, *known])
        if diagram in used:
            law = law_problems(root, used, overrides)
            problems += [problem for place, problem in law if used[place] is diagram]
    return _in_order(problems)


def lint_all(
    files: Mapping[str, bytes],
    *,
    overrides: Collection[Override] = (),
    remember: Remember = lambda _what, _contents, make: make(),
) -> Iterator[tuple[str, Problem]]:
    """Give (name of the file, problem) of files that are deployed together.

    As `lint` of each with the others, but the law is read once for each process that is started.

    Args:
        remember: given what is looked for, the contents it hangs on and how to find it, gives what
            is found; for a caller that keeps what was found before.
    """
    diagrams: dict[str, Diagram] = {}
    problems: dict[str, list[Problem]] = {}
    for name, content in files.items():
        try:
            diagram = diagrams[name] = Diagram.read(content)
        except DefinitionRefused as refusal:
            problems[name] = list(refusal.problems)
        else:
            own = remember("problems", [content], partial(problems_of, diagram))
            problems[name] = list(own)
    for name, diagram in diagrams.items():
        problems[name] += called_elsewhere(diagram, diagrams.values())
    names = {id(diagram): name for name, diagram in diagrams.items()}
    for root in root_scopes(diagrams.values()):
        used = reached(root, diagrams.values())
        contents = [files[names[id(diagram)]] for diagram in used]
        judge = partial(law_problems, root, used, overrides)
        for place, problem in remember(("law", root.id, *overrides), contents, judge):
            problems[names[id(used[place])]].append(problem)
    for name in files:
        yield from ((name, problem) for problem in _in_order(problems[name]))


def problems_of(
    diagram: Diagram, *, process: str | None = None, functions: Collection[str] = FUNCTIONS
) -> list[Problem]:
    """Give the problems of a diagram, or those that concern one of its processes; no law."""
    problems: list[Problem] = [*violations(diagram), *found_in_file(diagram)]
    for scope in diagram.scopes:
        asked = scope.process == process if process else not is_only_shown(diagram, scope)
        if asked:
            problems += found_in_scope(diagram, scope)
            problems += token_problems(scope)
    problems += unusable(diagram, process, functions)
    return _in_order(problems)


def is_only_shown(diagram: Diagram, scope: Scope) -> bool:
    """Say whether it is another party's process beside one that runs, drawn to be looked at."""
    return scope.process not in {other.id for other in diagram.running}


def _readable(files: Collection[bytes]) -> list[Diagram]:
    found = []
    for content in files:
        try:
            found.append(Diagram.read(content))
        except DefinitionRefused:
            continue
    return found


def _in_order(problems: Collection[Problem]) -> list[Problem]:
    """Put problems into the order of the file, each told once."""
    once = dict.fromkeys(problems)
    return sorted(once, key=lambda problem: (problem.line or 0, problem.rule, problem.element))
