"""What is wrong with a diagram, before anybody has to find out by running it."""

from __future__ import annotations

from engine.spiff.diagram import Diagram
from engine.spiff.problems import Problem

__all__ = ["Problem"]


def problems_of(diagram: Diagram, *, process: str | None = None) -> list[Problem]:
    return []
