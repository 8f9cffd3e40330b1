"""How much work something takes: counted where it can be, else timed so that noise is no matter."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

_TRIES = 5


def calls(function: Callable[[], Any]) -> int:
    """Count the calls, of Python's functions and of C's, that `function` makes."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def cpu_seconds(function: Callable[[], Any], *, enough: float) -> float:
    """Give the least processor time of a few runs, for what works in C and cannot be counted.

    A neighbour on the machine slows single runs down, never all of them; what is really slow is
    slow every time.

    Args:
        enough: seconds; a run that takes less ends the search.
    """
    least = float("inf")
    for _ in range(_TRIES):
        began = time.process_time()
        function()
        least = min(least, time.process_time() - began)
        if least < enough:
            break
    return least
