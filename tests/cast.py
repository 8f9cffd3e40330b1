"""The cast of every story: one district, one enterprise with a person a role, and strangers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from engine import clock, membership
from engine.actors import Actor
from engine.store import Membership, Organisation, User, new_id

#: Everybody's password in tests.
PASSWORD = "a-quiet-morning-in-november"
#: The people of the enterprise 甲; the login is the role.
STAFF = {
    "reporter": "包晓",
    "verifier": "何核",
    "rectifier": "郑改",
    "acceptor": "严收",
    "approver": "沈批",
    "finance": "蔡务",
    "union": "龚会",
    "principal": "朱任",
    "administrator": "关理",
}
_EVERY_ROLE = tuple(STAFF)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Actors by the part they play, and the organisations they belong to."""

    reporter: Actor
    verifier: Actor
    rectifier: Actor
    acceptor: Actor
    approver: Actor
    finance: Actor
    union: Actor
    principal: Actor
    administrator: Actor
    #: A second rectifier of 甲, who may also accept: for handing over and for two at once.
    colleague: Actor
    #: The only person of the one-person firm 丙, in every role.
    sole: Actor
    #: Holds every role, in another enterprise, of another department, town and district.
    stranger: Actor
    #: Officers of 甲's department, town and group, and the director of the district's office.
    officer: Actor
    town: Actor
    group: Actor
    office: Actor
    enterprise_id: UUID
    one_person_firm_id: UUID
    strange_enterprise_id: UUID
    department_id: UUID
    town_id: UUID
    group_id: UUID
    office_id: UUID

    def everybody(self) -> dict[str, Actor]:
        """Give every actor by the name of their part; the part is also their login."""
        return {part: value for part, value in vars(self).items() if isinstance(value, Actor)}


def enter(session: Session) -> Cast:
    """Write the cast into an empty database, commit, and give it."""
    stage = _Stage(session)
    organisations = _organisations(stage)
    _people(stage, organisations)
    stage.write()
    session.commit()
    actors = _actors(session)
    session.rollback()
    ids: dict[str, Any] = {f"{name}_id": id_ for name, id_ in organisations.items()}
    return Cast(**actors, **ids)


def _actors(session: Session) -> dict[str, Any]:
    """Read who everybody is, all at once, as a request reads it of one person."""
    rows = session.connection().execute(membership.ACCOUNTS.order_by(User.login)).all()
    accounts = [membership.account_of(list(of)) for _, of in groupby(rows, lambda row: row.login)]
    return {account.login: account.actor for account in accounts if account is not None}


def _organisations(stage: _Stage) -> dict[str, UUID]:
    office = stage.organisation("office", "滨江区安委办", "O")
    over = {
        "department_id": stage.organisation("department", "区应急管理局", "D", parent_id=office),
        "town_id": stage.organisation("town", "江湾街道", "T", parent_id=office),
        "group_id": stage.organisation("group", "滨江城投集团", "G"),
    }
    return {
        "office": office,
        **{name.removesuffix("_id"): id_ for name, id_ in over.items()},
        "enterprise": stage.organisation("enterprise", "甲机械有限公司", "CN001", **over),
        "one_person_firm": stage.organisation("enterprise", "丙小吃店", "CN003", **over),
        "strange_enterprise": stage.organisation("enterprise", "乙外地公司", "CN002"),
    }


def _people(stage: _Stage, organisations: dict[str, UUID]) -> None:
    for role, name in STAFF.items():
        stage.person(role, name, organisations["enterprise"], [role])
    stage.person("colleague", "童事", organisations["enterprise"], ["rectifier", "acceptor"])
    stage.person("sole", "单一", organisations["one_person_firm"], _EVERY_ROLE)
    stage.person("stranger", "莫生", organisations["strange_enterprise"], _EVERY_ROLE)
    stage.person("officer", "管科", organisations["department"], ["officer"])
    stage.person("town", "纪街", organisations["town"], ["officer"])
    stage.person("group", "齐团", organisations["group"], ["officer"])
    stage.person("office", "安主", organisations["office"], ["director"])


class _Stage:
    """Writes rows straight into the store: stories begin with people already there."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rows: dict[type[Any], list[Any]] = {Organisation: [], User: [], Membership: []}

    def write(self) -> None:
        """Write what there is to write: a table after the other, each at once."""
        for rows in self._rows.values():
            self.session.add_all(rows)
            self.session.flush()

    def organisation(self, kind: str, name: str, code: str, **links: Any) -> UUID:
        row = Organisation(
            id=new_id(),
            kind=kind,
            name=name,
            code=code,
            created_at=clock.now(),
            sector="industry" if kind == "enterprise" else "general",
            staff_count=80 if kind == "enterprise" else None,
            **links,
        )
        return self._add(row)

    def person(self, login: str, name: str, organisation_id: UUID, roles: Iterable[str]) -> None:
        user_id = self._add(
            User(
                id=new_id(),
                login=login,
                name=name,
                language="zh_CN",
                password_digest=_digest(),
                created_at=clock.now(),
            )
        )
        self._rows[Membership] += (
            Membership(user_id=user_id, organisation_id=organisation_id, role=role)
            for role in roles
        )

    def _add(self, row: Organisation | User) -> UUID:
        self._rows[type(row)].append(row)
        return row.id


@cache
def _digest() -> str:
    """Give the digest of PASSWORD, made cheaply and once: argon2 is slow on purpose."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
