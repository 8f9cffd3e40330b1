"""Two-way messages between a reporter and those who handle the case, anonymous or not.

They are read on the case's own pages only. Nothing is sent to a reporter's address: who gets a
message about a report has reported (domain.md B7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.orm import Session

from engine import attachments, clock, history, reporters
from engine.actors import ROLES, Actor
from engine.errors import Invalid, Message, NotFound
from engine.permissions import allows, require
from engine.store import Instance, ReporterMessage, new_id, visible_to

LONGEST: Final = 1000
MOST_PHOTOS: Final = 9
_REPORTER: Final = "reporter"
_SYSTEM: Final = "system"


@dataclass(frozen=True)
class Said:
    """One message as its reader sees it."""

    at: datetime
    #: "reporter", "system", or the role of the one who wrote.
    from_role: str
    #: The role in words; a reporter never sees a name, and nobody sees the reporter's.
    sender: Message
    text: Message
    read_at: datetime | None
    #: Ids of the photos sent with it.
    photos: Sequence[str] = ()


def say(
    session: Session, instance_id: UUID, text: str, *, photos: Sequence[str] = (), actor: Actor
) -> None:
    """Leave a message: as the reporter for the handlers, as a handler for the reporter.

    Args:
        photos: ids of uploaded photos that go with it; they become files of the case.

    Raises:
        NotFound: the case is not theirs. NotAllowed: they only look on. Invalid: empty or long.
        InvalidAnswers: a photo is not there.
    """
    organisation_id = _case(session, instance_id, actor)
    text = _clean(text, photos)
    mine = _is_reporter(session, organisation_id, instance_id, actor)
    if not mine:
        require(actor, "message:write")
    role = _REPORTER if mine else history.acting_role(actor)
    author = None if mine else actor.user_id
    attachments.cite(session, organisation_id, instance_id, photos)
    _write(session, organisation_id, instance_id, role, author, text, photos)
    event = history.Event(
        tag="message:sent", data={"from": role, **({"photos": list(photos)} if photos else {})}
    )
    history.append(session, organisation_id, instance_id, [event], actor=actor, role=role)


def tell(session: Session, organisation_id: UUID, instance_id: UUID, words: Message) -> None:
    """Leave the reporter a message from the system, in both languages."""
    text = orjson.dumps({"zh": words.zh, "en": words.en}).decode()
    _write(session, organisation_id, instance_id, _SYSTEM, None, text)


def read(session: Session, instance_id: UUID, *, actor: Actor) -> list[Said]:
    """Give a case's messages in order; NotFound when the case is not the actor's to see."""
    organisation_id = _case(session, instance_id, actor)
    statement = (
        select(ReporterMessage)
        .where(_of(organisation_id, instance_id))
        .order_by(ReporterMessage.at, ReporterMessage.id)
    )
    return [_said(row) for row in session.scalars(statement)]


def mark_read(session: Session, instance_id: UUID, *, actor: Actor) -> None:
    """Note that the other side's messages were read: the reporter's by a handler, or theirs."""
    organisation_id = _case(session, instance_id, actor)
    mine = _is_reporter(session, organisation_id, instance_id, actor)
    if not mine and not allows(actor, "message:write"):
        return
    sender = ReporterMessage.from_role
    session.execute(
        update(ReporterMessage)
        .where(
            _of(organisation_id, instance_id),
            ReporterMessage.read_at.is_(None),
            sender != _REPORTER if mine else sender == _REPORTER,
        )
        .values(read_at=clock.now())
    )


def unread(session: Session, instance_ids: Sequence[UUID], *, actor: Actor) -> dict[UUID, int]:
    """Give how many messages the reporter of these cases, the actor, has not read, by case."""
    if not instance_ids:
        return {}
    statement = (
        select(ReporterMessage.instance_id, func.count())
        .where(
            ReporterMessage.organisation_id == actor.organisation_id,
            ReporterMessage.instance_id.in_(instance_ids),
            ReporterMessage.from_role != _REPORTER,
            ReporterMessage.read_at.is_(None),
        )
        .group_by(ReporterMessage.instance_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _clean(text: str, photos: Sequence[str]) -> str:
    text = text.strip()
    if len(text) > LONGEST or not (text or photos):
        raise Invalid(
            f"请写 1 至 {LONGEST} 个字。", f"Write 1 to {LONGEST} characters.", field="text"
        )
    if len(photos) > MOST_PHOTOS:
        raise Invalid(
            f"一次最多发 {MOST_PHOTOS} 张照片。",
            f"At most {MOST_PHOTOS} photos can be sent at once.",
            field="photos",
        )
    return text


def _case(session: Session, instance_id: UUID, actor: Actor) -> UUID:
    """Give the case's organisation; NotFound unless the actor reported or may read the case."""
    statement = select(Instance.organisation_id).where(Instance.id == instance_id)
    organisation_id = session.scalar(visible_to(actor, statement))
    if organisation_id is None:
        raise NotFound()
    if _is_reporter(session, organisation_id, instance_id, actor):
        return organisation_id
    if actor.receipt_for is not None or not allows(actor, "case:read"):
        raise NotFound()
    return organisation_id


def _is_reporter(session: Session, organisation_id: UUID, instance_id: UUID, actor: Actor) -> bool:
    if actor.receipt_for is not None:
        return actor.receipt_for == instance_id
    return actor.user_id is not None and reporters.is_reporter(
        session, organisation_id, instance_id, actor.user_id
    )


def _write(
    session: Session,
    organisation_id: UUID,
    instance_id: UUID,
    role: str,
    author: UUID | None,
    text: str,
    photos: Sequence[str] = (),
) -> None:
    session.connection().execute(
        insert(ReporterMessage).values(
            organisation_id=organisation_id,
            id=new_id(),
            instance_id=instance_id,
            at=clock.now(),
            from_role=role,
            author_id=author,
            text=text,
            photos=list(photos),
            read_at=None,
        )
    )


def _said(row: ReporterMessage) -> Said:
    if row.from_role == _SYSTEM:
        text = Message(**orjson.loads(row.text))
    else:
        text = Message(row.text, row.text)
    return Said(row.at, row.from_role, ROLES[row.from_role], text, row.read_at, row.photos)


def _of(organisation_id: UUID, instance_id: UUID) -> ColumnElement[bool]:
    return and_(
        ReporterMessage.organisation_id == organisation_id,
        ReporterMessage.instance_id == instance_id,
    )
