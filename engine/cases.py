"""The case a step works on: the instance row and its organisation, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from engine.errors import Conflict
from engine.store import tables as t


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

    @property
    def start_data(self) -> dict[str, Any]:
        """The data every process finds beside the answers."""
        return {
            "report_no": self.number,
            "reported_at": self.started_at.isoformat(),
            "sector": self.organisation.sector,
            "identity_mode": self.identity_mode,
            "reward_limit_fen": self.organisation.reward_limit_fen,
        }


#: The columns a step needs: those of the instance first, in the order of `Case`.
_OF_INSTANCE = 17
_COLUMNS = (
    t.Instance.organisation_id,
    t.Instance.id,
    t.Instance.definition_id,
    t.Instance.key,
    t.Instance.number,
    t.Instance.title,
    t.Instance.state,
    t.Instance.revision,
    t.Instance.blob,
    t.Instance.identity_mode,
    t.Instance.started_at,
    t.Instance.due_at,
    t.Instance.event_count,
    t.Instance.head_hash,
    t.Instance.department_id,
    t.Instance.town_id,
    t.Instance.group_id,
    t.Organisation.code,
    t.Organisation.name.label("organisation_name"),
    t.Organisation.sector,
    t.Organisation.settings,
)


def select_case() -> Any:
    """Give a select of the columns that `open_step` needs, ready for more of them."""
    return select(*_COLUMNS).join(t.Organisation, t.Organisation.id == t.Instance.organisation_id)


def case_of(row: Row[Any]) -> Case:
    """Make the case out of a row selected with `select_case`."""
    organisation = Organisation(
        id=row.organisation_id,
        code=row.code,
        name=row.organisation_name,
        sector=row.sector,
        settings=row.settings,
    )
    return Case(organisation, *row[:_OF_INSTANCE])


def require_active(case: Case) -> None:
    """Raise Conflict unless steps may be taken now."""
    if case.state == "active":
        return
    words = {
        "suspended": ("已暂停办理，恢复后才能继续。", "is suspended; it has to be resumed first."),
        "completed": ("已经办结。", "has been completed."),
        "cancelled": ("已经撤销。", "has been cancelled."),
    }
    zh, en = words[case.state]
    raise Conflict(
        f"{case.number} {zh}", f"{case.number} {en}", instance_id=str(case.id), state=case.state
    )
