"""Everything that is wrong with what somebody wants to deploy, file by file, warnings too."""

from __future__ import annotations

from collections.abc import Collection

from engine.definitions.bundle import Bundle
from engine.definitions.check import diagram_problems, model_problems, unreadable
from engine.definitions.reader import READER, Reader
from engine.definitions.scenarios import check_scenarios
from engine.spiff import Problem
from engine.spiff.lint import Override


def review(
    bundle: Bundle,
    *,
    overrides: Collection[Override] = (),
    scenarios: bool = False,
    reader: Reader = READER,
) -> list[tuple[str, Problem]]:
    """Give (key of the diagram, problem) in the order of the files.

    Args:
        scenarios: run them too; while somebody draws, that would take too long.
        reader: reads the files, and may remember those it has seen.

    The key is "" for what is wrong between the files, or in a form or table. Only problems of
    severity "error" keep the bundle from being deployed.
    """
    found = list(diagram_problems(bundle, overrides=overrides, reader=reader))
    beside = list(unreadable(bundle, reader=reader))
    beside = beside or list(model_problems(bundle, reader=reader))
    if scenarios and not any(one.severity == "error" for one in _all(found, beside)):
        beside += check_scenarios(bundle)
    known = {problem for _key, problem in found}
    # Errors first, as in `problems_of`.
    beside = sorted(dict.fromkeys(beside), key=lambda problem: problem.severity != "error")
    return found + [("", one) for one in beside if one not in known]


def _all(found: Collection[tuple[str, Problem]], beside: Collection[Problem]) -> list[Problem]:
    return [*(problem for _key, problem in found), *beside]
