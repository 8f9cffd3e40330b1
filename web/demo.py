"""The demonstration: a district, its enterprises and people, and cases on their way."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, definitions, inbox, passwords, starting, tasks, tokens
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.reporters import identity_of
from engine.store import Membership, Organisation, User, new_id

PASSWORD: Final = "bihuan-demo-2026"  # noqa: S105 - printed for everybody who starts a demo
_ROOT: Final = Path(__file__).resolve().parents[1]
_OFFICE: Final = ("office", "长宁区安委办", "AWB")
_DEPARTMENTS: Final = (("区应急管理局", "YJJ"), ("区教育局", "JYJ"))
_TOWNS: Final = (("新泾镇", "XJZ"), ("天山路街道", "TSL"))
#: Name, code, sector, department code, town code, staff.
_ENTERPRISES: Final = (
    ("申江机械制造有限公司", "SJ001", "industry_trade", "YJJ", "XJZ", 240),
    ("长宁实验小学", "XX001", "education", "JYJ", "TSL", 90),
)
#: Login, name, roles, in the first enterprise.
_STAFF: Final = (
    ("worker", "陈工", ("reporter",)),
    ("safety", "王安", ("verifier", "reporter")),
    ("repair", "李修", ("rectifier", "reporter")),
    ("accept", "赵验", ("acceptor", "reporter")),
    ("approver", "孙批", ("approver",)),
    ("finance", "周财", ("finance",)),
    ("union", "吴会", ("union",)),
    ("boss", "郑总", ("principal",)),
    ("admin", "冯管", ("administrator",)),
)
_REPORTS: Final = (
    "二号车间配电柜门损坏，雨天进水",
    "原料仓库东侧疏散通道堆放纸箱",
    "冲床急停按钮失灵",
)


def build(session: Session) -> list[dict[str, Any]]:
    """Write the demonstration into an empty database; give who can sign in, for demo.json."""
    places = _organisations(session)
    enterprise = places["SJ001"]
    people = [
        *(_person(session, enterprise, *member) for member in _STAFF),
        _person(session, places["XX001"], "school", "钱老师", ("principal", "verifier")),
        _person(session, places["YJJ"], "officer", "何科", ("officer",)),
        _person(session, places["AWB"], "director", "安主任", ("director",)),
    ]
    session.commit()
    execute(
        session,
        definitions.deploy,
        definitions.read_folder(_ROOT),
        organisation_id=places["AWB"].id,
        actor=SYSTEM,
    )
    _cases(session, people, enterprise)
    return [_told(session, organisation, user, roles) for organisation, user, roles in people]


_Person = tuple[Organisation, User, tuple[str, ...]]


def _organisations(session: Session) -> dict[str, Organisation]:
    office = _organisation(session, *_OFFICE)
    found = {office.code: office}
    for kind, rows in (("department", _DEPARTMENTS), ("town", _TOWNS)):
        for name, code in rows:
            found[code] = _organisation(session, kind, name, code, parent_id=office.id)
    for name, code, sector, department, town, staff in _ENTERPRISES:
        found[code] = _organisation(
            session,
            "enterprise",
            name,
            code,
            sector=sector,
            department_id=found[department].id,
            town_id=found[town].id,
            staff_count=staff,
            settings={"anonymous_reports": True, "reward_limit_fen": 10_000},
        )
    return found


def _organisation(
    session: Session, kind: str, name: str, code: str, **columns: Any
) -> Organisation:
    row = Organisation(
        id=new_id(), kind=kind, name=name, code=code, created_at=clock.now(), **columns
    )
    session.add(row)
    session.flush()
    return row


def _person(
    session: Session, organisation: Organisation, login: str, name: str, roles: Iterable[str]
) -> _Person:
    user = User(
        id=new_id(),
        login=login,
        name=name,
        language="zh_CN",
        password_digest=passwords.digest(PASSWORD),
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    held = tuple(roles)
    session.add_all(
        Membership(user_id=user.id, organisation_id=organisation.id, role=role) for role in held
    )
    return organisation, user, held


def _cases(session: Session, people: list[_Person], enterprise: Organisation) -> None:
    """Start a few reports; the first is acknowledged already."""
    by_login = {user.login: (user, roles) for _organisation, user, roles in people}
    worker, safety = (_actor(enterprise, *by_login[login]) for login in ("worker", "safety"))
    for text in _REPORTS:
        execute(
            session,
            starting.start,
            definition_key="hazard_report",
            answers={
                "kind": "hazard",
                "place": "二号车间",
                "description": text,
                "identity_mode": "named",
            },
            actor=worker,
            identity=identity_of(worker, mode="named"),
        )
    waiting = inbox.list_tasks(session, actor=safety, scope="group", limit=1)
    for row in waiting:
        execute(session, tasks.claim, UUID(str(row.task_id)), actor=safety)


def _actor(enterprise: Organisation, user: User, roles: Iterable[str]) -> Actor:
    return Actor(
        user_id=user.id,
        name=user.name,
        organisation_id=enterprise.id,
        organisation_kind=enterprise.kind,
        roles=frozenset(roles),
    )


def _told(
    session: Session, organisation: Organisation, user: User, roles: tuple[str, ...]
) -> dict[str, Any]:
    actor = Actor(
        user_id=user.id,
        name=user.name,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        roles=frozenset(roles),
    )
    token = execute(session, tokens.create_token, name="demo", actor=actor)
    return {
        "name": user.name,
        "login": user.login,
        "password": PASSWORD,
        "token": token,
        "organisation": organisation.name,
        "roles": list(roles),
    }
