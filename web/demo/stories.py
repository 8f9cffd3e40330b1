"""A hazard in every state of its ordinary way, all in one enterprise.

Each begins so many working days ago that it now stands where its name says.
"""

from __future__ import annotations

from typing import Final

from engine import clock
from web.demo import steps
from web.demo.stage import Beginning, Stage
from web.demo.stage import found as look
from web.demo.telling import Story, after, soon


def reported(stage: Stage) -> Story:
    """Reported this morning, and nobody has taken it up yet."""
    found = look("二号车间", "冲压线 5 号冲床", "防护栏被拆下来没有装回去", "press")
    stage.report(found, by="worker")
    yield from ()


def acknowledged(stage: Stage) -> Story:
    """Taken up, and claimed by the one who will go and look."""
    found = look("食堂", "冷库门口", "冷库门口的配电箱滴水，开灯时冒火花", "cabinet")
    case = stage.report(found, by="keeper", mode="confidential")
    yield from steps.acknowledged(case, "今天安排核查")
    yield soon(case.rng)
    case.claim("verify", case.crew.login("safety"))


def planning(stage: Stage) -> Story:
    """Verified; the plan is being written."""
    found = look("二号车间", "行车轨道", "5 吨行车限位开关不动作", "press", item="GEN-03")
    case = stage.report(found, by="worker")
    yield from steps.acknowledged(case)
    yield after(1, case.rng)
    case.does("verify", case.crew.login("safety"), **steps.finding(case, found))


def rectifying(stage: Stage) -> Story:
    """Planned and under way, in time; somebody else reports it once more."""
    found = look(
        "配电室",
        "",
        "配电室门口应急灯不亮",
        "cabinet",
        cost="260",
        measures="更换应急灯，排查全厂应急照明",
    )
    case = stage.cases["rectifying"] = stage.report(found, by="worker")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found)
    stage.teller.begin(clock.now(), steps.rewarded(case))
    yield from steps.planned(case, found, days=21)
    yield soon(case.rng)
    again = stage.report(found, by="keeper")
    yield from steps.acknowledged(again)
    yield from steps.verified(
        again, found, finding="duplicate", duplicate_of=case.number, finding_note="已在整改"
    )


def overdue(stage: Stage) -> Story:
    """Not put right in time: reminded on the day, and three days later the principal was told."""
    found = look(
        "原料仓库",
        "二层货架",
        "重型货架立柱被叉车撞弯",
        "scaffold",
        cost="8600",
        measures="卸货停用，委托厂家更换立柱",
    )
    case = stage.report(found, by="keeper")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found, report_quality="good")
    stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
    yield from steps.planned(case, found, days=10)


def failed_twice(stage: Stage) -> Story:
    """Acceptance failed twice; it is being put right for the third time."""
    found = look(
        "二号车间",
        "空压机房",
        "储气罐安全阀铅封脱落，校验过期",
        "valve",
        cost="1200",
        measures="安全阀送检，恢复铅封",
        done="安全阀已送检",
    )
    case = stage.report(found, by="worker")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found)
    stage.teller.begin(clock.now(), steps.rewarded(case))
    yield from steps.planned(case, found, days=12)
    yield from steps.rectified(case, found, 2)
    yield from steps.failed(case, "校验报告没有拿到", 7)
    yield from steps.rectified(case, found, 2)
    yield from steps.failed(case, "铅封编号与报告不一致", 21)


def awaiting_acceptance(stage: Stage) -> Story:
    """Put right; another person has to look."""
    found = look("食堂", "后厨", "燃气报警器探头被油污堵住", "valve", cost="150")
    case = stage.report(found, by="worker", mode="confidential")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found)
    stage.teller.begin(clock.now(), steps.rewarded(case))
    yield from steps.planned(case, found)
    yield from steps.rectified(case, found, 1)


def closed_unpaid(stage: Stage) -> Story:
    """Closed; the reward, over the limit, waits for approval. Neither waits for the other."""
    found = look("二号车间", "钻床", "钻床没有防护罩，切屑飞出", "press", cost="320")
    case = stage.report(found, by="keeper")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found, report_quality="good")
    yield from steps.planned(case, found)
    yield from steps.rectified(case, found, 2)
    yield from steps.accepted(case)


def unconfirmed(stage: Stage) -> Story:
    """Closed and paid; the reporter has not yet said that the money came."""
    found = look(
        "配电室",
        "低压柜",
        "低压柜上方管道滴水，水顺着柜顶流进柜内",
        "cabinet",
        cost="1800",
        measures="断电检查，移改管道，更换柜顶密封",
        done="管道已移到墙外，密封已换，绝缘测试合格",
    )
    case = stage.report(found, by="worker")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found, basis="本单位《电气设备管理制度》第三章")
    stage.teller.begin(clock.now(), steps.paid(case))
    yield from steps.planned(case, found)
    yield from steps.rectified(case, found, 2)
    yield from steps.accepted(case)


def refused(stage: Stage) -> Story:
    """No reward: it was the reporter's own duty, and the reason is told."""
    found = look("二号车间", "工具间", "砂轮机托架间隙过大", "press", cost="60")
    case = stage.report(found, by="repair")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found, report_quality="good", fixed_on_spot=False)
    refusal = steps.approved(
        case, approved=False, refusal_reason="本人负责维护的设备，按制度不奖励"
    )
    stage.teller.begin(clock.now(), refusal)
    yield from steps.planned(case, found)
    yield from steps.rectified(case, found, 2)
    yield from steps.accepted(case)


def own_report(stage: Stage) -> Story:
    """The safety officer reports; another verifier has to verify."""
    found = look("二号车间", "登高作业", "登高车未放支腿就作业", "scaffold", category="human")
    case = stage.report(found, by="safety")
    yield from steps.acknowledged(case)
    yield from steps.verified(
        case, found, by=case.crew.login("safety-2"), on_duty_finding=True, fixed_on_spot=True
    )
    stage.teller.begin(clock.now(), steps.rewarded(case))
    yield from steps.rectified(case, found, 1)
    yield from steps.accepted(case)


STORIES: Final[tuple[Beginning, ...]] = (
    (0, reported),
    (1, acknowledged),
    (3, planning),
    (7, rectifying),
    (24, overdue),
    (18, failed_twice),
    (8, awaiting_acceptance),
    (12, closed_unpaid),
    (15, unconfirmed),
    (30, refused),
    (22, own_report),
)
