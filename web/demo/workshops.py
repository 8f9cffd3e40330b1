"""Two enterprises of the demonstration with workshops and teams, and those who work in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, teams
from engine.actors import Actor
from engine.commands import execute
from engine.membership import actor_for
from engine.teams import taking
from web.demo import months, steps
from web.demo.casework import Album
from web.demo.people import MAIN, Crew
from web.demo.telling import Story, Teller, working_moment

_CHEMICAL: Final = "HG001"
_SEED: Final = 20250127
#: Team → logins of those who are there already, and names of those who come with the sheet.
_PEOPLE: Final[Mapping[str, Mapping[str, str]]] = {
    MAIN: {
        "二号车间/冲压班": "worker repair 丁冲 于压 万模 卫床 方料 史钢",
        "二号车间/焊接班": "welder 白焊 包弧 邓条 冯枪 高温",
        "二号车间/喷漆班": "谷漆 韩喷 胡罩",
        "仓储部": "keeper 贾库 江货 金叉 康托 雷架",
        "后勤部": "accept 梁厨 柳洁 罗保",
    },
    _CHEMICAL: {
        "反应车间/一班": "chem-staff 孟釜 倪泵 潘阀 钱仪 秦罐",
        "反应车间/二班": "chem-repair 任表 阮管 沈塔 石槽 宋压",
        "储运部": "谭车 唐栈 陶桶 汪磅",
    },
}
#: Place → who looks after it.
_AREAS: Final[Mapping[str, Mapping[str, str]]] = {
    MAIN: {
        "二号车间": "二号车间", "喷漆房": "二号车间/喷漆班", "原料仓库": "仓储部", "食堂": "后勤部",
    },
    _CHEMICAL: {"反应车间": "反应车间", "甲类仓库": "储运部", "装卸区": "储运部"},
}  # fmt: skip
#: Reports of those who came with the sheet.
_REPORTS: Final = {MAIN: 9, _CHEMICAL: 6}


def enter(session: Session, crews: Mapping[str, Crew]) -> dict[str, list[Actor]]:
    """Take the people in with their teams; gives those who came, who cannot sign in yet."""
    return {code: _enter(session, crews[code]) for code in _PEOPLE}


def begin(
    teller: Teller,
    crews: Mapping[str, Crew],
    came: Mapping[str, list[Actor]],
    album: Album,
) -> None:
    """Begin the stories of what they report, and of one who moves."""
    rng = Random(_SEED)  # noqa: S311 - a story, no secret
    first = clock.local_date(teller.until) - timedelta(days=months.DAYS_TOLD)
    for code, people in came.items():
        crew = crews[code]
        found = [one for one in steps.catalogue() if one.sector == crew.sector]
        for number, day in enumerate(months.days(first, _REPORTS[code], rng)):
            story = months.ordinary(
                teller, crew, album, found[-1 - number % len(found)],
                Random(rng.random()),  # noqa: S311 - a story, no secret
                by=people[number * 5 % len(people)],
            )  # fmt: skip
            teller.begin(working_moment(day, rng), story)
    moment = teller.until - timedelta(days=40)
    teller.begin(moment, _moves(teller.session, crews[MAIN], came[MAIN][0], "二号车间/焊接班"))


def _moves(session: Session, crew: Crew, who: Actor, path: str) -> Story:
    admin = crew.login("admin")
    to = {node.path: node.id for node in teams.listed(session, actor=admin)}[path]
    people: dict[UUID, UUID | None] = {who.user_id: to} if who.user_id else {}
    execute(session, teams.put, people, actor=admin)
    yield from ()


def _enter(session: Session, crew: Crew) -> list[Actor]:
    admin, logins = crew.who("administrator"), dict(crew.members)
    lines, fresh = ["姓名,登录名,车间班组"], []
    for path, said in _PEOPLE[crew.code].items():
        for word in said.split():
            known = logins.get(word)
            login = word if known else f"{crew.code.lower()}-{len(lines):02d}"
            lines.append(f"{known.name if known else word},{login},{path}")
            if known is None:
                fresh.append(login)
    sheet = "\n".join(lines).encode()
    batch = execute(session, taking.preview, sheet, "人员和班组.csv", actor=admin)
    execute(session, taking.take_in, batch.id, actor=admin)
    nodes = {node.path: node.id for node in teams.listed(session, actor=admin)}
    for place, path in _AREAS[crew.code].items():
        execute(session, teams.add_area, nodes[path], place, actor=admin)
    ids = [teams.member_by_login(session, login, actor=admin) for login in fresh]
    return [actor_for(session, id_, crew.organisation_id) for id_ in ids if id_ is not None]
