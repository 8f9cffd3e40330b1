"""Keys for the API: made once, kept as a keyed digest, ended by their owner or by time."""

from __future__ import annotations

import secrets as random
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine import clock, secrets
from engine.actors import Actor
from engine.errors import InvalidAnswers, NotFound
from engine.membership import ACCOUNTS, Account, account_of, clean_name, own
from engine.permissions import require
from engine.store import Organisation, Token, User, new_id

#: How long a key may live at most, and lives when nothing is said.
LONGEST_DAYS: Final = 365
#: Shown in front of each key, so that people and secret scanners recognise one.
_MARK: Final = "bh_"
_USABLE: Final = (
    Token.revoked_at.is_(None),
    or_(Token.expires_at.is_(None), Token.expires_at > bindparam("now")),
)
_OF_TOKEN: Final = ACCOUNTS.join(
    Token, (Token.user_id == User.id) & (Token.organisation_id == Organisation.id)
).where(Token.digest == bindparam("digest"), *_USABLE)


def create_token(
    session: Session, *, name: str, expires_on: date | None = None, actor: Actor
) -> str:
    """Make a key for the API that acts as the actor does now; its text is given only once.

    Args:
        name: what it is for, at most 100 characters.
        expires_on: the last day it works, at most and by default a year from today.

    Raises:
        InvalidAnswers: name or day.
    """
    require(actor, "token:own")
    text = _MARK + random.token_urlsafe(32)
    session.add(
        Token(
            id=new_id(),
            user_id=own(session, actor).id,
            organisation_id=actor.organisation_id,
            name=clean_name(name),
            digest=secrets.of(session).digest("token", text),
            created_at=clock.now(),
            expires_at=_expiry(expires_on),
        )
    )
    session.flush()
    return text


def tokens(session: Session, *, actor: Actor) -> list[Token]:
    """Give the actor's keys that still work, newest first."""
    statement = (
        select(Token)
        .where(Token.user_id == own(session, actor).id, *_USABLE)
        .order_by(Token.created_at.desc(), Token.id)
    )
    return list(session.scalars(statement, {"now": clock.now()}))


def revoke_token(session: Session, token_id: UUID, *, actor: Actor) -> None:
    """End one of the actor's keys; NotFound for anybody else's."""
    token = session.get(Token, token_id)
    if token is None or token.user_id != actor.user_id:
        raise NotFound()
    token.revoked_at = token.revoked_at or clock.now()


def account_by_token(session: Session, text: str) -> Account | None:
    """Give the account this key stands for; None when it is unknown, ended or too old."""
    if not text.startswith(_MARK):
        return None
    key = {"digest": secrets.of(session).digest("token", text), "now": clock.now()}
    return account_of(session.connection().execute(_OF_TOKEN, key).all())


def actor_by_token(session: Session, text: str) -> Actor | None:
    """Give who acts with this key, or None."""
    account = account_by_token(session, text)
    return account.actor if account else None


def _expiry(last_day: date | None) -> datetime:
    today = clock.local_date()
    longest = today + timedelta(days=LONGEST_DAYS)
    chosen = last_day or longest
    if not today <= chosen <= longest:
        raise InvalidAnswers.at(
            "expires_on",
            "有效期从今天起，最长一年。",
            "It ends today at the earliest, in a year at the latest.",
        )
    return datetime.combine(chosen + timedelta(days=1), time(), clock.LOCAL_ZONE)
