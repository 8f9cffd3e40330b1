"""Telling members what they should know, and the reporter what became of the report.

Members get a row in their notifications; the reporter gets a message on the case's own page
(`engine.messages`), never a row that names them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from engine import clock, messages
from engine.actors import Actor
from engine.campaign_notices import CAMPAIGN_WORDS
from engine.errors import DelegateError, Message
from engine.grant_notices import GRANT_WORDS
from engine.hazards import rewards
from engine.honour_notices import HONOUR_WORDS
from engine.notices import MEMBER_WORDS, OVERSIGHT_WORDS, REPORTER_WORDS, STUDIO_WORDS
from engine.relation_notices import RELATION_WORDS
from engine.rulebook_notices import RULEBOOK_WORDS
from engine.store import Membership, Notification, User, new_id

#: The addressee that is no role of the enterprise, and who is meant by it.
_DEPARTMENT: Final = "department"
_OFFICERS: Final = frozenset({"officer", "director"})
_MEMBER_WORDS: Final = {
    **MEMBER_WORDS,
    **OVERSIGHT_WORDS,
    **CAMPAIGN_WORDS,
    **HONOUR_WORDS,
    **GRANT_WORDS,
    **RELATION_WORDS,
    **RULEBOOK_WORDS,
}
#: How many organisations one statement asks about.
_AT_ONCE: Final = 500


def notify(
    session: Session,
    *,
    organisation_id: UUID,
    department_id: UUID | None = None,
    instance_id: UUID | None = None,
    roles: Iterable[str],
    key: str,
    facts: Mapping[str, Any],
) -> int:
    """Tell the active members of an enterprise who hold one of `roles`; gives how many.

    Args:
        department_id: the enterprise's department, whose officers "department" in `roles` means.
        key: a key of `notices.MEMBER_WORDS`, `OVERSIGHT_WORDS` or `CAMPAIGN_WORDS`.
        facts: what the words name, such as ``number``; never a reporter.

    Raises:
        DelegateError: nobody knows these words, or a fact is missing.
    """
    words = fill(_MEMBER_WORDS, key, facts)
    chosen = frozenset(roles)
    members = _members(session, organisation_id, chosen - {_DEPARTMENT})
    told = _write(session, organisation_id, members, key, words, instance_id)
    if _DEPARTMENT in chosen and department_id is not None:
        officers = _members(session, department_id, _OFFICERS)
        told += _write(session, department_id, officers, key, words, instance_id)
    return told


def tell_about_definition(
    session: Session,
    organisation_ids: Collection[UUID],
    key: str,
    facts: Mapping[str, Any],
    *,
    roles: Iterable[str] = (),
    user_ids: Collection[UUID] = (),
    but: UUID | None = None,
) -> int:
    """Tell members of organisations about a definition; gives how many were told.

    Args:
        key: a key of `notices.STUDIO_WORDS`. roles: who is meant, besides those in `user_ids`.
        but: who did it, and need not be told.
    """
    words = fill(STUDIO_WORDS, key, facts)
    return _tell_everywhere(session, organisation_ids, key, words, roles, user_ids, but)


def tell_organisations(
    session: Session,
    organisation_ids: Collection[UUID],
    key: str,
    facts: Mapping[str, Any],
    *,
    roles: Iterable[str],
) -> int:
    """Tell the members of many organisations who hold one of `roles`; gives how many were told.

    Args:
        key: a key of `notices.MEMBER_WORDS`.
    """
    words = fill(_MEMBER_WORDS, key, facts)
    return _tell_everywhere(session, organisation_ids, key, words, roles, (), None)


def _tell_everywhere(
    session: Session,
    organisation_ids: Collection[UUID],
    key: str,
    words: Message,
    roles: Iterable[str],
    user_ids: Collection[UUID],
    but: UUID | None,
) -> int:
    chosen = Membership.role.in_(sorted(roles)) | Membership.user_id.in_(user_ids)
    statement = (
        select(Membership.organisation_id, Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(chosen, User.disabled_at.is_(None))
        .distinct()
    )
    everywhere = sorted(organisation_ids)
    # One moment for all: what many people read was told once.
    now = clock.now()
    rows = [
        {**_row(row.organisation_id, row.user_id, key, words, None), "at": now}
        for at in range(0, len(everywhere), _AT_ONCE)
        for row in session.execute(
            statement.where(Membership.organisation_id.in_(everywhere[at : at + _AT_ONCE]))
        )
        if row.user_id != but
    ]
    if rows:
        session.connection().execute(insert(Notification), rows)
    return len(rows)


def tell_people(
    session: Session,
    *,
    organisation_id: UUID,
    instance_id: UUID | None,
    people: Sequence[UUID],
    key: str,
    facts: Mapping[str, Any],
) -> None:
    """Tell some members by name; otherwise as `notify`."""
    words = fill(_MEMBER_WORDS, key, facts)
    _write(session, organisation_id, people, key, words, instance_id)


def tell_reporter(
    session: Session,
    organisation_id: UUID,
    instance_id: UUID,
    key: str,
    *,
    facts: Mapping[str, Any],
) -> None:
    """Leave the reporter of a case the words of `key`, a key of `notices.REPORTER_WORDS`.

    Args:
        facts: the case's data; the words take from it what they name.

    Raises:
        DelegateError: nobody knows these words, or a fact is missing.
    """
    messages.tell(session, organisation_id, instance_id, fill(REPORTER_WORDS, key, facts))


def fill(words: Mapping[str, Message], key: str, facts: Mapping[str, Any]) -> Message:
    """Give the words of `key` with the facts put in.

    ``amount_yuan`` follows from ``amount``, ``given`` from how it is paid or what is given instead.

    Raises:
        DelegateError: the key is unknown, or the words need a fact that is not given.
    """
    zh, en = dict(facts), dict(facts)
    amount = facts.get("amount")
    if amount is not None:
        given = rewards.said(rewards.given(amount, facts))
        for known, words_of_it in ((zh, given.zh), (en, given.en)):
            known |= {"amount_yuan": f"{amount / 100:,.2f}", "given": words_of_it}
    try:
        found = words[key]
        return Message(found.zh.format_map(zh), found.en.format_map(en))
    except KeyError as error:
        raise DelegateError(
            f"通知“{key}”没有对应的文字，或缺少内容 {error}。请检查流程图中的 message。",
            f"There are no words for the message '{key}', or {error} is missing. "
            "Check “message” in the diagram.",
            message=key,
        ) from error


def unread(session: Session, *, actor: Actor) -> int:
    """Give how many notifications the actor has not read."""
    statement = (
        select(func.count())
        .select_from(Notification)
        .where(*_own(actor), Notification.read_at.is_(None))
    )
    return session.scalar(statement) or 0


def listed(
    session: Session, *, actor: Actor, after: UUID | None = None, limit: int = 50
) -> Sequence[Notification]:
    """Give the actor's notifications, newest first; `after` is the last id of the page before."""
    statement = select(Notification).where(*_own(actor))
    if after is not None:
        statement = statement.where(Notification.id < after)
    return session.scalars(statement.order_by(Notification.id.desc()).limit(limit)).all()


