"""Versions as the pages show them: how they stand, since and until when, what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.definitions.in_force import begins_at
from engine.definitions.publishing import standing


@dataclass(frozen=True)
class Change:
    """Something that was done with a version: suspended, resumed or kept."""

    what: str
    name: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Shown:
    """A version in a list of them."""

    #: As `engine.definitions.lineage` gives it.
    row: Any
    #: in_force, scheduled, suspended or earlier
    standing: str
    since: datetime
    until: datetime | None
    changes: Sequence[Change]


def shown(rows: Sequence[Any], in_force: UUID | None) -> list[Shown]:
    """Give versions with how they stand; `in_force` is what the next case starts with."""
    return [_shown(row, rows, in_force) for row in rows]


def _shown(row: Any, rows: Sequence[Any], in_force: UUID | None) -> Shown:
    changes = [
        Change(one["what"], one["name"], datetime.fromisoformat(one["at"]), one.get("reason", ""))
        for one in row.changes or ()
    ]
    return Shown(
        row=row,
        standing=standing.standing(row, in_force),
        since=begins_at(row),
        until=_until(row, rows, changes),
        changes=changes,
    )


def _until(row: Any, rows: Sequence[Any], changes: Sequence[Change]) -> datetime | None:
    """Give when a version stopped counting, or will: halted, or followed by another."""
    if row.state == "suspended":
        halted = [one.at for one in changes if one.what == "suspended"]
        return halted[-1] if halted else None
    return standing.ends_at(row, rows)
