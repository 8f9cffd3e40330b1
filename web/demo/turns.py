"""Turns that a report may take beside the ordinary way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from engine import clock, instances, organisations, reporters
from engine.commands import execute
from web.demo import steps
from web.demo.casework import Case
from web.demo.people import MAIN
from web.demo.stage import Beginning, Stage
from web.demo.stage import found as look
from web.demo.telling import Story, after, soon


def imminent(stage: Stage) -> Story:
    """Imminent danger: people are told at once, then it goes its way within hours."""
    found = look(
        "喷漆房", "调漆间", "调漆间有很浓的溶剂味，排风没有转", "valve", category="environment"
    )
    case = stage.report(found, by="welder", imminent=True)
    yield clock.now() + timedelta(minutes=12)
    case.does(
        "acknowledge",
        case.crew.login("safety"),
        ack_note="已通知停工撤人",
        interim_controls="停止调漆，切断电源，自然通风",
    )
    yield clock.now() + timedelta(minutes=50)
    case.does(
        "verify",
        case.crew.login("safety"),
        finding="confirmed",
        category="environment",
        level="general",
        averted_accident=True,
        report_quality="good",
        rectifier=str(case.crew.login("repair").user_id),
        interim_controls="停用调漆间，专人看守",
        finding_note="排风电机皮带断裂，气体浓度接近报警值",
    )


def late(stage: Stage) -> Story:
    """Nobody took it up within 24 hours: the principal was told."""
    found = look("厂区西门", "道闸旁", "道闸的电缆拖在路面上，被车压破了皮", "cable")
    stage.report(found, by="welder")
    yield from ()


def not_a_hazard(stage: Stage) -> Story:
    """True, but no hazard: thanked, and something by rule."""
    found = look("二号车间", "检验台", "检验台下面的电线盘成一堆，看着乱", "cable")
    case = stage.report(found, by="welder")
    yield from steps.acknowledged(case)
    yield from steps.verified(
        case, found, finding="not_a_hazard", finding_note="线盘固定，没有破损和积水；已请电工整理"
    )
    yield from steps.rewarded(case)


def unverifiable(stage: Stage) -> Story:
    """It cannot be verified any more; the reporter is told why."""
    found = look("厂区西门", "", "夜里有人在围墙边烧东西", "drums", category="human")
    case = stage.report(found, by="keeper", mode="confidential")
    yield from steps.acknowledged(case)
    yield from steps.verified(
        case, found, finding="unverifiable", finding_note="监控已覆盖，现场没有痕迹"
    )


def anonymous(stage: Stage) -> Story:
    """A contractor scans a poster, leaves no name, and talks with the verifier by the code."""
    crew = stage.crews[MAIN]
    found = look("原料仓库", "东侧通道", "夜班用撬棍别住了疏散门", "aisle", category="human")
    guest = organisations.guest(stage.teller.session, crew.organisation_id)
    case = stage.cases["anonymous"] = stage.send(
        crew, found, by=guest, mode="anonymous", reporter_type="contractor"
    )
    yield from steps.acknowledged(case, "收到，今晚夜班去看")
    yield soon(case.rng)
    case.says("谢谢您。请问大概几点？是每天都这样吗？", crew.login("safety"))
    yield soon(case.rng)
    case.says("晚上十点以后，上周有三天。请不要让班长知道是我说的。")
    yield after(1, case.rng)
    case.says("明白，系统里没有您的身份。我们会按夜查安排，不提及报告。", crew.login("safety"))


def suspended(stage: Stage) -> Story:
    """Halted by the principal until the yearly shutdown; no deadline runs meanwhile."""
    found = look("喷漆房", "风管", "排风管内壁积漆较厚", "valve", cost="15000")
    case = stage.report(found, by="welder")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found)
    stage.teller.begin(clock.now(), steps.rewarded(case))
    yield from steps.planned(case, found, days=60)
    yield after(20, case.rng)
    # A suspended case's jobs are held; what it has earned was printed long before.
    stage.teller.print_certificates(case.instance_id)
    _manage(stage, case, instances.suspend, "等年度停产检修时一并清理，期间喷漆减半并加密检测")


def cancelled(stage: Stage) -> Story:
    """Ended early by the principal: the place is gone."""
    found = look("旧车棚", "", "旧车棚顶棚石棉瓦松动", "scaffold", category="environment")
    case = stage.report(found, by="keeper")
    yield from steps.acknowledged(case)
    yield after(5, case.rng)
    _manage(stage, case, instances.cancel, "旧车棚已整体拆除，隐患不再存在")


def looked_up(stage: Stage) -> Story:
    """The union opens the identity of a reporter, for a reason that stands in the history."""
    found = look("二号车间", "折弯机", "折弯机光幕被胶带遮住", "press", category="human")
    case = stage.report(found, by="worker", mode="confidential", contact="分机 8021")
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found, report_quality="good")
    stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
    yield from steps.planned(case, found)
    yield from steps.rectified(case, found, 1)
    yield from steps.accepted(case)
    yield after(10, case.rng)
    _manage(stage, case, reporters.reveal, "按制度回访报告人，了解是否受到不公对待", "union")


def _manage(
    stage: Stage,
    case: Case,
    operation: Callable[..., Any],
    reason: str,
    role: str = "principal",
) -> None:
    actor = case.crew.who(role)
    execute(stage.teller.session, operation, case.instance_id, actor=actor, reason=reason)


STORIES: Final[tuple[Beginning, ...]] = (
    (0, imminent),
    (3, late),
    (9, not_a_hazard),
    (26, unverifiable),
    (2, anonymous),
    (40, suspended),
    (35, cancelled),
    (50, looked_up),
)
