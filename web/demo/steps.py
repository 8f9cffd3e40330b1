"""The steps that stories of the demonstration are made of."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine import clock
from engine.actors import Actor
from web.demo import sectors
from web.demo.casework import Case
from web.demo.telling import Story, after, soon

_SIX_ELEMENTS: Final = {
    "plan_goal": "消除重大事故隐患，恢复安全状态",
    "plan_methods": "停用相关部位，委托有资质单位设计、施工、检测",
    "plan_resources": "专项经费已批，物资已订购",
    "plan_people": "主要负责人牵头，设备、安全部门实施",
    "plan_schedule": "分三步：隔离、施工、检测验收，每周报告进度",
    "plan_safety": "施工期间专人监护，配气体检测和灭火器材，预案已演练",
}


class Found(NamedTuple):
    """A hazard that somebody may find in a sector, and how it is put right."""

    sector: str
    place: str
    part: str
    text: str
    category: str
    item: str
    scene: str
    cost: str
    measures: str
    done: str

    def as_answers(self) -> dict[str, Any]:
        """Give what the reporter writes."""
        said = {"place": self.place, "part": self.part, "description": self.text, "kind": "hazard"}
        return said | ({"checklist_item": self.item} if self.item else {})


def catalogue() -> list[Found]:
    """Give the hazards of the file beside this one."""
    with Path(__file__).with_name("hazards.csv").open(encoding="utf-8", newline="") as file:
        return [Found(**row) for row in csv.DictReader(file)]


def acknowledged(case: Case, note: str = "") -> Story:
    """Somebody takes the report on within hours."""
    yield soon(case.rng)
    case.does("acknowledge", case.crew.who("verifier"), ack_note=note)


def verified(case: Case, found: Found, by: Actor | None = None, **more: Any) -> Story:
    """A verifier goes there, and finds it true unless `more` says otherwise."""
    by = by or case.crew.who("verifier")
    yield from _taken_on(case, "verify", by, after(case.rng.choice((0, 1, 1, 2)), case.rng))
    case.does("verify", by, **(finding(case, found) | more))


def planned(case: Case, found: Found, days: int = 10, *, major: bool = False) -> Story:
    """Who, how, with what money and until when is written down."""
    yield after(1, case.rng)
    rectifier = case.crew.who("rectifier")
    case.does(
        "plan",
        rectifier,
        rectifier=str(rectifier.user_id),
        measures=found.measures,
        fund_plan=found.cost,
        due_on=str(clock.local_date() + timedelta(days=days)),
        contingency="发现险情立即停用、撤人，并报告安全部",
        interim_controls="拉警戒线，专人看守，班前会告知",
        **(_SIX_ELEMENTS if major else {}),
    )


def rectified(case: Case, found: Found, days: int | None = None) -> Story:
    """It is put right, with a photo."""
    yield after(case.rng.randint(1, 5) if days is None else days, case.rng)
    case.does(
        "rectify",
        case.crew.who("rectifier"),
        done_note=found.done,
        photos_after=True,
        control_type=case.rng.choice(("elimination", "engineering", "engineering")),
        fund_actual=found.cost,
    )


def accepted(case: Case) -> Story:
    """Another person finds it in order."""
    yield after(case.rng.choice((1, 1, 2)), case.rng)
    case.does(
        "accept",
        _other(case),
        result="passed",
        accept_note="现场复查，符合要求",
        publicised=["shift_meeting", "notice_board"],
    )


def failed(case: Case, note: str, days: int) -> Story:
    """Another person finds that something is missing, and gives so many days more."""
    yield after(1, case.rng)
    due_on = str(clock.local_date() + timedelta(days=days))
    case.does("accept", _other(case), result="failed", accept_note=note, due_on=due_on)


def determined(case: Case, marks: dict[int, tuple[str, str]], criterion: str) -> Story:
    """A major is determined condition by condition: number → (met, evidence)."""
    yield soon(case.rng)
    ticks = {f"met_{n}": met for n, (met, _evidence) in marks.items()}
    evidence = {f"evidence_{n}": text for n, (_met, text) in marks.items() if text}
    case.does(
        "determine",
        case.crew.who("verifier"),
        criterion=criterion,
        level="major",
        determination_note="逐条核对，符合判定标准",
        **ticks,
        **evidence,
    )


def reported_twice(case: Case, found: Found, authority: str, **more: Any) -> Story:
    """The authority and the workers' congress are told of a major (Work Safety Law art. 41).

    `more` is what the report to the authority says besides, such as that it supervises the major.
    """
    yield soon(case.rng)
    verifier = case.crew.who("verifier")
    case.does(
        "report_authority",
        verifier,
        reported_to_authority=str(clock.local_date()),
        authority_name=authority,
        authority_method="system",
        authority_proof=f"回执 {clock.local_date():%m%d}-07",
        hazard_state=found.text,
        hazard_harm="可能造成人员伤亡；已停用，整改难度中等",
        **more,
    )
    yield soon(case.rng)
    case.does(
        "report_union",
        verifier,
        reported_to_union=str(clock.local_date()),
        union_method="union",
        union_proof="工会委员会签收",
    )


def told_employer(case: Case, found: Found) -> Story:
    """On a building site the employer concerned is told in writing, and answers in writing."""
    yield soon(case.rng)
    by = clock.local_date() + timedelta(days=7)
    case.does(
        "notify_employer",
        case.crew.who("verifier"),
        employer_told_whom="现场负责人 章工",
        employer_told_on=str(clock.local_date()),
        employer_asked=found.measures,
        employer_due_on=str(by),
        employer_stop="part",
        employer_stopped=found.part,
    )
    yield soon(case.rng)
    case.does(
        "employer_reply",
        case.crew.who("rectifier"),
        employer_answers="章工",
        employer_measures="该作业面停工，拉警戒",
        employer_done_by=str(by),
    )


def approved(case: Case, **answers: Any) -> Story:
    """A reward over the limit is decided on."""
    yield after(case.rng.randint(1, 3), case.rng)
    case.does("approve_reward", case.crew.who("approver"), **({"approved": True} | answers))


#: What is given instead of money to a few: points to shop with, or goods.
_INSTEAD: Final[Mapping[int, dict[str, Any]]] = {
    3: {"method": "points", "points_rate": 25},
    7: {"method": "goods", "gift": "防护手套和反光背心一套"},
}


def paid(case: Case) -> Story:
    """Finance pays, or gives something that is worth as much."""
    finance = case.crew.who("finance")
    yield from _taken_on(case, "pay_reward", finance, after(case.rng.randint(2, 6), case.rng))
    day, entry = clock.local_date(), case.rng.randint(1, 60)
    way: dict[str, Any] = {"method": case.rng.choice(("transfer", "transfer", "wage"))}
    case.does(
        "pay_reward",
        finance,
        paid_on=str(day),
        voucher=f"记-{day:%m%d}-{entry:02d}",
        funding_line="safety_expense",
        **(way | _INSTEAD.get(entry % 12, {})),
    )


def received(case: Case) -> Story:
    """The reporter says that the money has come, with the receipt code if they left no name."""
    yield after(case.rng.choice((0, 1, 2)), case.rng)
    case.does("confirm_reward", case.by_code, received="yes")


def rewarded(case: Case) -> Story:
    """The reward goes its own way, beside the rectification."""
    yield from paid(case)
    yield from received(case)


def rewarded_after_approval(case: Case) -> Story:
    """As `rewarded`, over the limit."""
    yield from approved(case)
    yield from rewarded(case)


def finding(case: Case, found: Found) -> dict[str, Any]:
    """Give a verifier's answers when the report is true."""
    return {
        "finding": "confirmed",
        "category": found.category,
        "level": "general",
        "rectifier": str(case.crew.who("rectifier").user_id),
        "interim_controls": "拉警戒线，提醒周围人员",
        "finding_note": "到现场查看，情况属实",
        "talk_note": "已当面说明核查结果",
        "report_quality": "normal",
        **sectors.ANSWERS.get(case.crew.sector, {}),
    }


def _taken_on(case: Case, key: str, by: Actor, done_at: datetime) -> Story:
    """Somebody takes a task on an hour before it is done."""
    begun_at = done_at - timedelta(hours=1)
    if begun_at > clock.now():
        yield begun_at
        case.claim(key, by)
    yield done_at


def _other(case: Case) -> Actor:
    """Give an acceptor who is not the one who rectifies, where the firm has one."""
    rectifier = case.crew.who("rectifier")
    others = [one for one in case.crew.all_with("acceptor") if one != rectifier]
    return others[0] if others else rectifier
