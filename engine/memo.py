"""Remembering what a pure function gave for contents that were seen before."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

R = TypeVar("R")


class Memo:
    """The latest results by key; what is used again stays. Any number of threads may ask.

    Results are shared and must not be changed; a key says what kind of result it stands for. An
    exception is not remembered.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], R]) -> R:
        """Give what is known under `key`, or make it; two threads at once may both make it."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                found: R = self._known[key]
                return found
        made = make()
        with self._lock:
            self._known[key] = made
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return made


def digest(content: bytes) -> bytes:
    """Give what stands for a content in a key."""
    return hashlib.sha256(content).digest()
