"""Remembering what a pure function gave for contents that were seen before."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

R = TypeVar("R")


class Memo:
    """The latest results by key, as far as they fit; what is used again stays.

    Any number of threads may ask. Results are shared and must not be changed; a key says what kind
    of result it stands for. An exception is not remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._known: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, weight: int, make: Callable[[], R]) -> R:
        """Give what is known under `key`, or make it; two threads at once may both make it.

        Args:
            weight: what it takes of the `most` that is kept.
        """
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                found: R = self._known[key][1]
                return found
        made = make()
        with self._lock:
            self._weight += weight - self._known.pop(key, (0, None))[0]
            self._known[key] = (weight, made)
            while self._weight > self._most:
                self._weight -= self._known.popitem(last=False)[1][0]
        return made


def digest(content: bytes) -> bytes:
    """Give what stands for a content in a key."""
    return hashlib.sha256(content).digest()
