"""A selection of typical cases in the district of 甲, from its draft to its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import accounts, clock, jobs, membership
from engine.actors import SYSTEM, Actor
from engine.campaigns import deciding, entering, panel, reviewing, running
from engine.campaigns.plan import Award, Criterion, Plan, Question
from engine.clock import LOCAL_ZONE
from engine.commands import execute
from engine.practices import nominating
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast

STORY = {"background": "柜内进水", "action": "加防水罩", "effect": "不再进水"}
ANSWERS = {"q1": "花费三千二百元", "q2": ""}


def plan(**other: Any) -> Plan:
    """Give a selection that takes cases for ten days from today."""
    today = clock.local_date()
    return replace(
        Plan(
            kind="selection",
            title="2026 年隐患内部报告优秀案例评选",
            basis="长安委〔2025〕1号",
            contact="安委办 管信 021-5555",
            opens_on=today,
            closes_on=today + timedelta(days=10),
            kinds=("department", "town", "group", "enterprise"),
            questions=(
                Question("", "花费多少、减少多少", True, 200),
                Question("", "推广到了哪些单位", False, 1000),
            ),
            criteria=(Criterion("", "创新", 40), Criterion("", "成效", 60)),
            awards=(Award("", "一等奖", 1), Award("", "二等奖", 2)),
        ),
        **other,
    )


class Selecting:
    """An office, its departments and streets, and three consented cases of 甲."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        self.director = cast.office
        self.second = self.member(cast.department_id, "second", "石科", "officer")
        self.third = self.member(cast.town_id, "third", "田科", "officer")
        self.fourth = self.member(cast.office_id, "fourth", "管信", "officer")
        self.cases = [self.case(f"第 {number} 个案例的标题") for number in (1, 2, 3)]
        self.campaign: UUID = self.does(running.draft, plan(), actor=self.director).id

    def does(self, operation: Any, *args: Any, **kwargs: Any) -> Any:
        """Do something, committed."""
        return execute(self.session, operation, *args, **kwargs)

    def member(self, unit: UUID, login: str, name: str, role: str) -> Actor:
        """Enter somebody who belongs to a unit."""
        user = self.does(
            accounts.add_user, login=login, name=name, password=None, organisation_id=unit,
            roles=[role], actor=SYSTEM,
        )  # fmt: skip
        found = membership.actor_for(self.session, user.id, unit)
        assert found is not None
        self.session.rollback()
        return found

    def case(self, title: str, owner: UUID | None = None, *, by: Actor | None = None) -> UUID:
        """Write a typical case that its enterprise has not agreed to, and let it agree."""
        principal = by or self.cast.principal
        row = t.Practice(
            organisation_id=owner or self.cast.enterprise_id,
            id=new_id(),
            instance_id=None,
            title=title,
            state="nominated",
            dimensions=["machine"],
            sector="industry_trade",
            story=STORY,
            photos=[],
            is_named=False,
            level="district",
            version=1,
            nominated_at=clock.now(),
            nominated_by=principal.user_id,
            scores={},
        )
        self.session.add(row)
        self.session.flush()
        self.session.add(
            t.PracticeText(
                organisation_id=row.organisation_id, practice_id=row.id, version=1, title=title,
                dimensions=["machine"], story=STORY, written_at=clock.now(),
                written_by=principal.user_id,
            )
        )  # fmt: skip
        self.session.commit()
        self.does(nominating.consent, row.id, is_named=False, photos=[], actor=principal)
        return row.id

    def opens(self) -> None:
        """Open it."""
        self.does(running.open_it, self.campaign, actor=self.director)

    def enter(self, number: int = 0, actor: Actor | None = None, **other: Any) -> UUID:
        """Let the enterprise enter one of its cases."""
        said = {"answers": ANSWERS, **other}
        case = self.cases[number]
        by = actor or self.cast.principal
        entry: UUID = self.does(entering.enter, self.campaign, case, **said, actor=by)
        return entry

    def recommend(self, number: int, actor: Actor) -> UUID:
        """Let a unit hand a case in."""
        return self.enter(number, actor, recommendation="做法实在，值得推广")

    def judging(self, clock_: Any, *, panel_of: list[Actor] | None = None) -> None:
        """Let the last day pass, and choose who judges."""
        clock_.move_to(at(self.row().closes_on + timedelta(days=1), "09:00"))
        self.does(running.judge, self.campaign, actor=self.director)
        self.choose(*(panel_of or [self.second, self.third, self.fourth]))

    def choose(self, *people: Actor) -> None:
        """Take people into the panel."""
        picked = [(one.user_id, one.organisation_id) for one in people]
        self.does(panel.add, self.campaign, picked, actor=self.director)

    def score(self, entry: UUID, actor: Actor, *points: int) -> None:
        """Let somebody judge an entry."""
        scores = {f"c{number}": given for number, given in enumerate(points, start=1)}
        self.does(reviewing.give, entry, scores, {"c1": "有新意"}, version=1, actor=actor)

    def decide(self, chosen: dict[UUID, str], reasons: dict[UUID, str] | None = None) -> None:
        """Let the director decide."""
        self.does(deciding.decide, self.campaign, chosen, reasons or {}, actor=self.director)

    def row(self) -> t.Campaign:
        """Give the campaign as it stands."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(t.Campaign).where(t.Campaign.id == self.campaign)).one()

    def entry(self, entry_id: UUID) -> t.CampaignEntry:
        """Give an entry as it stands."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(
            select(t.CampaignEntry).where(t.CampaignEntry.id == entry_id)
        ).one()

    def steps(self) -> list[str]:
        """Give what the trail says, in order."""
        self.session.rollback()
        step = t.CampaignStep
        return list(self.session.scalars(select(step.what).order_by(step.id)))

    def run_jobs(self) -> None:
        """Do what is due."""
        self.session.rollback()
        while jobs.run_due(self.session):
            pass

    def notices(self, key: str) -> list[Any]:
        """Give who was told, once for each time."""
        self.session.rollback()
        notice = t.Notification
        return list(self.session.scalars(select(notice.user_id).where(notice.kind == key)))


def at(day: date, time: str) -> datetime:
    """Give a moment by China's clock."""
    return datetime.fromisoformat(f"{day.isoformat()} {time}").replace(tzinfo=LOCAL_ZONE)
