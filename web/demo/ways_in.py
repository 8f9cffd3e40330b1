"""What did not come in by a poster or a page: told to somebody, found in an inspection, an alarm.

Without these every hazard would be a report of the staff, and the rows beside them would be empty.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from sqlalchemy import select

from engine import clock, intake, signals
from engine.actors import Actor
from engine.commands import execute
from engine.hazards.origins import Origin
from engine.reporters import Identity
from engine.store import Place
from web.demo import steps
from web.demo.casework import Case, report
from web.demo.people import MAIN
from web.demo.stage import Beginning, Stage
from web.demo.stage import found as look
from web.demo.steps import Found
from web.demo.telling import Story

_SLIP: Final = look("原料仓库", "东侧通道", "纸条：通道堆了托盘，叉车过不去", "aisle", cost="0")
_CALL: Final = look("食堂", "后厨", "电话：后厨地面有油，差点滑倒", "aisle", category="environment")
_MEETING: Final = look("二号车间", "打磨工位", "班前会：两名新来的没戴护目镜", "press",
                       category="human", cost="200")  # fmt: skip
_POST: Final = look("喷漆房", "", "岗位自查：静电接地线松动", "cabinet", cost="80")
_SPECIAL: Final = look("二号车间", "冲压线", "专项检查：两台冲床光栅被短接", "press", cost="1500")
_OFFICE: Final = look("原料仓库", "", "检查指出：灭火器压力不足三具", "aisle", cost="300")
_HANDED: Final = look("地下车库", "", "市民反映：消防卷帘下停车", "aisle", cost="0")
_SMOKE: Final = look("甲类仓库", "", "烟雾浓度超过报警值", "valve", cost="450")
_HELMET: Final = look("三号楼工地", "脚手架", "画面里有人未戴安全帽", "scaffold", category="human",
                      cost="0")  # fmt: skip
_GAS: Final = look("天山路调压站", "", "甲烷浓度 18%LEL", "valve", cost="900")


def _told(
    stage: Stage,
    found: Found,
    *,
    by: str,
    code: str = MAIN,
    channel: str = "in_person",
    source: str = "staff",
    name: str = "",
    contact: str = "",
    note: str = "",
    mode: str = "named",
) -> Case:
    """Let a member type in what somebody said."""
    crew, session = stage.crews[code], stage.teller.session
    taker = crew.login(by)
    identity: Identity | None = None
    if source not in ("government", "transferred"):
        colleague = next((one for _login, one in crew.members if one.name == name), None)
        account = str(colleague.user_id) if colleague else intake.NOBODY_HERE
        identity = intake.identity_for(
            session, actor=taker, mode=mode, name=name, contact=contact, account=account
        )
    origin = Origin(source=source, channel=channel, note=note, entered_by=taker.user_id)
    return report(
        session, crew, stage.album, _rng(stage), by=taker, scene=found.scene,
        mode=mode, identity=identity, origin=origin, **found.as_answers(),
    )  # fmt: skip


def _alarm(stage: Stage, found: Found, *, code: str, device: str, source: str) -> Case:
    """Let a device send an alarm."""
    crew, session = stage.crews[code], stage.teller.session
    place = session.scalars(
        select(Place)
        .where(Place.organisation_id == crew.organisation_id, Place.name == found.place)
        .limit(1)
    ).one()
    gateway: Actor = crew.who("reporter")
    signal = signals.Signal(
        device=device,
        source=source,
        alarm=found.text,
        place_code=place.code,
        at=clock.now(),
        confidence=0.9 + _rng(stage).randrange(9) / 100,
    )
    taken = execute(session, signals.take, signal, actor=gateway)
    rng = _rng(stage)
    return Case(
        session, crew, stage.album, rng, found.scene, gateway, taken.instance_id, taken.number, ""
    )


def _verified(case: Case, found: Found) -> Story:
    yield from steps.acknowledged(case)
    yield from steps.verified(case, found)


def _put_right(case: Case, found: Found) -> Story:
    yield from steps.planned(case, found)
    yield from steps.rectified(case, found, 2)
    yield from steps.accepted(case)


def rewarded(found: Found, **told: Any) -> Callable[[Stage], Story]:
    """Told to somebody; its reward is decided by another."""

    def telling(stage: Stage) -> Story:
        case = _told(stage, found, **told)
        yield from _verified(case, found)
        stage.teller.begin(clock.now(), steps.rewarded_after_approval(case))
        yield from _put_right(case, found)

    return telling


def unrewarded(found: Found, **told: Any) -> Callable[[Stage], Story]:
    """Found in an inspection or handed over: put right like everything else, and not paid for."""

    def telling(stage: Stage) -> Story:
        case = _told(stage, found, **told)
        yield from _verified(case, found)
        yield from _put_right(case, found)

    return telling


def alarm(found: Found, *, is_true: bool = True, **sent: Any) -> Callable[[Stage], Story]:
    """Sent by a device; true or not is said by whoever goes there."""

    def telling(stage: Stage) -> Story:
        case = _alarm(stage, found, **sent)
        yield from steps.acknowledged(case)
        if not is_true:
            yield from steps.verified(
                case, found, finding="unfounded", finding_note="误报，清洁探头后恢复"
            )
            return
        yield from steps.verified(case, found)
        yield from _put_right(case, found)

    return telling


def _rng(stage: Stage) -> Random:
    return Random(stage.rng.random())  # noqa: S311 - a story, no secret


#: Working days ago, and what then begins.
STORIES: Final[tuple[Beginning, ...]] = (
    (74, rewarded(_SLIP, by="safety", channel="slip", mode="confidential", name="老许",
                  contact="原料班")),
    (61, rewarded(_MEETING, by="repair", channel="meeting", name="陈工")),
    (52, unrewarded(_SPECIAL, by="safety-2", source="special_check", channel="in_person",
                    name="李修")),
    (45, rewarded(_CALL, by="union", channel="phone", mode="anonymous")),
    (38, unrewarded(_OFFICE, by="safety", source="government", channel="document",
                    note="区应急局 检查记录 2026-118")),
    (31, rewarded(_POST, by="safety-2", source="self_check", channel="in_person", name="马焊")),
    (58, alarm(_SMOKE, code="HG001", device="smoke-A-03", source="iot")),
    (36, alarm(_GAS, code="RQ001", device="ch4-TS-01", source="iot")),
    (29, unrewarded(_HANDED, code="GC001", by="mall-safety", source="transferred",
                    channel="document", note="12345 转办单 0717")),
    (27, alarm(_SMOKE, code="HG001", device="smoke-A-05", source="iot", is_true=False)),
    (22, alarm(_HELMET, code="JG001", device="cam-3-12", source="ai")),
)  # fmt: skip
