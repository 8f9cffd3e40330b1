"""Guidance visits of the demonstration: one closed, one with an overdue follow-up, one planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine import clock, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.guidance import answering, planning
from engine.store.tables import FollowUp, Task
from web.demo.people import MAIN, Crew
from web.demo.stage import Beginning, Stage
from web.demo.telling import Story, after, soon

_VISITORS: Final = "YJJ"
_ITEMS: Final = (
    "rules_issued", "union_heard", "rules_published", "reporters_protected", "list_ready",
    "staff_know", "channels_work", "feedback_given", "sampled_closed", "standard_fair",
    "rewards_paid", "records_kept",
)  # fmt: skip


@dataclass
class Visit:
    """One visit on its way."""

    stage: Stage
    to: Crew
    id: UUID

    @classmethod
    def plan(cls, stage: Stage, code: str, *, in_days: int, plan_number: str) -> Visit:
        """Let two officers plan to go."""
        by, to = stage.crews[_VISITORS], stage.crews[code]
        going = [str(one.user_id) for one in by.all_with("officer")]
        answers = {
            "plan_kind": "annual",
            "plan_number": plan_number,
            "planned_on": (clock.local_date() + timedelta(days=in_days)).isoformat(),
            "visitors": going[:2],
            "announce": True,
            "purpose": "看制度、清单、渠道和奖励兑现",
        }
        visit = execute(
            stage.teller.session,
            planning.plan,
            to.organisation_id,
            answers,
            actor=by.login("officer"),
        )
        return cls(stage, to, visit)

    def does(self, key: str, by: str, **answers: Any) -> None:
        """Complete the open task `key` as somebody of the department."""
        session = self.stage.teller.session
        task_id = session.scalars(
            select(Task.id).where(
                Task.instance_id == self.id, Task.key == key, Task.state == "open"
            )
        ).one()
        actor = self.stage.crews[_VISITORS].login(by)
        execute(session, tasks.complete, task_id, answers, actor=actor)

    def goes(self, met: str, **found: tuple[str, str]) -> None:
        """Record the visit; what is not named was found to be there."""
        answers: dict[str, Any] = {f"found_{item}": "yes" for item in _ITEMS}
        for item, (value, note) in found.items():
            answers |= {f"found_{item}": value, f"note_{item}": note}
        self.does("visit", "officer", visited_on=_today(), met=met, **answers)

    def advises(self, opinion: str, *, in_days: int) -> None:
        """Write the opinion and have it signed."""
        by = clock.local_date() + timedelta(days=in_days)
        self.does("advise", "officer-2", opinion=opinion, answer_by=by.isoformat())
        self.does("sign_opinion", "chief", signed=True)

    def answers(self, item: str, text: str, by: Actor) -> None:
        """Let the enterprise answer a follow-up."""
        session = self.stage.teller.session
        asked = session.scalars(
            select(FollowUp.id).where(FollowUp.visit_id == self.id, FollowUp.item == item)
        ).one()
        execute(session, answering.answer, asked, text=text, actor=by)


def _today() -> str:
    return clock.local_date().isoformat()


def closed(stage: Stage) -> Story:
    """Everything that was asked was done and checked."""
    visit = Visit.plan(stage, MAIN, in_days=3, plan_number="2026 年度监督检查计划 017")
    yield after(3, stage.rng)
    visit.goes(
        "郑总 总经理",
        rules_published=("partly", "公示栏在办公楼，车间没有张贴"),
        staff_know=("partly", "抽问五人，一人不知道扫码报告"),
    )
    yield soon(stage.rng)
    visit.advises(
        "机制已经建立，渠道畅通，奖励兑现及时。请把制度张贴到车间，并让每个岗位知道怎么报。",
        in_days=15,
    )
    yield after(4, stage.rng)
    boss = visit.to.login("boss")
    visit.answers("rules_published", "三个车间门口和食堂都已张贴制度和张贴页。", boss)
    visit.answers("staff_know", "班前会讲了三次，新来的两人也扫码试过。", visit.to.login("safety"))
    yield after(3, stage.rng)
    visit.does(
        "recheck",
        "officer",
        check_rules_published="passed",
        check_staff_know="passed",
        recheck_note="现场抽问五人，都能说清楚",
    )


def overdue(stage: Stage) -> Story:
    """One follow-up was answered, one is late."""
    visit = Visit.plan(stage, "HG001", in_days=2, plan_number="危险化学品专项执法 2026-09")
    yield after(2, stage.rng)
    visit.goes(
        "华总 主要负责人",
        feedback_given=("partly", "抽查的四件中，一件超过三天才答复报告人"),
        rewards_paid=("no", "两件已批准的奖励还没有发放"),
    )
    yield soon(stage.rng)
    visit.advises(
        "制度和清单齐全，核查整改认真。请及时答复报告人，并尽快发放已批准的奖励。", in_days=10
    )
    yield after(4, stage.rng)
    visit.answers("feedback_given", "已指定安全科每天看一次待办。", visit.to.login("chem-safety"))


def planned(stage: Stage) -> Story:
    """They go next week."""
    Visit.plan(stage, "DX001", in_days=6, plan_number="2026 年度监督检查计划 031")
    yield from ()


STORIES: Final[tuple[Beginning, ...]] = ((45, closed), (16, overdue), (1, planned))
