"""What must hold in a bundle and between its parts before it may be deployed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from engine.definitions.between import between
from engine.definitions.bundle import Bundle
from engine.definitions.reader import Reader
from engine.definitions.scenarios import check_scenarios
from engine.errors import DefinitionRefused, ModelError
from engine.spiff import Problem
from engine.spiff.lint import Override, lint, lint_all

_EACH_TIME: Final = Reader()


def problems_of(
    bundle: Bundle, *, overrides: Collection[Override] = (), scenarios: bool = True
) -> list[Problem]:
    """Give everything that is wrong in a bundle, by diagram, form, table and between them.

    Args:
        overrides: legal rules that the enterprise sets aside, each with its reason.
        scenarios: run them too, if nothing else keeps the bundle from being deployed.

    Only problems of severity "error" keep it from being deployed; those come first.
    """
    found = list(unreadable(bundle))
    if not found:
        found = [problem for _key, problem in diagram_problems(bundle, overrides=overrides)]
        found += model_problems(bundle)
    if scenarios and not any(problem.severity == "error" for problem in found):
        found += check_scenarios(bundle, is_checked=True)
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity != "error")


def diagram_problems(
    bundle: Bundle, *, overrides: Collection[Override] = (), reader: Reader = _EACH_TIME
) -> Iterator[tuple[str, Problem]]:
    """Give (key of the diagram, problem), each diagram seen with the others."""
    yield from lint_all(bundle.of("bpmn"), overrides=overrides, remember=reader.remember)


def model_problems(bundle: Bundle, *, reader: Reader = _EACH_TIME) -> Iterator[Problem]:
    """Give what keeps the processes of a readable bundle from being built, and from fitting."""
    diagrams = bundle.of("bpmn")
    known_forms = {key: reader.form(content) for key, content in bundle.of("form").items()}
    known_decisions = {
        name: found
        for content in bundle.of("dmn").values()
        for name, found in reader.tables(content).items()
    }
    keys = [process for content in diagrams.values() for process in reader.calls(content)]
    models = []
    for key in keys:
        try:
            models.append(reader.model(diagrams, key))
        except ModelError as error:
            yield from getattr(error, "problems", None) or [_problem("model", key, error)]
    is_whole = len(models) == len(keys)
    yield from between(models, known_forms, known_decisions, is_whole=is_whole)


def unreadable(bundle: Bundle, *, reader: Reader = _EACH_TIME) -> Iterator[Problem]:
    """Give why files of a bundle cannot be read at all."""
    readers: Mapping[str, Callable[[bytes], object]] = {
        "bpmn": lambda content: _read_diagram(content, reader),
        "form": reader.form,
        "dmn": reader.tables,
        "checklist": reader.items,
    }
    for kind, read in readers.items():
        for key, content in bundle.of(kind).items():
            try:
                read(content)
            except DefinitionRefused as refusal:
                yield from refusal.problems
            except ModelError as error:
                yield _problem(f"{kind}-unreadable", key, error)


def _read_diagram(content: bytes, reader: Reader) -> None:
    if not reader.calls(content):
        problems = [problem for problem in lint(content) if problem.rule == "process-none"]
        raise DefinitionRefused(problems)


def _problem(rule: str, element: str, error: ModelError) -> Problem:
    return Problem(
        rule=rule,
        family="deployment",
        element=element,
        severity="error",
        zh=error.message.zh,
        en=error.message.en,
    )
