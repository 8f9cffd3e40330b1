"""What a seal says: where an organisation's chains stood at the end of a day, hashed and signed.

Seals are chained, so that whoever has seen one hash, in a newspaper or another system, can tell
whether any day up to it was changed since. Nothing here reads a database.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from engine import merkle
from engine.seal_keys import is_signed
from engine.store.types import microseconds

#: The first seal of an organisation follows nothing.
GENESIS: Final = b""
_FORMAT: Final = 1
#: What is signed says what it is, so that no signature can be passed off as another.
_SIGNED_AS: Final = b"bihuan seal 1\0"
_LEAF: Final = struct.Struct(">16sQ32s")


@dataclass(frozen=True)
class Head:
    """Where a chain stood: its last event's sequence and hash."""

    instance_id: UUID
    sequence: int
    hash: bytes

    def packed(self) -> bytes:
        """Give the leaf that stands for it under the root."""
        return _LEAF.pack(self.instance_id.bytes, self.sequence, self.hash)


def pack(heads: Iterable[Head]) -> bytes:
    """Give the leaves of a seal, in the order of the root."""
    return b"".join(head.packed() for head in sorted(heads, key=lambda one: one.instance_id.bytes))


def leaves_of(packed: bytes) -> list[bytes]:
    """Give the leaves one by one; a rest that is no whole leaf is one as well."""
    return [packed[at : at + _LEAF.size] for at in range(0, len(packed), _LEAF.size)]


def heads_of(leaves: Sequence[bytes]) -> list[Head]:
    """Give what the leaves say, as many as are whole."""
    whole = (_LEAF.unpack(leaf) for leaf in leaves if len(leaf) == _LEAF.size)
    return [Head(UUID(bytes=instance), sequence, head) for instance, sequence, head in whole]


def content(
    organisation_id: UUID, day: date, heads: Iterable[Head], previous: bytes, sealed_at: datetime
) -> dict[str, Any]:
    """Give the columns of a seal but those that need its key."""
    leaves = pack(heads)
    each = leaves_of(leaves)
    return {
        "organisation_id": organisation_id,
        "day": day,
        "root": merkle.root(each),
        "count": len(each),
        "leaves": leaves,
        "previous": previous,
        "sealed_at": sealed_at,
    }


def seal_hash(row: Mapping[str, Any]) -> bytes:
    """Give the hash of a seal from its columns."""
    return hashlib.sha256(
        orjson.dumps(
            [
                _FORMAT,
                row["organisation_id"].hex,
                row["day"].isoformat(),
                row["root"].hex(),
                row["count"],
                row["previous"].hex(),
                microseconds(row["sealed_at"]),
            ]
        )
    ).digest()


def message(found: bytes) -> bytes:
    """Give what is signed of a seal with this hash."""
    return _SIGNED_AS + found


def fault_of(row: Mapping[str, Any], keys: Mapping[str, bytes]) -> str | None:
    """Say what is wrong with a seal by itself, its leaves not looked at.

    Returns:
        altered (its hash is another) | key (nobody knows it) | signature, or None.
    """
    if seal_hash(row) != row["hash"]:
        return "altered"
    public = keys.get(row["key_id"])
    if public is None:
        return "key"
    return None if is_signed(public, message(row["hash"]), row["signature"]) else "signature"


def leaves_fit(row: Mapping[str, Any]) -> bool:
    """Say whether the leaves kept with a seal are those under its root."""
    leaves = leaves_of(row["leaves"])
    return bool(len(leaves) == row["count"] and merkle.root(leaves) == row["root"])
