"""Remembering what a pure function gave for contents that were seen before."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

R = TypeVar("R")


class Memo(Generic[R]):
    """The latest results by key; what is used again stays. Any number of threads may ask.

    Results are shared and must not be changed. An exception is not remembered.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: OrderedDict[Hashable, R] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], R]) -> R:
        """Give what is known under `key`, or make it; two threads at once may both make it."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            self._known[key] = made
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return made


def digest(content: bytes) -> bytes:
    """Give what stands for a content in a key."""
    return hashlib.sha256(content).digest()
