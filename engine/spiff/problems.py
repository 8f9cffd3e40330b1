"""What is wrong with a diagram, told to its author."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import DefinitionRefused


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to mend.

    rule: the lint rule that found it.
    family: "file" (it cannot be read), "bpmn" (BPMN 2.0 forbids it), "engine" (right, but not
        supported by this engine), "flow" (it does not come to its end), "law" (the law forbids
        it), "practice" (it will annoy people) or "deployment" (something between the files).
    element: id of the element on the diagram; empty when it is the file.
    line: line in the file, counted from 1, or None.
    severity: "error" (the diagram is refused) or "warning".
    zh, en: what is wrong and what to do.
    fix: id of the proposal that mends it (engine.spiff.importing), or None.
    """

    rule: str
    family: str = "bpmn"
    element: str = ""
    line: int | None = None
    severity: str = "error"
    zh: str
    en: str
    fix: str | None = None


def refused(
    rule: str, zh: str, en: str, *, family: str = "file", line: int | None = None
) -> DefinitionRefused:
    """Give the refusal of a whole file for one reason."""
    return DefinitionRefused([Problem(rule=rule, family=family, line=line, zh=zh, en=en)])
