"""Names by consent and last month's honours of the demonstration; they look back on the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from engine import clock, naming
from engine.commands import execute
from engine.honours import deciding, proposing
from web.demo.people import MAIN, Crew
from web.demo.telling import Story, Teller

#: Login, title, reason and reward of people; whether they agree.
_PEOPLE: Final = (
    ("worker", "隐患排查能手", "巡检细，报告及时，说得清部位和风险", "奖金 500 元", True),
    ("repair", "整改先进个人", "整改不拖，一次验收合格率高", "", True),
    ("accept", "安全标兵", "验收严格，敢退回重做", "", False),
)
_TEAM: Final = ("二号车间", "先进班组", "报告多、改得快，班前会逐条讲评", "流动红旗一面")
_WAITING: Final = ("食堂", "先进班组", "燃气报警器每天点检，问题当天处理")


def begin(teller: Teller, crews: Mapping[str, Crew]) -> None:
    """Let people agree yesterday, and the union propose."""
    teller.begin(teller.until - timedelta(hours=20), _told(teller.session, crews[MAIN]))


def _told(session: Session, crew: Crew) -> Story:
    for login in ("worker", "repair", "safety"):
        execute(session, naming.agree, actor=crew.login(login))
    yield clock.now() + timedelta(hours=1)
    today = clock.local_date()
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    union, boss = crew.login("union"), crew.login("boss")
    for login, title, reason, reward, agrees in _PEOPLE:
        person = crew.login(login)
        row = execute(
            session,
            proposing.propose,
            period=month,
            given={"title": title, "reason": reason, "reward": reward},
            user_id=person.user_id,
            actor=union,
        )
        execute(session, deciding.decide, row.id, actor=boss)
        if agrees:
            execute(session, deciding.agree, row.id, actor=person)
    place, title, reason, reward = _TEAM
    given = {"title": title, "reason": reason, "reward": reward}
    row = execute(session, proposing.propose, period=month, given=given, team=place, actor=union)
    yield clock.now() + timedelta(hours=1)
    execute(session, deciding.decide, row.id, actor=boss)
    place, title, reason = _WAITING
    given = {"title": title, "reason": reason}
    execute(session, proposing.propose, period=month, given=given, team=place, actor=union)
