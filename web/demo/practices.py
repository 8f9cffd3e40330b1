"""Typical cases, scores and consents of the demonstration; they look back on the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, safety_record
from engine.commands import execute
from engine.practices import nominating, press, rules, using, vetting
from engine.scoring import schemes, sheets
from engine.store import Hazard
from web.demo.people import MAIN, OFFICE, Crew
from web.demo.telling import Story, Teller

#: Enterprise, title, dimensions, what it tells, a word of its hazard, and how far it got.
_CASES: Final = (
    (
        MAIN,
        "配电柜加防水罩、改管道走向，不再进水",
        ("machine", "environment"),
        {
            "background": "车间配电柜上方有冷凝水管，梅雨季节柜内多次进水，职工扫码报告。",
            "action": "冷凝水管改道，配电柜加装防水罩和漏水报警，电工每周巡查一次并扫码留痕。",
            "effect": "改造后没有再进水，同类的六台柜子一并排查，两台提前加了罩。",
            "data": "花费 3200 元；三个月漏水报警为零。",
            "replicable": "凡是水管下方有电气设备的，都可以照此改道、加罩、装报警。",
        },
        "柜",
        "published",
    ),
    (
        "HG001",
        "空桶区划线定置，先空后满分开放",
        ("material", "management"),
        {
            "background": "空桶和满桶混放，叉车通道被占，夜班职工报告。",
            "action": "划定空桶区、满桶区，挂牌定置，叉车路线单向，班组长交接班时检查。",
            "effect": "通道不再被占，盘点时间少了一半。",
            "replicable": "不花钱，一天就能做完。",
        },
        "桶",
        "published",
    ),
    (
        "JG001",
        "脚手架验收牌二维码，谁验收谁上牌",
        ("human", "management"),
        {
            "background": "脚手架搭好没有验收就有人上去，工友报告。",
            "action": "每段脚手架挂验收牌，扫码看验收人和日期，没有牌不准上。",
            "effect": "没有再出现未验收先用。",
        },
        "脚手架",
        "nominated",
    ),
)


def begin(teller: Teller, crews: Mapping[str, Crew]) -> None:
    """Let cases be told yesterday, and the office score its departments."""
    teller.begin(teller.until - timedelta(hours=26), _told(teller.session, crews))


def _told(session: Session, crews: Mapping[str, Crew]) -> Story:
    made = [_case(session, crews, *one) for one in _CASES]
    yield clock.now() + timedelta(hours=2)
    reader = crews["GC001"].who("principal")
    for practice_id in made[:2]:
        if practice_id is not None:
            execute(session, using.study, practice_id, actor=reader)
    if made[0] is not None:
        execute(session, using.apply_checklist, made[0], actor=reader)
        director = crews[OFFICE].who("director")
        execute(session, press.give, "长宁区融媒体中心", practice_id=made[0], actor=director)
    yield clock.now() + timedelta(hours=1)
    _score(session, crews)
    for login, scope in (("worker", "counts_and_amounts"), ("welder", "counts")):
        execute(session, safety_record.consent, scope, actor=crews[MAIN].login(login))


def _case(
    session: Session,
    crews: Mapping[str, Crew],
    code: str,
    title: str,
    dimensions: tuple[str, ...],
    story: Mapping[str, str],
    word: str,
    state: str,
) -> UUID | None:
    crew, office = crews[code], crews[OFFICE]
    is_about = Hazard.description.contains(word)
    found = session.execute(
        select(Hazard.id, is_about)
        .where(Hazard.organisation_id == crew.organisation_id, Hazard.state == "closed")
        .where(Hazard.kind == "hazard")
        .order_by(is_about.desc(), Hazard.closed_at.desc())
        .limit(1)
    ).first()
    session.rollback()
    if found is None:
        return None
    closed, has_photos = found
    words: dict[str, Any] = {"title": title, "dimensions": dimensions, "story": story}
    row = execute(session, nominating.nominate, closed, **words, actor=crew.who("verifier"))
    if state == "nominated":
        return None
    principal = crew.who("principal")
    photos = [photo for photo, _side in nominating.photos_of(session, row) if has_photos]
    session.rollback()
    execute(session, nominating.consent, row.id, is_named=False, photos=photos, actor=principal)
    execute(session, vetting.check_secrecy, row.id, **words, actor=crews["XJZ"].who("officer"))
    scores = {one.key: one.most - 3 for one in rules.criteria()}
    execute(session, vetting.vet, row.id, scores, actor=crews["YJJ"].login("officer-2"))
    director = office.who("director")
    execute(session, vetting.publish, row.id, level="district", actor=director)
    return UUID(str(row.id))


def _score(session: Session, crews: Mapping[str, Crew]) -> None:
    director = crews[OFFICE].who("director")
    year = clock.local_date().year
    for kind in ("department", "town"):
        scheme = execute(session, schemes.adopt, "district", kind, year, actor=director)
        execute(session, sheets.compute, scheme.id, actor=director)
        if kind == "department":
            scored = crews["YJJ"].organisation_id
            execute(
                session,
                sheets.add_bonus,
                scheme.id,
                scored,
                points="2",
                reason="把合规指导和年度检查结合，一次去办两件事",
                actor=director,
            )
            execute(session, sheets.sign, scheme.id, scored, actor=director)
    _score_enterprises(session, crews, year)


def _score_enterprises(session: Session, crews: Mapping[str, Crew], year: int) -> None:
    """Let the bureau score two of its enterprises, and sign for the one that is a model."""
    director = crews["YJJ"].login("chief")
    scored = [crews[code].organisation_id for code in (MAIN, "HG001")]
    scheme = execute(session, schemes.adopt, "enterprise", "enterprise", year, actor=director)
    execute(session, sheets.compute, scheme.id, scored_ids=scored, actor=director)
    execute(session, sheets.sign, scheme.id, scored[0], actor=director)
