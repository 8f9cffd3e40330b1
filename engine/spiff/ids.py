"""Ids of tasks: an origin chosen once an instance, and the task's number within it.

Within an instance tasks are numbered, which keeps its state small. Outside they are UUIDs of
version 8 (RFC 9562, 5.8): 48 bits of the moment the instance was started, in milliseconds, 42
random bits, and 32 bits of number.
"""

from __future__ import annotations

import secrets
from typing import Any, Final
from uuid import UUID

from engine import clock

_NUMBER_BITS: Final = 32
_VERSION: Final = 8
_VARIANT: Final = 0b10


def new_origin() -> int:
    """Give the upper 96 bits of the ids of a new instance's tasks."""
    milliseconds = int(clock.now().timestamp() * 1000) & (1 << 48) - 1
    upper = milliseconds << 16 | _VERSION << 12 | secrets.randbits(12)
    return upper << 32 | _VARIANT << 30 | secrets.randbits(30)


def task_id(origin: int, number: int) -> UUID:
    """Give the id of a task."""
    return UUID(int=origin << _NUMBER_BITS | number)


def number_of(origin: int, task_id: UUID) -> int | None:
    """Give the number of a task; None when it belongs to another instance."""
    value = task_id.int
    return value & (1 << _NUMBER_BITS) - 1 if value >> _NUMBER_BITS == origin else None


def text_of(origin: int) -> str:
    """Give an origin as text, for the state."""
    return f"{origin:024x}"


def origin_of(document: dict[str, Any]) -> int:
    """Read the origin from a state; IntegrityError when it is not there."""
    from engine.spiff.codec import damaged

    try:
        return int(document["o"], 16)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged() from error
