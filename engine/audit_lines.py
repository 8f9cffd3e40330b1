"""The lines of an audit file: what each holds, how it is written and read back.

An audit file is JSON Lines: a `file` line, the public `key` lines, then for each case a `case`
line, its `event` lines and its `proof` lines, the `seal` lines of its enterprise, and at the end a
`signature` over every byte before it. Hashes and keys are hexadecimal, moments are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from engine import seals

FORMAT: Final = 1
#: What is signed says what it is, so that no signature can be passed off as another.
SIGNED_AS: Final = b"bihuan audit file 1\0"
#: Columns of an event that may be empty, and are where something is withheld.
_IDS: Final = ("actor_id", "on_behalf_of", "task_id")


def line(kind: str, **fields: Any) -> bytes:
    """Write one line."""
    return orjson.dumps({"kind": kind, **fields}, option=orjson.OPT_APPEND_NEWLINE)


def event_line(event: Any, told: Mapping[str, Any]) -> bytes:
    """Write an event as its reader may know it, marked where that is not all of it.

    Args:
        told: what `engine.discretion` gives of it.
    """
    known = {key: value for key, value in told.items() if key != "data"}
    is_whole = all(getattr(event, key) == value for key, value in known.items())
    is_whole = is_whole and told["data"] == orjson.loads(event.data)
    data = event.data if is_whole else orjson.dumps(told["data"], option=orjson.OPT_SORT_KEYS)
    return line(
        "event",
        instance_id=event.instance_id,
        sequence=event.sequence,
        at=event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        tag=event.tag,
        **known,
        data=data if is_whole else data.decode(),
        hash=event.hash.hex(),
        **({} if is_whole else {"withheld": True}),
    )


def event_row(content: Mapping[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Give the columns of an event from its line, as they were hashed."""
    return {
        "organisation_id": organisation_id,
        "instance_id": UUID(content["instance_id"]),
        "sequence": content["sequence"],
        "at": moment(content["at"]),
        **{key: content[key] for key in ("tag", "role", "element", "data")},
        **{key: UUID(content[key]) if content[key] is not None else None for key in _IDS},
    }


def seal_line(row: Any) -> bytes:
    """Write a seal without its leaves, which name every case of the day."""
    return line(
        "seal",
        organisation_id=row["organisation_id"],
        day=row["day"],
        root=row["root"].hex(),
        count=row["count"],
        previous=row["previous"].hex(),
        sealed_at=row["sealed_at"].astimezone(UTC).isoformat(timespec="microseconds"),
        hash=row["hash"].hex(),
        key=row["key_id"],
        signature=row["signature"].hex(),
    )


def seal_row(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give the columns of a seal from its line."""
    hashes = ("root", "previous", "hash", "signature")
    return {
        "organisation_id": UUID(content["organisation_id"]),
        "day": date.fromisoformat(content["day"]),
        "count": content["count"],
        "sealed_at": moment(content["sealed_at"]),
        "key_id": content["key"],
        **{key: bytes.fromhex(content[key]) for key in hashes},
    }


def proof_line(head: seals.Head, day: date, index: int, path: Sequence[bytes]) -> bytes:
    """Write the proof that a day's seal covers a history up to an event."""
    return line(
        "proof",
        instance_id=head.instance_id,
        sequence=head.sequence,
        hash=head.hash.hex(),
        day=day,
        index=index,
        path=[one.hex() for one in path],
    )


def moment(text: str) -> datetime:
    """Read a moment.

    Raises:
        ValueError: it has no offset.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found
