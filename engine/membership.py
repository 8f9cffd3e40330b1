"""Who somebody is in which organisation: what a session or a key has to know of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import InvalidAnswers, NotAllowed
from engine.store import Membership, Organisation, User


@dataclass(frozen=True)
class Account:
    """One person in one organisation, as a session or a token needs to know them."""

    actor: Actor
    login: str
    organisation_name: str
    language: str | None
    session_epoch: int


#: Open accounts with one row a role; whoever narrows it says who and for which organisation.
ACCOUNTS: Final = (
    select(
        User.id.label("user_id"),
        User.login,
        User.name,
        User.language,
        User.session_epoch,
        Membership.role,
        Organisation.id.label("organisation_id"),
        Organisation.name.label("organisation"),
        Organisation.kind,
    )
    .join(Membership, Membership.user_id == User.id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(User.disabled_at.is_(None))
)
_OF_MEMBER: Final = ACCOUNTS.where(
    User.id == bindparam("user"), Organisation.id == bindparam("organisation")
)


@dataclass(frozen=True)
class Seat:
    """An organisation a person belongs to, and as what."""

    organisation_id: UUID
    organisation_name: str
    organisation_kind: str
    roles: frozenset[str]


def find_account(session: Session, user_id: UUID, organisation_id: UUID) -> Account | None:
    """Give the person as a member of that organisation; None when closed or not a member."""
    key = {"user": user_id, "organisation": organisation_id}
    return account_of(session.connection().execute(_OF_MEMBER, key).all())


def account_of(rows: Sequence[Row[*tuple[Any, ...]]]) -> Account | None:
    """Give the account out of rows selected with `ACCOUNTS`, one a role; None when there are none.

    This runs with every request.
    """
    if not rows:
        return None
    first = rows[0]
    actor = Actor(
        user_id=first.user_id,
        name=first.name,
        organisation_id=first.organisation_id,
        organisation_kind=first.kind,
        roles=frozenset([row.role for row in rows]),
    )
    return Account(actor, first.login, first.organisation, first.language, first.session_epoch)


def actor_for(session: Session, user_id: UUID, organisation_id: UUID) -> Actor:
    """Give who acts when this person acts for that organisation.

    Raises:
        NotAllowed: the account is closed, or they are not a member.
    """
    account = find_account(session, user_id, organisation_id)
    if account is None:
        raise NotAllowed(
            "该账号已停用，或不属于这个单位。",
            "The account is closed, or does not belong to this organisation.",
        )
    return account.actor


def memberships(session: Session, user_id: UUID) -> list[Seat]:
    """Give the organisations a person belongs to, by name."""
    statement = (
        select(Organisation.id, Organisation.name, Organisation.kind, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id)
        .order_by(Organisation.name, Organisation.id)
    )
    seats: dict[UUID, Seat] = {}
    for organisation_id, name, kind, role in session.execute(statement):
        known = seats[organisation_id].roles if organisation_id in seats else frozenset()
        seats[organisation_id] = Seat(organisation_id, name, kind, known | {role})
    return list(seats.values())


def find_by_login(session: Session, login: str) -> User | None:
    """Give the person with this login, or None. For the operator: it looks past every wall."""
    return session.scalar(select(User).where(User.login == login.strip().lower()))


def own(session: Session, actor: Actor) -> User:
    """Give the actor's own account; NotAllowed for the system and for a receipt code."""
    user = session.get(User, actor.user_id) if actor.user_id else None
    if user is None:
        raise NotAllowed("请先登录。", "Sign in first.")
    return user


def clean_name(name: str) -> str:
    """Give the name without outer spaces.

    Raises:
        InvalidAnswers: empty, over 100 characters, or with invisible ones.
    """
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= 100 or not plain.isprintable():
        raise InvalidAnswers.at(
            "name", "请填写名称，1 至 100 个字。", "Give a name of 1 to 100 characters."
        )
    return plain
