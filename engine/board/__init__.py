"""The board of a district: what a director reads in a minute, and where each number leads."""

from engine.board import months
from engine.board.content import (
    Board,
    Late,
    Major,
    Step,
    Sums,
    Target,
)
from engine.board.counting import count
from engine.board.keeping import ask, read
from engine.board.lists import SILENT_DAYS, Silent, Waiting, silent, steps_at

__all__ = [
    "SILENT_DAYS",
    "Board",
    "Late",
    "Major",
    "Silent",
    "Step",
    "Sums",
    "Target",
    "Waiting",
    "ask",
    "count",
    "months",
    "read",
    "silent",
    "steps_at",
]
