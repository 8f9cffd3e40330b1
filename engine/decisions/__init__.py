"""Decision tables in DMN, their cells in S-FEEL, with closures of their own and no evaluation.

`parse` reads a file and gives its decisions; `Decision.evaluate` makes one, `Decision.explain`
tells which rules it came from. Numbers are decimals. Everything is bounded, as expressions are.
"""

from __future__ import annotations

from engine.decisions.decision import Cell, Decision, Hit
from engine.decisions.model import parse
from engine.decisions.table import Input, Output
from engine.values.plain import to_plain

__all__ = ["Cell", "Decision", "Hit", "Input", "Output", "parse", "to_plain"]
