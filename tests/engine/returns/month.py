"""A department whose months are told and closed: what the tests of returns play with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import time_machine
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from engine import commands, membership, returns
from engine.actors import Actor
from engine.clock import LOCAL_ZONE
from engine.hazards.months import next_month
from engine.store import Membership, Organisation, User, new_id, writing
from tests.cast import Cast
from tests.histories import Pen, Told


def at(month: str, day: int, hour: int = 10) -> datetime:
    """Give an hour of a day of a month in China."""
    year, number = map(int, month.split("-"))
    return datetime(year, number, day, hour, tzinfo=LOCAL_ZONE)


class House:
    """The department, its director, and enterprises under it."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast, self.pen = session, cast, Pen(session)
        self.director = self.person("director", cast.department_id, "director", "丁局")
        self.enterprise_id = cast.enterprise_id

    def person(self, login: str, organisation_id: UUID, role: str, name: str) -> Actor:
        """Let somebody join an organisation."""
        user = User(
            id=new_id(), login=login, name=name, language="zh_CN", created_at=at("2026-01", 2)
        )
        membership_of = Membership(user_id=user.id, organisation_id=organisation_id, role=role)
        with self.writes():
            self.session.add(user)
            self.session.flush()
            self.session.add(membership_of)
        found = membership.actor_for(self.session, user.id, organisation_id)
        self.session.rollback()
        assert found is not None
        return found

    @contextmanager
    def writes(self) -> Iterator[None]:
        """Write in one transaction of its own, beside whatever a server does meanwhile."""
        self.session.rollback()
        with writing(self.session):
            yield
            self.session.commit()

    def give_password(self, actor: Actor, password: str) -> None:
        """Let somebody sign in through the page."""
        digest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)
        with self.writes():
            self.session.get_one(User, actor.user_id).password_digest = digest

    def enterprise(self, name: str, code: str) -> UUID:
        """Enter another enterprise under the department."""
        row = Organisation(
            id=new_id(),
            kind="enterprise",
            name=name,
            code=code,
            department_id=self.cast.department_id,
            town_id=self.cast.town_id,
            created_at=at("2026-01", 2),
        )
        self.session.add(row)
        self.session.commit()
        return row.id

    def hazard(self, month: str, day: int = 5, owner: UUID | None = None) -> Told:
        """Let a hazard be reported and put on the ledger."""
        with self.writes():
            told = self.pen.case(owner or self.enterprise_id, at(month, day, 8), source="staff")
            self.pen.register(told, at(month, day))
        return told

    def close(self, told: Told, month: str, day: int = 20) -> None:
        """Close a hazard."""
        with self.writes():
            self.pen.close(told, at(month, day))

    def cancel(self, told: Told, month: str, day: int = 8) -> None:
        """Cancel the case of a hazard: it leaves the ledger, also in the months before."""
        with self.writes():
            self.pen.tell(told, "instance:cancelled", at=at(month, day))

    def lock(self, month: str, *, by: Actor | None = None) -> None:
        """Sign and lock a month, on the third of the next."""
        actor = by or self.director
        with after(month):
            commands.execute(self.session, returns.sign, month, actor=actor)
            commands.execute(self.session, returns.lock, month, actor=actor)

    def view(self, month: str, *, by: Actor | None = None) -> returns.View:
        """Look at a month."""
        with after(month):
            return returns.view(self.session, month, actor=by or self.director)


@contextmanager
def after(month: str, day: int = 3) -> Iterator[None]:
    """Let it be the third of the month after `month`."""
    with time_machine.travel(at(next_month(month), day), tick=False):
        yield


def as_role(actor: Actor, *roles: str) -> Actor:
    """Give the same person in other roles."""
    return replace(actor, roles=frozenset(roles))
