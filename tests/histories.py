"""Cases told straight into the history: for stories about what is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine import history, ledger, reporters
from engine.actors import SYSTEM, Actor
from engine.hazards import rewards
from engine.store import Definition, Instance, Organisation, Reporter, new_id


@dataclass
class Told:
    """One case and where its history ends."""

    instance: Instance
    chain_end: tuple[int, bytes] = (0, history.GENESIS)

    @property
    def id(self) -> UUID:
        """Give the instance's id."""
        return self.instance.id


class Pen:
    """Writes cases: each event goes into the history and the ledgers in one step."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._definitions: dict[UUID, UUID] = {}
        self._count = 0

    def case(
        self,
        organisation_id: UUID,
        at: datetime,
        *,
        kind: str = "hazard",
        person: bytes | None = None,
        identity: reporters.Identity | None = None,
        **answers: Any,
    ) -> Told:
        """Start a case; `person` is the reporter's digest, each case's own by default.

        Args:
            identity: who reports and how openly, for the vault as it really is.
        """
        self._count += 1
        owner = self.session.get_one(Organisation, organisation_id)
        told = Told(self._instance(owner, at))
        self.session.add(told.instance)
        self.session.flush()
        if identity is not None:
            reporters.keep(self.session, organisation_id, told.id, identity)
        else:
            self._keep(told, person or uuid4().bytes)
        facts = {"kind": kind, "number": told.instance.number, "sector": owner.sector}
        self.tell(told, "instance:started", at=at, answers=answers, **facts)
        return told

    def _keep(self, told: Told, person: bytes) -> None:
        self.session.add(
            Reporter(
                organisation_id=told.instance.organisation_id,
                instance_id=told.id,
                mode="named",
                reporter_type="staff",
                payee_digest=person,
            )
        )
        self.session.flush()

    def tell(
        self,
        told: Told,
        *tags: str,
        at: datetime,
        element: str | None = None,
        actor: Actor = SYSTEM,
        role: str = "system",
        **data: Any,
    ) -> None:
        """Put one event a tag into the case's history, all with the same data, in one step."""
        count, head = told.chain_end
        key = (told.instance.organisation_id, told.id)
        chain = history.Chain(*key, count=count, head=head, actor=actor, role=role, at=at)
        for tag in tags:
            chain.record(history.Event(tag=tag, element=element, data=data))
        chain.seal()
        history.write(self.session, chain)
        ledger.apply(self.session, told.instance, chain.rows)
        told.chain_end = (chain.count, chain.head)

    def complete(self, told: Told, element: str, *, at: datetime, **answers: Any) -> None:
        """Complete a task of the case."""
        self.tell(told, "task:completed", at=at, element=element, answers=answers)

    def register(self, told: Told, at: datetime, **facts: Any) -> None:
        """Put the hazard on the ledger, general and of an object unless said otherwise."""
        number = f"YH-{self._count}-{told.id.hex[-6:].upper()}"
        facts = {"number": number, "level": "general", "category": "object", **facts}
        self.tell(told, "hazard:registered", at=at, **facts)

    def close(self, told: Told, at: datetime) -> None:
        """Close the hazard."""
        self.tell(told, "hazard:closed", at=at, number=f"XH-{told.id.hex[-6:].upper()}")

    def reward(
        self, told: Told, at: datetime, fen: int, *, until: str = "received", **facts: Any
    ) -> None:
        """Reward the case as far as `until`: proposed, approved, paid or received.

        Args:
            facts: such as `method`, and `points_rate` or `gift`, where it is not money.
        """
        number = f"JL-{told.id.hex[-8:].upper()}"
        steps: dict[str, dict[str, Any]] = {
            "proposed": {"computed_fen": fen, "rule": "reward_amount", "rule_version": "1"},
            "approved": {"approved_fen": fen, "automatic": False},
            "paid": {
                **rewards.given(fen, facts),
                "paid_on": at.date().isoformat(),
                "voucher": "记-12",
            },
            "received": {},
        }
        for action, data in steps.items():
            self.tell(told, f"reward:{action}", at=at, number=number, **{**data, **facts})
            if action == until:
                return

    def _instance(self, owner: Organisation, at: datetime) -> Instance:
        return Instance(
            organisation_id=owner.id,
            id=new_id(),
            definition_id=self._definition(owner.id),
            key="hazard_report",
            number=f"BG-{owner.code}-{self._count:05d}",
            state="active",
            blob=b"",
            started_at=at,
            department_id=owner.department_id,
            town_id=owner.town_id,
            group_id=owner.group_id,
        )

    def _definition(self, organisation_id: UUID) -> UUID:
        if organisation_id not in self._definitions:
            row = Definition(
                id=new_id(),
                organisation_id=organisation_id,
                key="hazard_report",
                name="隐患报告",
                version=1,
                digest=b"",
                resources={},
                created_at=datetime.fromisoformat("2026-01-01T00:00:00+08:00"),
            )
            self.session.add(row)
            self.session.flush()
            self._definitions[organisation_id] = row.id
        return self._definitions[organisation_id]
