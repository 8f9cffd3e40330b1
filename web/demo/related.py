"""Related parties of the demonstration: a contractor, a tenant, an invitation, a template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, organisations
from engine.actors import Actor
from engine.commands import execute
from engine.relations import answering, concerning, passing, proposing, taking_on, templates
from engine.relations.passing import Words
from engine.relations.rules import Terms
from engine.store import Instance
from web.demo import steps
from web.demo.casework import Case, report
from web.demo.mechanisms import paper
from web.demo.people import MAIN, Crew
from web.demo.stage import Beginning, Stage
from web.demo.stage import found as look
from web.demo.telling import Story, Teller

_CONTRACTOR: Final = "JG001"
_TENANT: Final = "DX001"
_SUBJECT: Final = "二号车间屋面维修"
_AGREEMENT: Final = "发包方统一协调\n承包方管好自己的人\n每周联合检查\n隐患互相转告"
#: Not in the register yet; fictional.
_INVITED: Final = ("云帆保洁服务有限公司", "91310105MA0A000309")
_SEEN: Final = look("二号车间", "屋面", "屋面上干活的没系安全带，跳板没绑", "scaffold",
                    category="human", cost="0")  # fmt: skip
_RELEASED: Final = Words(
    place="二号车间屋面",
    description="高处作业人员没有正确佩挂安全带，跳板没有固定。",
    wanted="停止屋面作业，整改后报我单位安全科复查。",
    is_checked=True,
)
_RELEASED_LATER: Final = Words(
    place="二号车间屋面",
    description="屋面边缘没有临边防护，材料堆放靠边。",
    wanted="先撤下材料，装好防护栏杆再作业。",
    is_checked=True,
)


def begin(teller: Teller, crews: Mapping[str, Crew]) -> None:
    """Let the relations be made two months ago, and what is recent happen lately."""
    teller.begin(teller.until - timedelta(days=60), _agreed(teller.session, crews))
    teller.begin(teller.until - timedelta(days=5), _lately(teller.session, crews))


def _agreed(session: Session, crews: Mapping[str, Crew]) -> Story:
    main, contractor, tenant = (crews[code] for code in (MAIN, _CONTRACTOR, _TENANT))
    boss, today = main.who("principal"), clock.local_date()
    work = _proposed(session, main, contractor, "contractor", _SUBJECT, today, 180)
    stall = _proposed(session, main, tenant, "tenant", "食堂一楼点心档口", today, 75)
    gas = _proposed(
        session, contractor, crews["RQ001"], "contractor", "三号楼工地燃气管线", today, 300
    )
    yield clock.now() + timedelta(days=1)
    for relation, crew in ((work, contractor), (stall, tenant), (gas, crews["RQ001"])):
        execute(session, answering.answer, relation, agrees=True, actor=crew.who("principal"))
    file = execute(session, paper, "安全生产管理协议", _AGREEMENT, actor=boss)
    execute(
        session, answering.sign, work, signed_on=clock.local_date(), files=[str(file)], actor=boss
    )


def _proposed(
    session: Session, host: Crew, other: Crew, kind: str, subject: str, today: date, days: int
) -> UUID:
    name = organisations.get(session, other.organisation_id, actor=other.who("principal")).name
    terms = Terms(
        kind=kind, subject=subject, from_on=today, until_on=today + timedelta(days=days),
        coordinator="安全科",
    )  # fmt: skip
    return execute(session, proposing.propose, name, terms, actor=host.who("principal")).id


def _lately(session: Session, crews: Mapping[str, Crew]) -> Story:
    leader, boss = crews[_CONTRACTOR].who("principal"), crews[MAIN].who("principal")
    execute(
        session, templates.publish, "建筑施工隐患报告奖励机制", "all",
        "一个工地几家单位时怎么通知、谁回复、谁验收。", actor=leader,
    )  # fmt: skip
    name, uscc = _INVITED
    terms = Terms(
        kind="contractor", subject="厂区保洁", from_on=clock.local_date(), coordinator="后勤科"
    )
    execute(session, proposing.invite, name, uscc, terms, actor=boss)
    yield clock.now()


def _passed_on(stage: Stage, *, is_taken: bool) -> Story:
    """Let somebody of the contractor report at the poster, and the hazard be passed on."""
    session, host = stage.teller.session, stage.crews[MAIN]
    guest = organisations.guest(session, host.organisation_id)
    answers: dict[str, Any] = _SEEN.as_answers()
    rng = Random(stage.rng.random())  # noqa: S311 - a story, no secret
    case = report(
        session, host, stage.album, rng, by=guest, scene=_SEEN.scene, mode="anonymous",
        reporter_type="contractor", **answers,
    )  # fmt: skip
    yield from steps.acknowledged(case)
    yield from steps.verified(case, _SEEN)
    verifier = host.who("verifier")
    party = next(
        one for one in concerning.choices(session, actor=verifier) if one.subject == _SUBJECT
    )
    execute(session, concerning.say, case.instance_id, party.id, actor=verifier)
    words = _RELEASED if is_taken else _RELEASED_LATER
    passed = execute(session, passing.pass_on, case.instance_id, words, actor=verifier)
    if not is_taken:
        return
    yield clock.now() + timedelta(hours=2)
    own = execute(session, _taken_on, passed, stage, actor=stage.crews[_CONTRACTOR].who("verifier"))
    for one in (own, case):
        if one is own:
            yield from steps.acknowledged(one)
            yield from steps.verified(one, _SEEN)
        yield from steps.planned(one, _SEEN, days=6)
        yield from steps.rectified(one, _SEEN)
        yield from steps.accepted(one)
    yield from steps.rewarded(case)


def _taken_on(session: Session, passed: UUID, stage: Stage, *, actor: Actor) -> Case:
    """Take on what was passed; give the contractor's own case."""
    instance_id = taking_on.take(session, passed, actor=actor)
    number = session.scalars(
        select(Instance.number).where(
            Instance.organisation_id == actor.organisation_id, Instance.id == instance_id
        )
    ).one()
    rng = Random(stage.rng.random())  # noqa: S311 - a story, no secret
    crew = stage.crews[_CONTRACTOR]
    return Case(session, crew, stage.album, rng, _SEEN.scene, actor, instance_id, number, "")


def _taken(stage: Stage) -> Story:
    return _passed_on(stage, is_taken=True)


def _waiting(stage: Stage) -> Story:
    return _passed_on(stage, is_taken=False)


STORIES: Final[tuple[Beginning, ...]] = ((20, _taken), (2, _waiting))
