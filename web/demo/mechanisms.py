"""How the enterprises of the demonstration come by their mechanism, and what those above do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from engine import attachments, clock, filestore
from engine.actors import Actor
from engine.commands import execute
from engine.coverage import evidence, obstacles, offers, quarters, reminders, targets, zero
from engine.coverage.units import Chosen
from engine.coverage.zero import reported_in
from web.demo import rules
from web.demo.people import MAIN, OFFICE, WITHOUT_MECHANISM, Crew
from web.demo.telling import Story, Teller, working_moment

#: On which day of the months told the last piece of evidence was there.
_ESTABLISHED: Final = {
    MAIN: 4,
    "HG001": 6,
    "JG001": 11,
    "RQ001": 41,
    "XX001": 62,
    "YY001": 77,
    "DX001": 118,
}
#: Those who are still at it: what they lack, and why.
_LACKING: Final = {"GC001": ("funds", "publication")}
#: The main enterprise makes its rules step by step; the others take what the system prints.
_STEP_BY_STEP: Final = {"union_opinion": rules.hear, "rules": rules.issue}
_GOES_ON: Final = (("union_opinion", 9), ("rules", 7), ("publication", 4), ("funds", 2))


def begin(teller: Teller, crews: Mapping[str, Crew], first: date, rng: Random) -> None:
    """Begin the story of every mechanism."""
    session = teller.session
    for code, day in _ESTABLISHED.items():
        last = first + timedelta(days=day)
        teller.begin(
            working_moment(last - timedelta(days=10), rng), _built(session, crews[code], last, rng)
        )
    for code, lacking in _LACKING.items():
        begun = first + timedelta(days=60)
        teller.begin(working_moment(begun, rng), _begun(session, crews[code], lacking))
    late = clock.local_date(teller.until) - timedelta(days=9)
    teller.begin(working_moment(late, rng), _pressed(session, crews))
    soon = clock.local_date(teller.until) - timedelta(days=8)
    teller.begin(working_moment(soon, rng), _signed(session, crews))


def _built(session: Session, crew: Crew, last: date, rng: Random) -> Story:
    """Write the rules, hear the union, publish, try the ways to report, find the money."""
    boss = crew.who("principal")
    for kind, before in _GOES_ON:
        yield working_moment(last - timedelta(days=before), rng)
        _enters(session, crew, kind, boss)
    yield working_moment(last, rng)
    _enters(session, crew, "channels", boss)
    for kind in ("process", "checklist", "reward_table"):
        execute(session, offers.take, kind, actor=boss)


def _begun(session: Session, crew: Crew, lacking: tuple[str, ...]) -> Story:
    boss = crew.who("principal")
    for kind in ("union_opinion", "rules", "publication", "funds", "channels"):
        if kind not in lacking:
            _enters(session, crew, kind, boss)
    for kind in ("checklist", "reward_table"):
        execute(session, offers.take, kind, actor=boss)
    note = "招商期间租户多，职工代表大会定在下月"
    execute(session, obstacles.explain, crew.organisation_id, "funds", note, actor=boss)
    yield from ()


def _pressed(session: Session, crews: Mapping[str, Crew]) -> Story:
    """The office looks who is late, a department says why, and reminds."""
    crew, officer = crews[WITHOUT_MECHANISM], crews["MZJ"].who("officer")
    note = "新任院长 10 月到岗，正在起草制度"
    execute(session, obstacles.explain, crew.organisation_id, "drafting", note, actor=officer)
    office = crews[OFFICE].who("director")
    for target in targets.listed(session, actor=office):
        execute(session, reminders.remind, Chosen(target=target, count="open"), actor=officer)
    yield from ()


def _signed(session: Session, crews: Mapping[str, Crew]) -> Story:
    """Principals sign their quarter, and months in which nothing was reported."""
    for code in (MAIN, "HG001"):
        boss = crews[code].who("principal")
        found = quarters.quarters(session, actor=boss)
        execute(session, quarters.sign, found[0].key, "已在职工大会通报", actor=boss)
    shop = crews["DX001"]
    busy = reported_in(session, shop.organisation_id)
    quiet = next(month for month in zero.signable() if month not in busy)
    note = "只有一人，每天收摊前自查一遍，没有发现隐患"
    execute(session, zero.sign, quiet, note, actor=shop.who("principal"))
    yield from ()


def _enters(session: Session, crew: Crew, kind: str, boss: Actor) -> None:
    if crew.code == MAIN and kind in _STEP_BY_STEP:
        _STEP_BY_STEP[kind](session, crew)
        return
    if kind == "rules":
        execute(session, offers.take, kind, actor=boss)
        return
    execute(session, _enter, kind, crew.code, actor=boss)


def _enter(session: Session, kind: str, code: str, *, actor: Actor) -> None:
    title, details, sheet = _GIVEN[kind]
    files = [paper(session, title, sheet, actor=actor)] if sheet else []
    given = evidence.Given(
        kind=kind, on=clock.local_date(), title=title, details=dict(_details(details)), files=files
    )
    evidence.enter(session, given, actor=actor)


def _details(details: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from details.items()
    if "budget_fen" in details:
        yield "year", clock.local_date().year


def paper(session: Session, title: str, lines: str, *, actor: Actor) -> UUID:
    """Upload a photo of a sheet with a title and lines; gives its id."""
    upload = attachments.receive(
        filestore.of(session), _drawn(title, lines), "photo.jpg", only_photos=True
    )
    return attachments.add(session, upload, actor=actor).id


@cache
def _drawn(title: str, lines: str) -> bytes:
    """Draw a sheet of paper with writing on it, as a phone sends it."""
    import pylopdf_fonts_zh_cn

    path = Path(pylopdf_fonts_zh_cn.__file__).with_name("NotoSansSC-Regular.otf")
    large, small = (ImageFont.truetype(str(path), size) for size in (40, 26))
    image = Image.new("RGB", (640, 860), "#8a7f72")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 600, 820), fill="#fbfaf6")
    draw.text((80, 90), title, "#1f2933", large)
    for number, line in enumerate(lines.split("\n")):
        draw.text((80, 190 + 56 * number), line, "#3d4750", small)
    draw.text((470, 770), "示意图", "#9aa5b1", small)
    target = BytesIO()
    image.save(target, "JPEG", quality=85)
    return target.getvalue()


#: Kind → title, details, what is written on the paper.
_GIVEN: Final[Mapping[str, tuple[str, Mapping[str, Any], str]]] = {
    "union_opinion": (
        "职工代表大会记录",
        {},
        "议题：内部报告奖励制度\n到会代表过三分之二\n意见：匿名报告也应当奖励\n处理：已写入制度",
    ),
    "publication": (
        "公示栏照片",
        {"method": "board"},
        "向谁报　怎么报\n报什么　奖多少\n外部举报电话 12350",
    ),
    "channels": (
        "扫码试报",
        {"channel": "poster", "passed": True, "result": "试报一次，当时收到回执，次日受理。"},
        "",
    ),
    "funds": ("年度奖励预算", {"source": "safety_expense", "budget_fen": 3_000_000}, ""),
}
