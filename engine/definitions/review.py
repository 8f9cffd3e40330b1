"""Everything that is wrong with what somebody wants to deploy, file by file, warnings too."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definitions.bundle import Bundle
from engine.definitions.check import problems_of
from engine.spiff import Problem
from engine.spiff.lint import lint


def review(bundle: Bundle) -> list[tuple[str, Problem]]:
    """Give (key of the diagram, problem) in the order of the files.

    The key is "" for what is wrong between the files, or in a form or table. Only problems of
    severity "error" keep the bundle from being deployed.
    """
    found = list(_of_diagrams(bundle))
    known = {problem for _key, problem in found}
    return found + [("", one) for one in dict.fromkeys(problems_of(bundle)) if one not in known]


def _of_diagrams(bundle: Bundle) -> Iterator[tuple[str, Problem]]:
    for key, content in bundle.of("bpmn").items():
        for problem in lint(content):
            yield key, problem