def mark_read(
    session: Session, notification_id: UUID | None = None, *, actor: Actor
) -> UUID | None:
    """Note that the actor read one notification, or all; gives the case the one was about."""
    own = [*_own(actor), Notification.read_at.is_(None)]
    if notification_id is not None:
        own.append(Notification.id == notification_id)
    session.execute(update(Notification).where(*own).values(read_at=clock.now()))
    if notification_id is None:
        return None
    statement = select(Notification.instance_id).where(
        *_own(actor), Notification.id == notification_id
    )
    return session.scalar(statement)


def kind_of(session: Session, notification_id: UUID, *, actor: Actor) -> str | None:
    """Give what one of the actor's notifications is about, as a key of its words."""
    statement = select(Notification.kind).where(*_own(actor), Notification.id == notification_id)
    return session.scalar(statement)


def _write(
    session: Session,
    organisation_id: UUID,
    people: Sequence[UUID],
    key: str,
    words: Message,
    instance_id: UUID | None,
) -> int:
    rows = [_row(organisation_id, user_id, key, words, instance_id) for user_id in people]
    if rows:
        session.connection().execute(insert(Notification), rows)
    return len(rows)


def _row(
    organisation_id: UUID, user_id: UUID, key: str, words: Message, instance_id: UUID | None
) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "id": new_id(),
        "user_id": user_id,
        "instance_id": instance_id,
        "at": clock.now(),
        "kind": key,
        "zh": words.zh[:500],
        "en": words.en[:500],
        "read_at": None,
    }


def _own(actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        Notification.user_id == actor.user_id,
        Notification.organisation_id == actor.organisation_id,
    )


def _members(session: Session, organisation_id: UUID, roles: AbstractSet[str]) -> Sequence[UUID]:
    statement = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_(sorted(roles)),
            User.disabled_at.is_(None),
        )
        .distinct()
        .order_by(User.id)
    )
    return session.scalars(statement).all()
