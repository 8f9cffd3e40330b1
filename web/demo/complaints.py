"""A complaint of the demonstration, about which the union has written; and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import accounts, clock, membership, organisations, passwords
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.complaints import check_ins, filing, handling
from web.demo.people import MAIN, OFFICE, PASSWORD, Crew
from web.demo.stage import Beginning, Stage
from web.demo.telling import Story, after, soon

_UNION: Final = "ZGH"
#: Of so many who are asked one says yes, and one would rather not say.
_OF: Final = 6


def enter(session: Session, crews: dict[str, Crew]) -> None:
    """Let the district's trade union have an officer, and the office name it for complaints."""
    office = crews[OFFICE]
    row = execute(
        session,
        organisations.create,
        kind="department",
        name="区总工会",
        code=_UNION,
        parent_id=office.organisation_id,
        actor=SYSTEM,
    )
    user = execute(
        session,
        accounts.add_user,
        login="district-union",
        name="龚权益",
        password=None,
        organisation_id=row.id,
        roles=["officer"],
        actor=SYSTEM,
    )
    user.password_digest = passwords.digest(PASSWORD)
    session.commit()
    execute(
        session,
        organisations.update_settings,
        office.organisation_id,
        {"complaints_to": str(row.id)},
        actor=SYSTEM,
    )
    officer = membership.actor_for(session, user.id, row.id)
    crews[_UNION] = Crew(_UNION, row.id, row.sector, False, (("district-union", officer),))


def under_way(stage: Stage) -> Story:
    """A welder lost a bonus for a report; the union has written to the principal."""
    session, crew = stage.teller.session, stage.crews[MAIN]
    welder, union = crew.login("welder"), crew.login("union")
    said = {
        "harm": ["pay", "post"],
        "happened": "上月报告冲压线防护罩松动后，班长扣了我的月度奖金，还把我调到夜班。",
        "accused": "冲压班班长",
        "wish": "补发奖金，调回白班",
    }
    identity = filing.identity_of(welder, mode="confidential")
    _room, complaint = execute(
        session, filing.file, said, union="own", identity=identity, actor=welder
    )
    yield after(1, stage.rng)
    _does(session, complaint, "take_up", union, accepted="yes")
    yield after(3, stage.rng)
    _does(
        session,
        complaint,
        "look_into",
        union,
        talks="和班组三人、劳资员谈话，核对考勤和奖金表",
        findings="报告后第三天扣发月度奖金，没有制度依据；调班没有协商。",
        founded="founded",
    )
    yield soon(stage.rng)
    _does(
        session,
        complaint,
        "write_letter",
        union,
        opinion="经调查，有职工在报告隐患后被扣发月度奖金并调整班次，没有制度依据。请立即纠正。",
        demands=["restore_pay", "restore_post", "discipline"],
        reply_by=(clock.local_date() + timedelta(days=10)).isoformat(),
    )


def answer(session: Session, crews: Mapping[str, Crew]) -> None:
    """Let most of those who are asked by now answer on the pages of their reports."""
    asked = 0
    for _login, actor in crews[MAIN].members:
        for case in check_ins.waiting(session, actor=actor):
            asked += 1
            said = {0: "yes", 1: "unsaid"}.get(asked % _OF, "no")
            execute(session, check_ins.answer, case, said, actor=actor)


def _does(session: Session, complaint: UUID, key: str, union: Actor, **answers: Any) -> None:
    (task,) = [
        one for one in handling.open_tasks(session, complaint, actor=union) if one.task_key == key
    ]
    execute(session, handling.complete, complaint, task.task_id, answers, actor=union)


STORIES: Final[tuple[Beginning, ...]] = ((7, under_way),)
