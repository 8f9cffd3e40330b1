"""What must hold in a bundle and between its parts before it may be deployed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from engine import checklists, decisions, forms, spiff
from engine.definitions.between import between
from engine.definitions.bundle import Bundle
from engine.definitions.scenarios import check_scenarios
from engine.errors import DefinitionRefused, ModelError
from engine.spiff import Problem
from engine.spiff.lint import Override, lint


def problems_of(
    bundle: Bundle, *, overrides: Collection[Override] = (), scenarios: bool = True
) -> list[Problem]:
    """Give everything that is wrong in a bundle, by diagram, form, table and between them.

    Args:
        overrides: legal rules that the enterprise sets aside, each with its reason.
        scenarios: run them too, if nothing else keeps the bundle from being deployed.

    Only problems of severity "error" keep it from being deployed; those come first.
    """
    found = [*_unreadable(bundle.contents)]
    if not found:
        found = [problem for _key, problem in diagram_problems(bundle, overrides=overrides)]
        found += _of_models(bundle)
    if scenarios and not any(problem.severity == "error" for problem in found):
        found += check_scenarios(bundle)
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity != "error")


def diagram_problems(
    bundle: Bundle, *, overrides: Collection[Override] = ()
) -> Iterator[tuple[str, Problem]]:
    """Give (key of the diagram, problem), each diagram seen with the others."""
    diagrams = bundle.of("bpmn")
    for key, content in diagrams.items():
        others = [other for name, other in diagrams.items() if name != key]
        for problem in lint(content, others=others, overrides=overrides):
            yield key, problem


def _of_models(bundle: Bundle) -> Iterator[Problem]:
    contents = bundle.contents
    known_forms = {key: forms.read(content) for key, content in bundle.of("form").items()}
    known_decisions = {
        name: found
        for content in bundle.of("dmn").values()
        for name, found in decisions.parse(content).items()
    }
    models = []
    for key in bundle.processes():
        try:
            models.append(spiff.build(contents["bpmn"], key))
        except ModelError as error:
            yield from getattr(error, "problems", None) or [_problem("model", key, error)]
    yield from between(models, known_forms, known_decisions)


def _unreadable(contents: Mapping[str, Mapping[str, bytes]]) -> Iterator[Problem]:
    readers: dict[str, Callable[[bytes], object]] = {
        "bpmn": _read_diagram,
        "form": forms.read,
        "dmn": decisions.parse,
        "checklist": checklists.read_items,
    }
    for kind, read in readers.items():
        for key, content in contents.get(kind, {}).items():
            try:
                read(content)
            except DefinitionRefused as refusal:
                yield from refusal.problems
            except ModelError as error:
                yield _problem(f"{kind}-unreadable", key, error)


def _read_diagram(content: bytes) -> None:
    if not spiff.processes_in(content):
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
