"""Campaigns of the demonstration: a selection that was decided, a collection that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.campaigns import assigning, deciding, entering, panel, placing, reviewing, running
from engine.campaigns.plan import Award, Criterion, Plan, Question
from engine.commands import execute
from engine.store import tables as t
from web.demo.people import MAIN, OFFICE, Crew
from web.demo.telling import Story, Teller

_BASIS: Final = "长安委〔2025〕1号 三（一）"
_CONTACT: Final = "区安委办 管信 021-22050000"
#: How long the selection took cases.
_DAYS: Final = 13
_SPENT: Final = {"q1": "三千二百元；三个月漏水报警为零。"}
#: Who may judge: organisation and login.
_PANEL: Final = (("YJJ", "officer-2"), ("JYJ", "officer-education"), ("JGW", "officer-building"))
#: What each of them gives, and says.
_SHEETS: Final = (
    ((27, 36, 28), "做法简单，同类单位马上能用"),
    ((24, 33, 27), "成效有数据，建议补充投入"),
    ((25, 35, 26), "可以写进行业指引"),
)


def begin(teller: Teller, crews: Mapping[str, Crew]) -> None:
    """Let the office select the best cases of the year, and collect more for the city.

    The typical cases are told a day before the end; on that day the selection closes.
    """
    last = teller.until - timedelta(hours=25)
    teller.begin(last - timedelta(days=_DAYS), _selection(teller.session, crews, last))
    teller.begin(teller.until - timedelta(minutes=50), _collection(teller.session, crews))


def _selection(session: Session, crews: Mapping[str, Crew], last: datetime) -> Story:
    director = crews[OFFICE].who("director")
    plan = Plan(
        kind="selection",
        title=f"{clock.local_date(last).year} 年隐患内部报告奖励优秀案例评选",
        basis=_BASIS,
        contact=_CONTACT,
        call="隐患已经销号、做法看得懂学得会。优先推荐一线职工报告、花钱不多、见效快的。",
        opens_on=clock.local_date(),
        closes_on=clock.local_date(last),
        kinds=("department", "town", "group", "enterprise"),
        questions=(Question("", "花了多少、减少了什么", True, 200),),
        criteria=(
            Criterion("", "创新性", 30), Criterion("", "成效", 40), Criterion("", "可推广", 30),
        ),
        awards=(Award("", "一等奖", 1), Award("", "二等奖", 2), Award("", "三等奖", 3)),
    )  # fmt: skip
    made = execute(session, running.draft, plan, actor=director).id
    execute(session, running.open_it, made, actor=director)
    yield last
    cases = _cases(session, crews)
    if len(cases) < 2:
        return
    principal = crews[MAIN].who("principal")
    execute(session, entering.enter, made, cases[MAIN], _SPENT, actor=principal)
    words = "不花钱，一天就能做完，化工仓库都能照做。"
    town = crews["XJZ"].who("officer")
    execute(
        session, entering.enter, made, cases["HG001"], {"q1": "没有花钱。"},
        recommendation=words, actor=town,
    )  # fmt: skip
    # Two hours before the end it is the day after, wherever midnight falls.
    yield last + timedelta(hours=24)
    execute(session, running.judge, made, actor=director)
    judges = [crews[code].login(login) for code, login in _PANEL]
    picked = [
        (one.user_id, one.organisation_id)
        for one in judges
        if one.user_id is not None and one.organisation_id is not None
    ]
    execute(session, panel.add, made, picked, actor=director)
    execute(session, assigning.assign_evenly, made, 2, actor=director)
    for judge, (points, note) in zip(judges, _SHEETS, strict=True):
        waiting = reviewing.mine(session, actor=judge)
        session.rollback()
        for one in waiting:
            scores = {f"c{number}": given for number, given in enumerate(points, start=1)}
            execute(
                session, reviewing.give, one.entry_id, scores, {"c2": note},
                version=1, actor=judge,
            )  # fmt: skip
    _decide(session, crews, made)


def _decide(session: Session, crews: Mapping[str, Crew], made: UUID) -> None:
    director = crews[OFFICE].who("director")
    campaign = session.get_one(t.Campaign, (director.organisation_id, made))
    order = deciding.standings(session, campaign).order
    chosen = placing.proposed(order, campaign.awards)
    session.rollback()
    execute(session, deciding.decide, made, chosen, _ties(order), actor=director)
    execute(session, running.publish, made, actor=director)


def _ties(order: list[placing.Placed]) -> dict[UUID, str]:
    return {one.entry_id: "同分，按推广面大小取舍" for one in order if one.tied}


def _collection(session: Session, crews: Mapping[str, Crew]) -> Story:
    director = crews[OFFICE].who("director")
    today = clock.local_date()
    plan = Plan(
        kind="collection",
        title=f"{today.year} 年市级典型案例征集",
        basis="市应急管理局关于报送典型案例的通知",
        contact=_CONTACT,
        call="各部门、街镇、集团至少报送一个，注明报送单位。",
        opens_on=today,
        closes_on=today + timedelta(days=20),
        kinds=("department", "town", "group"),
    )
    made = execute(session, running.draft, plan, actor=director).id
    execute(session, running.open_it, made, actor=director)
    cases = _cases(session, crews)
    if "HG001" in cases:
        execute(
            session, entering.enter, made, cases["HG001"], {},
            recommendation="镇里三家化工仓库已经照做。", actor=crews["XJZ"].who("officer"),
        )  # fmt: skip
    yield clock.now()


def _cases(session: Session, crews: Mapping[str, Crew]) -> dict[str, UUID]:
    """Give the published cases of the demonstration by the code of their enterprise."""
    codes = {crews[code].organisation_id: code for code in (MAIN, "HG001")}
    rows = session.execute(
        select(t.Practice.organisation_id, t.Practice.id).where(
            t.Practice.state == "published", t.Practice.organisation_id.in_(codes)
        )
    ).all()
    session.rollback()
    return {codes[row.organisation_id]: row.id for row in rows}
