"""What differs between an earlier and a later state of the same thing, aspect by aspect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

#: What became of a thing from the earlier state to the later one.
ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
MOVED: Final = "moved"


class Aspect(NamedTuple):
    """One thing that differs; None where there was or is none of it."""

    what: str
    before: Any
    after: Any


def aspects(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Aspect, ...]:
    """Give what differs, in the order of `after`, then what is only in `before`."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        Aspect(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )
