"""Accounts: who somebody is, how they prove it, and their own settings and API keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock, passwords
from engine.actors import ENTERPRISE_ROLES, OVERSIGHT_ROLES, Actor
from engine.errors import Conflict, InvalidAnswers
from engine.membership import (
    Account,
    Seat,
    actor_for,
    clean_name,
    find_account,
    memberships,
    own,
)
from engine.permissions import require_over
from engine.store import Membership, Organisation, User, new_id
from engine.tokens import (
    account_by_token,
    actor_by_token,
    create_token,
    revoke_token,
    tokens,
)

__all__ = [
    "Account",
    "Seat",
    "account_by_token",
    "actor_by_token",
    "actor_for",
    "add_user",
    "authenticate",
    "change_password",
    "choose_language",
    "clean_login",
    "create_token",
    "find_account",
    "memberships",
    "own",
    "revoke_token",
    "set_password",
    "sign_out_everywhere",
    "tokens",
    "write_roles",
]

LANGUAGES: Final = ("zh_CN", "en")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


def add_user(
    session: Session,
    *,
    login: str,
    name: str,
    password: str | None,
    organisation_id: UUID,
    roles: Iterable[str],
    language: str = "zh_CN",
    actor: Actor,
) -> User:
    """Add a person to an organisation; `password` None gives an account that cannot sign in yet.

    Raises:
        InvalidAnswers: login, name, roles or password. Conflict: the login is taken.
    """
    require_over(session, actor, "people:manage", organisation_id)
    login, name = clean_login(login), clean_name(name)
    if password is not None:
        passwords.judge(password, login)
    user = User(
        id=new_id(),
        login=login,
        name=name,
        language=_clean_language(language),
        password_digest=None if password is None else passwords.digest(password),
        session_epoch=0,
        created_at=clock.now(),
    )
    _insert(session, user)
    write_roles(session, user.id, organisation_id, roles)
    return user


def authenticate(session: Session, login: str, password: str) -> User | None:
    """Give the person with this login and password, or None without saying which was wrong.

    An unknown login, a wrong password and a closed account take the same time. Only reads: it is
    slow on purpose, so it must not hold the write lock.
    """
    user = session.scalar(select(User).where(User.login == login.strip().lower()[:64]))
    fits = passwords.matches(user.password_digest if user else None, password)
    return user if user is not None and fits and user.disabled_at is None else None


def change_password(session: Session, old: str, new: str, *, actor: Actor) -> int:
    """Change the actor's own password and end all their sessions; gives the new session epoch.

    Raises:
        InvalidAnswers: the old one is wrong, or the new one too weak.
    """
    user = own(session, actor)
    if not passwords.matches(user.password_digest, old):
        raise InvalidAnswers.at(
            "old_password", "现在的密码不对。", "The present password is wrong."
        )
    passwords.judge(new, user.login, field="new_password")
    set_password(user, new)
    return user.session_epoch


def sign_out_everywhere(session: Session, *, actor: Actor) -> int:
    """End all the actor's sessions; gives the new session epoch."""
    user = own(session, actor)
    user.session_epoch += 1
    return user.session_epoch


def choose_language(session: Session, language: str, *, actor: Actor) -> None:
    """Keep the language the actor reads."""
    own(session, actor).language = _clean_language(language)


def set_password(user: User, password: str) -> None:
    """Keep the digest of a new password, and end the person's sessions."""
    user.password_digest = passwords.digest(password)
    user.session_epoch += 1


def write_roles(
    session: Session, user_id: UUID, organisation_id: UUID, roles: Iterable[str]
) -> None:
    """Give a person roles in an organisation where they hold none.

    Raises:
        InvalidAnswers: no role, or one that this kind of organisation does not have.
    """
    organisation = session.get_one(Organisation, organisation_id)
    known = ENTERPRISE_ROLES if organisation.kind == "enterprise" else OVERSIGHT_ROLES
    chosen = frozenset(roles)
    if not chosen or not chosen <= known.keys():
        raise InvalidAnswers.at("roles", "请至少选择一个岗位。", "Choose at least one role.")
    session.add_all(
        Membership(user_id=user_id, organisation_id=organisation_id, role=role)
        for role in sorted(chosen)
    )
    session.flush()


def clean_login(login: str) -> str:
    """Give the login in lower case.

    Raises:
        InvalidAnswers: it is not 2 to 64 letters, digits or ``. _ @ -``.
    """
    plain = login.strip().lower()
    if not _LOGIN.fullmatch(plain):
        raise InvalidAnswers.at(
            "login",
            "登录名用 2 至 64 个小写字母、数字或 . _ @ -，以字母或数字开头。",
            "A login has 2 to 64 lower-case letters, digits or . _ @ -, "
            "and begins with a letter or digit.",
        )
    return plain


def _clean_language(language: str) -> str:
    if language not in LANGUAGES:
        raise InvalidAnswers.at("language", "请选择语言。", "Choose a language.")
    return language


def _insert(session: Session, user: User) -> None:
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise Conflict(
            "这个登录名已被使用，请换一个。", "This login is taken; choose another one."
        ) from error
