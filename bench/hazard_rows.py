"""One case of the bench's district: its rows, as the engine would have left them by now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from engine.clock import local_date
from engine.store import Base, new_id
from engine.store import tables as t

Rows = Iterator[tuple[type[Base], dict[str, Any]]]

#: Key, name and role of each step; what waits in a state is the step of the same place.
_STEPS: Final = (
    ("verify", "核查", "verifier"),
    ("rectify", "整改", "rectifier"),
    ("accept", "验收", "acceptor"),
)
_OPEN_STATES: Final = ("reported", "verified", "rectified")
#: Cases younger than this are on their way; of the older ones few still are.
_UNDER_WAY: Final = timedelta(days=25)
_STILL_OPEN: Final = 0.01
_DISMISSED: Final = 0.06
_PLACES: Final = ("二号车间", "原料仓库", "冲压车间", "气瓶间", "屋顶", "三楼走廊", "食堂")
_TEXTS: Final = (
    "配电柜门损坏，雨天进水",
    "疏散通道堆放纸箱，堵塞安全出口",
    "冲床急停按钮失灵",
    "气瓶未固定，与明火距离不足十米",
    "临边洞口没有盖板",
    "灭火器压力不足，已过检验期",
)
_CATEGORIES: Final = ("human", "object", "environment", "management")
#: So many people report in each enterprise.
_PEOPLE: Final = 60


@dataclass(frozen=True)
class Case:
    """A hazard reported at a moment in an enterprise."""

    owner: t.Organisation
    definition_id: UUID
    #: Who did, and now may do, its tasks.
    doer_id: UUID
    id: UUID
    number: int
    at: datetime
    state: str
    rng: Random

    @classmethod
    def told(
        cls,
        rng: Random,
        owner: t.Organisation,
        definition_id: UUID,
        doer_id: UUID,
        number: int,
        at: datetime,
        now: datetime,
    ) -> Case:
        """Give a case that is as far as one of its age usually is."""
        state = _state(rng, now - at)
        return cls(owner, definition_id, doer_id, new_id(), number, at, state, rng)

    def rows(self) -> Rows:
        """Give its rows but for the ledger's."""
        yield t.Instance, self._instance()
        yield t.Reporter, self._reporter()
        done = 1 if self.state == "dismissed" else 3 if self.state == "closed" else self._waits_at
        for place in range(done):
            yield t.Task, self._task(place, is_done=True)
        if self.state in _OPEN_STATES:
            yield t.Task, self._task(done, is_done=False)

    def hazard(self) -> dict[str, Any]:
        """Give its row in the ledger."""
        row: dict[str, Any] = dict.fromkeys(column.key for column in t.Hazard.__table__.c)
        row |= self._owners() | {
            "id": self.id,
            "report_number": self._report_number,
            "kind": "hazard",
            "state": self.state,
            "source": "staff",
            "channel": "web",
            "place": self.rng.choice(_PLACES),
            "description": self.rng.choice(_TEXTS),
            "imminent": self.number % 40 == 0,
            "fixed_on_spot": False,
            "rounds": 0,
            "reported_at": self.at,
            "acknowledged_at": self._after(2),
            "sector": self.owner.sector,
        }
        if self.state == "dismissed":
            row |= {"finding": "unfounded", "dismissed_at": self._after(20)}
        elif self.state != "reported":
            row |= self._on_the_ledger()
        return row

    @property
    def person(self) -> bytes:
        """The digest by which its reporter is counted."""
        return (self.number % _PEOPLE).to_bytes(32)

    @property
    def _waits_at(self) -> int:
        return _OPEN_STATES.index(self.state)

    @property
    def _report_number(self) -> str:
        return f"BG-{self.owner.code}-{self.number:07d}"

    def _after(self, hours: float) -> datetime:
        return self.at + timedelta(hours=hours)

    def _owners(self) -> dict[str, Any]:
        owner = self.owner
        return {
            "organisation_id": owner.id,
            "department_id": owner.department_id,
            "town_id": owner.town_id,
            "group_id": owner.group_id,
        }

    def _on_the_ledger(self) -> dict[str, Any]:
        """Give what a verified hazard has besides, and a closed one in the end."""
        row: dict[str, Any] = {
            "number": f"YH-{self.owner.code}-{self.number:07d}",
            "finding": "confirmed",
            "level": "major" if self.number % 17 == 0 else "general",
            "category": self.rng.choice(_CATEGORIES),
            "verified_at": self._after(20),
            "registered_at": self._after(20),
            "due_on": local_date(self._after(15 * 24)),
            "rectifier_id": self.doer_id,
        }
        if self.state != "verified":
            row["rectified_at"] = self._after(9 * 24)
        if self.state == "closed":
            closed_at = self._after(10 * 24)
            number = f"XH-{self.owner.code}-{self.number:07d}"
            row |= {"accepted_at": closed_at, "closed_at": closed_at, "closure_number": number}
        return row

    def _instance(self) -> dict[str, Any]:
        is_open = self.state in _OPEN_STATES
        return {
            **self._owners(),
            "id": self.id,
            "definition_id": self.definition_id,
            "key": "hazard_report",
            "number": self._report_number,
            "title": self.rng.choice(_TEXTS),
            "state": "active" if is_open else "completed",
            "revision": 3,
            # A state of the usual size, so that the table is as large as it would be.
            "blob": b"" if not is_open else bytes(1200),
            "identity_mode": "named",
            "started_at": self.at,
            "ended_at": None if is_open else self._after(11 * 24),
            "event_count": 8,
            "head_hash": bytes(32),
        }

    def _reporter(self) -> dict[str, Any]:
        return {
            "organisation_id": self.owner.id,
            "instance_id": self.id,
            "mode": "named",
            "reporter_type": "staff",
            "user_digest": self.person,
            "payee_digest": self.person,
            "sealed": bytes(90),
            "receipt_digest": self.number.to_bytes(32),
        }

    def _task(self, place: int, *, is_done: bool) -> dict[str, Any]:
        key, name, role = _STEPS[place]
        begun = self._after(20 * place)
        return {
            "organisation_id": self.owner.id,
            "id": new_id(),
            "instance_id": self.id,
            "key": key,
            "element": key,
            "name": name,
            "candidate_group": role,
            "assignee_id": None,
            "state": "completed" if is_done else "open",
            "form_key": key,
            "created_at": begun,
            "due_at": begun + timedelta(days=3),
            "completed_at": begun + timedelta(hours=18) if is_done else None,
            "completed_by": self.doer_id if is_done else None,
        }


def _state(rng: Random, age: timedelta) -> str:
    if age < _UNDER_WAY or rng.random() < _STILL_OPEN:
        return rng.choice(_OPEN_STATES)
    return "dismissed" if rng.random() < _DISMISSED else "closed"
