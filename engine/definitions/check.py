"""What must hold between a bundle's parts before it may be deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine import checklists, decisions, forms, spiff
from engine.actors import ENTERPRISE_ROLES
from engine.definitions.bundle import Bundle
from engine.delegates import DELEGATES
from engine.errors import DefinitionRefused, ModelError
from engine.spiff import Problem
from engine.spiff.lint import lint


def problems_of(bundle: Bundle) -> list[Problem]:
    """Give everything that is wrong in a bundle, by diagram, form, table and between them."""
    contents = bundle.contents
    found = [*_unreadable(contents)]
    if found:
        return found
    known_forms = contents.get("form", {}).keys()
    known_decisions = {
        name for content in contents.get("dmn", {}).values() for name in decisions.parse(content)
    }
    for key in bundle.processes():
        try:
            model = spiff.build(contents["bpmn"], key)
        except ModelError as error:
            found += getattr(error, "problems", None) or [_problem("model", key, error)]
            continue
        found += _missing(model, "form-missing", model.forms() - known_forms, "表单", "form")
        found += _missing(
            model, "decision-missing", model.decisions() - known_decisions, "决策", "decision"
        )
        found += _missing(
            model, "delegate-missing", model.delegates() - DELEGATES.keys(), "服务", "delegate"
        )
        found += _lanes(model)
    return found


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


def _missing(model: spiff.Model, rule: str, names: set[str], zh: str, en: str) -> Iterator[Problem]:
    for name in sorted(names):
        yield Problem(
            rule=rule,
            element=model.process_key,
            severity="error",
            zh=f"流程“{model.process_key}”用到的{zh}“{name}”不存在，请补上或改用已有的。",
            en=f"Process '{model.process_key}' uses {en} '{name}', which does not exist; "
            "add it or choose another.",
        )


def _lanes(model: spiff.Model) -> Iterator[Problem]:
    """Every user task must say who does it, by a role that exists."""
    for element in model.elements.values():
        if element.kind not in ("userTask", "manualTask"):
            continue
        group = element.properties.get("candidateGroups") or element.lane_id or ""
        if group not in ENTERPRISE_ROLES:
            yield Problem(
                rule="group-unknown",
                element=element.id,
                severity="error",
                zh=f"任务“{element.name}”没有写明由哪个岗位办理（“{group}”不是岗位）。"
                "请把它放进一个泳道，或设置办理岗位。",
                en=f"Task '{element.name}' does not say which role does it ('{group}' is no "
                "role); put it in a lane or set its candidate group.",
            )


def _problem(rule: str, element: str, error: ModelError) -> Problem:
    return Problem(
        rule=rule,
        element=element,
        severity="error",
        zh=error.message.zh,
        en=error.message.en,
    )
