"""What the ledgers may know of a history event, and how its answers become columns.

A modeller may ask a field anywhere and answer it with anything; the ledger takes what fits a
column and leaves the rest to the history, so that no form can stop a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventFact:
    """One history event, without who the reporter is."""

    #: subject:action
    tag: str
    at: datetime
    data: Mapping[str, Any]
    #: "accept", or "rectify:accept" inside a called process.
    element: str = ""
    #: Never a reporter's: their events carry none.
    actor_id: UUID | None = None

    @property
    def task_key(self) -> str:
        """Give the modeller's name of the step."""
        return self.element.rpartition(":")[2]

    @property
    def answers(self) -> Mapping[str, Any]:
        """Give the fields answered in this event."""
        answers = self.data.get("answers")
        return answers if isinstance(answers, Mapping) else {}


def plain_text(value: Any, limit: int) -> str | None:
    """Give `value` as at most `limit` characters, None when it is no text or empty."""
    return (value.strip()[:limit] or None) if isinstance(value, str) else None


def plain_date(value: Any) -> date | None:
    """Give the day an ISO text names, None when it names none."""
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return None


def plain_moment(value: Any) -> datetime | None:
    """Give the moment an ISO text with an offset names, None when it names none."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def plain_whole(value: Any) -> int:
    """Give a whole number that is not negative, 0 for anything else."""
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else 0


def plain_rate(value: Any, limit: float) -> float | None:
    """Give a number above nought and up to `limit`, None for anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value <= limit else None


def answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Give the hazard columns that `answers` fill; what does not fit a column is left out."""
    columns: dict[str, Any] = {}
    for key in answers.keys() & FIELDS.keys():
        column, read = FIELDS[key]
        value = read(answers[key])
        if value is not None:
            columns[column] = value
    return columns


def _text(limit: int) -> Callable[[Any], str | None]:
    return lambda value: plain_text(value, limit)


def _one_of(*values: str) -> Callable[[Any], str | None]:
    return lambda value: value if value in values else None


def _yes(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"yes": True, "no": False}.get(str(value))


def _user(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


#: Field key, wherever it is asked → the hazard column and how its value is read (design.md).
FIELDS: Final[Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "found_at": ("found_at", plain_moment),
    "kind": ("kind", _one_of("hazard", "suggestion")),
    "source": ("source", _text(20)),
    "place": ("place", _text(100)),
    "part": ("part", _text(100)),
    "description": ("description", _text(2000)),
    "category": ("category", _one_of("human", "object", "environment", "management")),
    "imminent": ("imminent", _yes),
    "checklist_item": ("checklist_item", _text(32)),
    "finding": ("finding", _text(20)),
    "level": ("level", _one_of("general", "major")),
    "fixed_on_spot": ("fixed_on_spot", _yes),
    "rectifier": ("rectifier_id", _user),
    "due_on": ("due_on", plain_date),
    "control_type": ("control_type", _text(20)),
}
