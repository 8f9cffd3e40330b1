"""The case a step works on: the instance row and its organisation, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Organisation:
    """What a step needs to know of the organisation it runs in."""

    id: UUID
    #: Short Latin code used inside numbers.
    code: str
    name: str
    sector: str
    settings: Mapping[str, Any]

    @property
    def calendar(self) -> dict[date, bool]:
        """Its own working days (True) and days off (False) beside the national calendar."""
        days = self.settings.get("calendar") or {}
        return {date.fromisoformat(day): bool(works) for day, works in days.items()}

    @property
    def reward_limit_fen(self) -> int:
        """Up to which amount a reward needs no approval (fen); 0 means always."""
        return int(self.settings.get("reward_limit_fen") or 0)


@dataclass
class Case:
    """An instance as read at the beginning of a step; `save` writes back what changed."""

    organisation: Organisation
    organisation_id: UUID
    id: UUID
    definition_id: UUID
    key: str
    number: str
    title: str
    state: str
    revision: int
    blob: bytes
    identity_mode: str
    started_at: datetime
    due_at: datetime | None
    event_count: int
    head_hash: bytes
    department_id: UUID | None
    town_id: UUID | None
    group_id: UUID | None
    ended_at: datetime | None = field(default=None)
