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
from engine.board.counted import Counting
from engine.board.counting import count
from engine.board.keeping import ask, read, recount
from engine.board.lists import SILENT_DAYS, Silent, Waiting, silent, steps_at

__all__ = [
    "SILENT_DAYS",
    "Board",
    "Counting",
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
    "recount",
    "silent",
    "steps_at",
]
