"""A guidance visit of 甲's department, from the plan to the letter and what followed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import accounts, clock, definitions, membership
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.guidance import planning
from tests.cast import Cast
from tests.engine import stories

ROOT = Path(__file__).parents[2]
ITEMS = (
    "rules_issued", "union_heard", "rules_published", "reporters_protected", "list_ready",
    "staff_know", "channels_work", "feedback_given", "sampled_closed", "standard_fair",
    "rewards_paid", "records_kept",
)  # fmt: skip


def guidance_bundle() -> definitions.Bundle:
    """Give the shipped diagram of the visit with its forms."""
    folder = definitions.read_folder(ROOT)
    forms = {key: text for key, text in folder.of("form").items() if key.startswith("guidance_")}
    diagrams = {"guidance_visit": folder.of("bpmn")["guidance_visit"]}
    return definitions.Bundle({"bpmn": diagrams, "form": forms})


class Visiting:
    """A department with two officers and a director, and one visit to the enterprise 甲."""

    def __init__(
        self, session: Session, cast: Cast, *, announce: bool = True, is_deployed: bool = False
    ) -> None:
        self.session, self.cast = session, cast
        if not is_deployed:
            execute(
                session,
                definitions.deploy,
                guidance_bundle(),
                organisation_id=cast.office_id,
                actor=SYSTEM,
            )
        self.officer = cast.officer
        self.second = self._member("second", "石科", "officer")
        self.director = self._member("chief", "江局", "director")
        self.id: UUID = execute(
            session,
            planning.plan,
            cast.enterprise_id,
            self.plan(announce=announce),
            actor=self.officer,
        )

    def plan(self, **other: Any) -> dict[str, Any]:
        """Give the answers of a plan."""
        return {
            "plan_kind": "annual",
            "plan_number": "2026-检-017",
            "planned_on": (clock.local_date() + timedelta(days=3)).isoformat(),
            "visitors": [str(self.officer.user_id), str(self.second.user_id)],
            "announce": True,
            **other,
        }

    def goes(self, **found: str) -> None:
        """Look at everything; what is not named was found to be there."""
        answers = {f"found_{item}": found.get(item, "yes") for item in ITEMS}
        notes = {f"note_{item}": "抽查时没有见到" for item in found}
        today = clock.local_date().isoformat()
        self.does(self.officer, "visit", visited_on=today, met="朱任 总经理", **answers, **notes)

    def advises(self, **asks: str) -> None:
        """Write the opinion and have it signed."""
        self.does(
            self.officer,
            "advise",
            opinion="机制已经建立，请完善下列事项。",
            answer_by=(clock.local_date() + timedelta(days=10)).isoformat(),
            **{f"ask_{item}": text for item, text in asks.items()},
        )
        self.does(self.director, "sign_opinion", signed=True)
        self.run_jobs()

    def does(self, actor: Actor, key: str, **answers: Any) -> None:
        """Complete a task."""
        stories.do(self.session, actor, self.id, key, **answers)

    def run_jobs(self) -> None:
        """Do what is due; papers are printed elsewhere."""
        stories.run_jobs(self.session)

    def _member(self, login: str, name: str, role: str) -> Actor:
        user = execute(
            self.session,
            accounts.add_user,
            login=login,
            name=name,
            password=None,
            organisation_id=self.cast.department_id,
            roles=[role],
            actor=SYSTEM,
        )
        found = membership.actor_for(self.session, user.id, self.cast.department_id)
        assert found is not None
        self.session.rollback()
        return found
