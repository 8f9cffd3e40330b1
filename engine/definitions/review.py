"""Everything that is wrong with what somebody wants to deploy, file by file, warnings too."""

from __future__ import annotations

from collections.abc import Collection

from engine.definitions.bundle import Bundle
from engine.definitions.check import diagram_problems, problems_of
from engine.spiff import Problem
from engine.spiff.lint import Override


def review(
    bundle: Bundle, *, overrides: Collection[Override] = (), scenarios: bool = False
) -> list[tuple[str, Problem]]:
    """Give (key of the diagram, problem) in the order of the files.

    Args:
        scenarios: run them too; while somebody draws, that would take too long.

    The key is "" for what is wrong between the files, or in a form or table. Only problems of
    severity "error" keep the bundle from being deployed.
    """
    found = list(diagram_problems(bundle, overrides=overrides))
    known = {problem for _key, problem in found}
    between = problems_of(bundle, overrides=overrides, scenarios=scenarios)
    return found + [("", one) for one in between if one not in known]
