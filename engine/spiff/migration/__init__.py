"""Moving a running instance to another version of its process.

A plan says which places where instances may wait go on where; whether one instance may move is
asked of its state. It may when every token has a place in the new version, and when an instance
started on the new version could have come to just this point: then it ends as such a one would.
"""

from __future__ import annotations

from engine.spiff.migration.ahead import ahead
from engine.spiff.migration.planning import Plan, Row, plan
from engine.spiff.migration.transplant import Moved, move
from engine.spiff.migration.words import Change

__all__ = ["Change", "Moved", "Plan", "Row", "ahead", "move", "plan"]
