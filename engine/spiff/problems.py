"""What is wrong with a diagram, told to its author."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import DefinitionRefused


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to mend.

    rule: the lint rule that found it.
    element: id of the element on the diagram; empty when it is the file.
    line: line in the file, counted from 1, or None.
    severity: "error" (the diagram is refused) or "warning".
    zh, en: what is wrong and what to do.
    """

    rule: str
    element: str = ""
    line: int | None = None
    severity: str = "error"
    zh: str
    en: str


def refused(rule: str, zh: str, en: str, *, line: int | None = None) -> DefinitionRefused:
    """Give the refusal of a whole file for one reason."""
    return DefinitionRefused([Problem(rule=rule, line=line, zh=zh, en=en)])
