"""Training sessions of the demonstration: who was there, who signed, who is still not trained."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from engine import clock, training
from engine.commands import execute
from web.demo.stage import Beginning, Stage
from web.demo.telling import Story


def principals(stage: Stage) -> Story:
    """The department of gas and building held one, and read the list in."""
    rows = [
        ["西区燃气服务有限公司", "任气", "主要负责人"],
        ["西区燃气服务有限公司", "严查", "安全管理人员"],
        ["临空建设工程有限公司", "高建", "主要负责人"],
    ]
    _held(
        stage,
        "JGW",
        "燃气、建筑施工单位主要负责人专题培训",
        ("gas", "construction"),
        180,
        rows,
        place="区建管委二楼会议室",
    )
    yield from ()


def fire_safety(stage: Stage) -> Story:
    """The town held one for those responsible for fire safety; one signed with the code."""
    rows = [["临空广场购物中心", "范防", ""], ["松鹤养老院", "贺安", ""]]
    code = _held(
        stage,
        "CJQ",
        "消防安全责任人集中培训：大型商业综合体和养老机构",
        ("commercial", "eldercare"),
        120,
        rows,
        audience="fire_safety",
        place="街道党群服务中心",
    )
    execute(
        stage.teller.session,
        training.sign,
        code,
        enterprise="临空广场购物中心",
        name="商总",
        position="principal",
        actor=None,
    )
    yield from ()


def machinery(stage: Stage) -> Story:
    """The department of work safety held one for industry."""
    rows = [["申江机械制造有限公司", "郑总", ""], ["华泾精细化工有限公司", "华总", ""]]
    topic = "事故隐患内部报告奖励机制：第一责任人怎么抓"
    _held(stage, "YJJ", topic, ("industry_trade", "hazchem"), 240, rows, place="区应急管理局")
    yield from ()


def _held(
    stage: Stage,
    holder: str,
    topic: str,
    sectors: Sequence[str],
    minutes: int,
    rows: list[list[str]],
    *,
    place: str,
    audience: str = "principal",
) -> str:
    """Enter a session of yesterday, read its list in, and open its sheet; gives the code."""
    session, officer = stage.teller.session, stage.crews[holder].who("officer")
    facts = training.Facts(
        topic=topic,
        audience=audience,
        sectors=sectors,
        held_on=clock.local_date() - timedelta(days=1),
        minutes=minutes,
        place=place,
    )
    lesson = execute(session, training.plan, facts, actor=officer)
    execute(session, training.take, lesson.id, rows, actor=officer)
    return execute(session, training.open_sheet, lesson.id, actor=officer)


STORIES: Final[tuple[Beginning, ...]] = ((58, machinery), (34, principals), (9, fire_safety))
