"""Rewarded reports of the enterprise 甲, told quickly: by name, in confidence, by a guest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import accounts, clock, organisations, reporters, starting
from engine.actors import Actor, by_receipt
from engine.commands import execute
from engine.filestore import FileStore
from engine.hazards.origins import Origin
from engine.reporters import Identity, identity_of
from engine.store import new_id
from engine.store import tables as t
from tests.cast import PASSWORD, Cast
from tests.loop import Loop
from tests.processes.player import CONFIRMED, PAID, REPORT
from web.config import Config


class Rewarded(Loop):
    """The shipped process in 甲; each case is reported, confirmed and its reward approved."""

    def __init__(self, session: Session, cast: Cast, config: Config) -> None:
        session.info["files"] = FileStore(config.data_dir)
        super().__init__(session, cast, owner=cast.office_id)

    def case(
        self,
        by: Actor | None = None,
        *,
        mode: str = "named",
        name: str = "",
        paid: bool = False,
        typed_by: Actor | None = None,
        account: UUID | None = None,
        **answers: Any,
    ) -> UUID:
        """Tell one case up to its reward; `by` is 包晓, or a guest who gives a name.

        Args:
            typed_by: who typed it in for somebody of that name, or for that account.
        """
        actor = typed_by or by or self.cast.reporter
        identity = identity_of(actor, mode=mode, name=name)
        if typed_by is not None:
            identity = Identity(mode=mode, user_id=account, name=name or "包晓")
        started = execute(
            self.session,
            starting.start,
            definition_key="hazard_report",
            answers={**REPORT, "kind": "hazard", "identity_mode": mode, **answers},
            identity=identity,
            origin=Origin(channel="phone", entered_by=typed_by.user_id)
            if typed_by
            else starting.OWN,
            actor=actor,
        )
        self.id = started.instance_id
        self.does("verifier", "acknowledge")
        self.does("verifier", "verify", **CONFIRMED)
        self.does("approver", "approve_reward", approved=True)
        if paid:
            self.does("finance", "pay_reward", **PAID)
        return self.id

    def guest(self) -> Actor:
        """Give somebody who reports to 甲 without an account."""
        found = organisations.guest(self.session, self.cast.enterprise_id)
        self.session.rollback()
        return found

    def by_code(self, case: UUID) -> Actor:
        """Give whoever comes with the receipt code of a case."""
        code = reporters.receipt_code(self.session, case)
        found = reporters.find_by_receipt(self.session, code)
        self.session.rollback()
        assert found is not None
        return by_receipt(*found)

    def staff(self, count: int) -> None:
        """Say how many people work for 甲."""
        own = self.session.get_one(t.Organisation, self.cast.enterprise_id)
        own.staff_count = count
        self.session.commit()

    def newcomer(self, name: str, roles: tuple[str, ...] = ("reporter",)) -> Actor:
        """Let somebody else begin to work for 甲."""
        user = execute(
            self.session,
            accounts.add_user,
            login=f"n{new_id().hex[:12]}",
            name=name,
            password=PASSWORD,
            organisation_id=self.cast.enterprise_id,
            roles=roles,
            actor=self.cast.administrator,
        )
        return Actor(
            user_id=user.id,
            name=name,
            organisation_id=self.cast.enterprise_id,
            organisation_kind="enterprise",
            roles=frozenset(roles),
        )


def month() -> str:
    """Give the month it is."""
    return clock.month_of(clock.now())


def everything_kept(session: Session) -> str:
    """Give all that is kept of cases, certificates and notices, as text, but for the vault."""
    session.rollback()
    found = []
    for table in (t.Instance, t.Task, t.Event, t.Hazard, t.Reward, t.Job, t.Notification,
                  t.NamingChoice, t.ReporterMessage):  # fmt: skip
        found += [str(tuple(row)) for row in session.execute(table.__table__.select())]
    session.rollback()
    return "\n".join(found)
