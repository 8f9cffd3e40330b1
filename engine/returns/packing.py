"""The cases of one line, packed: 24 bytes a hazard, 56 a reward.

Which figures count a case is a mask of 64 bits, a bit a figure, in the order of `BITS`: append to
it, never change it, or what was locked is read wrongly. A reward keeps its amounts, so that a
figure in money adds up for ever.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from uuid import UUID

from engine.errors import IntegrityError

#: A figure's place is its bit.
BITS: Final = (
    "reported", "verified", "verified_major", "category_human", "category_object",
    "category_environment", "category_management", "dismissed", "closed", "closed_major",
    "opening", "closing", "overdue", "reported_suggestions", "adopted", "withdrawn", "signals",
    "signals_verified", "signals_closed", "others", "others_verified", "others_closed",
    "moved_in", "moved_out", "approved_fen", "approved_count", "paid_fen", "paid_count",
    "max_paid_fen", "received_fen", "noncash_fen", "noncash_count",
)  # fmt: skip
BIT: Final = {key: 1 << place for place, key in enumerate(BITS)}
#: Figures in money → the amount of a reward that they sum.
AMOUNTS: Final = {
    "approved_fen": "approved_fen",
    "paid_fen": "given_fen",
    "max_paid_fen": "given_fen",
    "received_fen": "given_fen",
    "noncash_fen": "given_fen",
}

_FORM: Final = 1
_HEAD: Final = struct.Struct(">BII")
_HAZARD: Final = struct.Struct(">16sQ")
_REWARD: Final = struct.Struct(">16s16sQqq")


@dataclass
class PaidCase:
    """A reward as it was counted."""

    instance_id: UUID
    mask: int
    approved_fen: int
    #: The money paid, or what it is worth that was given instead: the mask says which.
    given_fen: int


@dataclass
class Cases:
    """The cases of a line: hazard → mask, reward → what was counted of it."""

    hazards: dict[UUID, int] = field(default_factory=dict)
    rewards: dict[UUID, PaidCase] = field(default_factory=dict)

    def mark(self, hazard_id: UUID, key: str) -> None:
        """Let a figure count a hazard."""
        self.hazards[hazard_id] = self.hazards.get(hazard_id, 0) | BIT[key]

    def of(self, key: str) -> list[UUID]:
        """Give the hazards, or the rewards, that a figure counts, in order of their ids.

        What adds nothing to a sum of money, as an honour, is none of it.
        """
        bit, amount = BIT.get(key, 0), AMOUNTS.get(key)
        hazards = [id_ for id_, mask in self.hazards.items() if mask & bit]
        rewards = [
            id_
            for id_, one in self.rewards.items()
            if one.mask & bit and (amount is None or getattr(one, amount))
        ]
        return sorted(hazards + rewards)

    def values(self) -> dict[str, int]:
        """Give what the cases of each figure come to, without those that none counts."""
        found: dict[str, int] = {}
        for mask in self.hazards.values():
            for key in _keys_in(mask):
                found[key] = found.get(key, 0) + 1
        for one in self.rewards.values():
            for key in _keys_in(one.mask):
                amount = AMOUNTS.get(key)
                value = getattr(one, amount) if amount else 1
                so_far = found.get(key, 0)
                found[key] = max(so_far, value) if key == "max_paid_fen" else so_far + value
        return found


@cache
def _keys_in(mask: int) -> tuple[str, ...]:
    """Give the figures of a mask; few masks ever occur."""
    return tuple(key for place, key in enumerate(BITS) if mask >> place & 1)


def pack(cases: Cases) -> bytes:
    """Give the cases as bytes: the same cases are always the same bytes; none are no bytes."""
    hazards = sorted((id_, mask) for id_, mask in cases.hazards.items() if mask)
    rewards = sorted((id_, one) for id_, one in cases.rewards.items() if one.mask)
    if not hazards and not rewards:
        return b""
    parts = [_HEAD.pack(_FORM, len(hazards), len(rewards))]
    parts += [_HAZARD.pack(id_.bytes, mask) for id_, mask in hazards]
    parts += [
        _REWARD.pack(id_.bytes, one.instance_id.bytes, one.mask, one.approved_fen, one.given_fen)
        for id_, one in rewards
    ]
    return b"".join(parts)


def unpack(packed: bytes) -> Cases:
    """Read packed cases.

    Raises:
        IntegrityError: they are damaged, or in a form that this version does not know.
    """
    if not packed:
        return Cases()
    try:
        form, hazards, rewards = _HEAD.unpack_from(packed)
        middle = _HEAD.size + hazards * _HAZARD.size
        if form != _FORM or len(packed) != middle + rewards * _REWARD.size:
            raise struct.error
    except struct.error as error:
        raise IntegrityError(
            "月报明细已损坏，请运行 bihuan doctor 检查。",
            "The cases of a return are damaged; run bihuan doctor.",
        ) from error
    return Cases(
        {UUID(bytes=i): mask for i, mask in _HAZARD.iter_unpack(packed[_HEAD.size : middle])},
        {
            UUID(bytes=i): PaidCase(UUID(bytes=case), mask, approved, paid)
            for i, case, mask, approved, paid in _REWARD.iter_unpack(packed[middle:])
        },
    )
