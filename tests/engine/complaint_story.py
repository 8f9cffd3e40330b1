"""A complaint of somebody of 甲, from the first word to its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import accounts, actors, clock, definitions, membership
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.complaints import filing, handling
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.guidance_story import ROOT

SAID = {"harm": ["pay"], "happened": "报告配电柜隐患后被扣了奖金", "accused": "车间主任老胡"}


def complaint_bundle() -> definitions.Bundle:
    """Give the shipped diagram of complaints with its forms."""
    folder = definitions.read_folder(ROOT)
    forms = {key: text for key, text in folder.of("form").items() if key.startswith("complaint")}
    diagrams = {"retaliation_complaint": folder.of("bpmn")["retaliation_complaint"]}
    return definitions.Bundle({"bpmn": diagrams, "form": forms})


def district_union(session: Session, cast: Cast) -> Actor:
    """Let the office have a trade union with one officer, and name it to handle complaints."""
    row = t.Organisation(
        id=UUID(int=77), kind="department", name="区总工会", code="ZGH", parent_id=cast.office_id,
        sector="general", created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.get_one(t.Organisation, cast.office_id).settings = {"complaints_to": str(row.id)}
    session.commit()
    return member(session, row.id, "district-union", "区工", "officer")


def member(session: Session, organisation_id: UUID, login: str, name: str, *roles: str) -> Actor:
    """Enter somebody of an organisation."""
    user = execute(
        session, accounts.add_user, login=login, name=name, password=None,
        organisation_id=organisation_id, roles=list(roles), actor=SYSTEM,
    )  # fmt: skip
    found = membership.actor_for(session, user.id, organisation_id)
    session.rollback()
    return found


class Complaining:
    """The reporter of 甲 complains; who handles it does the tasks."""

    def __init__(
        self, session: Session, cast: Cast, *, union: str = "own", mode: str = "confidential",
        by: Actor | None = None, is_deployed: bool = False, **said: Any,
    ) -> None:  # fmt: skip
        self.session, self.cast = session, cast
        if not is_deployed:
            execute(
                session, definitions.deploy, complaint_bundle(),
                organisation_id=cast.office_id, actor=SYSTEM,
            )  # fmt: skip
        self.by = by or cast.reporter
        extra = {key: said.pop(key) for key in ("barred", "report_id", "files") if key in said}
        self.room, self.id = execute(
            session, filing.file, {**SAID, **said}, union=union,
            identity=filing.identity_of(self.by, mode=mode), actor=self.by, **extra,
        )  # fmt: skip

    @property
    def code(self) -> Actor:
        """Whoever holds the receipt code."""
        return actors.by_receipt(self.room, self.id)

    def row(self) -> t.Complaint:
        """Give the complaint as it stands."""
        self.session.rollback()
        return self.session.get_one(t.Complaint, (self.room, self.id))

    def does(self, actor: Actor, key: str, **answers: Any) -> None:
        """Do a task as somebody of a union."""
        self.session.rollback()
        (task,) = [
            one for one in handling.open_tasks(self.session, self.id, actor=actor)
            if one.task_key == key
        ]  # fmt: skip
        execute(self.session, handling.complete, self.id, task.task_id, answers, actor=actor)
        self.run_jobs()

    def is_written_about(self, actor: Actor, **other: Any) -> None:
        """Take it up, look into it, and write to the principal."""
        self.does(actor, "take_up", accepted="yes")
        self.does(actor, "look_into", talks="问了三人", findings="无故扣发", founded="founded")
        self.does(actor, "write_letter", **self.letter(**other))

    def letter(self, **other: Any) -> dict[str, Any]:
        """Give the answers of a letter."""
        by = clock.local_date() + timedelta(days=10)
        return {
            "opinion": "请补发扣发的奖金。",
            "demands": ["restore_pay", "apology"],
            "reply_by": by.isoformat(),
            **other,
        }

    def run_jobs(self) -> None:
        """Do what is due; papers are printed elsewhere."""
        stories.run_jobs(self.session)
