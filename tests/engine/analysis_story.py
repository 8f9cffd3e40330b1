"""Cases as their tasks tell them, written straight into the store: for stories about analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import commands, definitions
from engine.actors import SYSTEM
from engine.clock import LOCAL_ZONE
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast

ROOT = Path(__file__).parents[2]
OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
PLAN, RECTIFY, ACCEPT = (f"rectification:{one}" for one in ("plan", "rectify", "accept"))
APPROVE, PAY, CONFIRM = (f"reward:{one}_reward" for one in ("approve", "pay", "confirm"))
ROLES = {
    "acknowledge": "verifier", "verify": "verifier", "determine": "verifier",
    PLAN: "rectifier", RECTIFY: "rectifier", ACCEPT: "acceptor",
    APPROVE: "approver", PAY: "finance", CONFIRM: "reporter",
}  # fmt: skip
USUAL = ("acknowledge", "verify", RECTIFY, ACCEPT, APPROVE, PAY, CONFIRM)


@dataclass
class Done:
    """One step of a case: hours after its beginning at which it opened, was claimed, ended, due."""

    element: str
    opened: float
    ended: float | None = None
    claimed: float | None = None
    due: float | None = None
    state: str = ""


class Desk:
    """Deploys the shipped process for the district and writes cases that ran by it."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        deployed = commands.execute(
            session,
            definitions.deploy,
            definitions.read_folder(ROOT),
            organisation_id=cast.office_id,
            actor=SYSTEM,
        )
        self.definition_id = next(row.id for row in deployed if row.key == "hazard_report")
        self._count = 0

    def case(
        self,
        steps: Sequence[Done | str],
        *,
        owner: UUID | None = None,
        at: datetime = OCTOBER,
        definition_id: UUID | None = None,
        is_finished: bool = True,
        hazard: dict[str, Any] | None = None,
    ) -> UUID:
        """Write a case; a step that is only named is done an hour after the one before it."""
        self._count += 1
        owner = owner or self.cast.enterprise_id
        place = self.session.get_one(t.Organisation, owner)
        where = {
            "organisation_id": owner,
            "department_id": place.department_id,
            "town_id": place.town_id,
            "group_id": place.group_id,
        }
        done = [
            Done(one, hour, hour + 1) if isinstance(one, str) else one
            for hour, one in enumerate(steps)
        ]
        last = max((one.ended or 0 for one in done), default=0)
        row = t.Instance(
            **where,
            id=new_id(),
            definition_id=definition_id or self.definition_id,
            key="hazard_report",
            number=f"BG-{place.code}-{self._count:05d}",
            state="completed" if is_finished else "active",
            blob=b"",
            started_at=at,
            ended_at=at + timedelta(hours=last) if is_finished else None,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add_all(self._task(row, one, at) for one in done)
        self._hazard(row, {"reported_at": at, "sector": place.sector, **where, **(hazard or {})})
        self.session.flush()
        return row.id

    def _task(self, case: t.Instance, step: Done, at: datetime) -> t.Task:
        def moment(hours: float | None) -> datetime | None:
            return None if hours is None else at + timedelta(hours=hours)

        state = step.state or ("open" if step.ended is None else "completed")
        return t.Task(
            organisation_id=case.organisation_id,
            id=new_id(),
            instance_id=case.id,
            key=step.element.rpartition(":")[2],
            element=step.element,
            name=step.element,
            candidate_group=ROLES.get(step.element, "verifier"),
            state=state,
            created_at=moment(step.opened),
            claimed_at=moment(step.claimed),
            due_at=moment(step.due),
            completed_at=moment(step.ended),
        )

    def _hazard(self, case: t.Instance, known: dict[str, Any]) -> None:
        told: dict[str, Any] = {"kind": "hazard", "state": "reported", "source": "staff", **known}
        self.session.add(t.Hazard(id=case.id, report_number=case.number, **told))
