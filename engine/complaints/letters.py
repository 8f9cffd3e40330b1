"""The enterprise's side: the union's letters to its principal, and the reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import attachments, clock, history
from engine.actors import Actor
from engine.complaints import contact
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.permissions import require, role_for
from engine.statistics.paging import cursor, older_than
from engine.store import tables as t

LONGEST: Final = 2000
MOST_FILES: Final = 9


def listed(
    session: Session, *, actor: Actor, after: str | None = None, limit: int = 30
) -> tuple[Sequence[t.UnionLetter], str | None]:
    """Give a page of the letters to the actor's enterprise, the latest first."""
    require(actor, "letter:read")
    statement = select(t.UnionLetter).where(t.UnionLetter.organisation_id == actor.organisation_id)
    if after:
        statement = statement.where(older_than(t.UnionLetter.sent_at, t.UnionLetter.id, after))
    order = (t.UnionLetter.sent_at.desc(), t.UnionLetter.id.desc())
    rows = session.scalars(statement.order_by(*order).limit(limit + 1)).all()
    shown = rows[:limit]
    more = cursor(shown[-1].sent_at, shown[-1].id) if len(rows) > limit else None
    return shown, more


def get(session: Session, letter_id: UUID, *, actor: Actor) -> t.UnionLetter:
    """Give a letter to the actor's enterprise; NotFound otherwise."""
    require(actor, "letter:read")
    return _get(session, letter_id, actor)


def paper(session: Session, row: t.UnionLetter) -> t.Certificate | None:
    """Give the letter as a paper; None while it is being made."""
    return session.scalar(
        select(t.Certificate).where(
            t.Certificate.organisation_id == row.room_id, t.Certificate.number == row.number
        )
    )


def reply(
    session: Session, letter_id: UUID, *, text: str, files: Sequence[str] = (), actor: Actor
) -> t.UnionLetter:
    """Reply to a letter, once more as long as the union has not judged.

    Args:
        files: ids of uploaded photos or documents.

    Raises:
        NotAllowed, NotFound: not theirs to reply. InvalidAnswers: nothing is said, or too much.
        Conflict: the union has judged already.
    """
    require(actor, "letter:reply")
    _get(session, letter_id, actor)
    key = (actor.organisation_id, letter_id)
    row = session.get_one(t.UnionLetter, key, with_for_update=True)
    if row.state == "closed":
        raise Conflict(
            "工会已经作出判断，不需要再答复。",
            "The union has judged; no more reply is needed.",
        )
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise InvalidAnswers.at(
            "text",
            f"请写明怎样处理，最多 {LONGEST} 个字。",
            f"Say what was done, in at most {LONGEST} characters.",
        )
    if len(files) > MOST_FILES:
        raise InvalidAnswers.at(
            "files", f"最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files."
        )
    attachments.hold(session, row.organisation_id, files, by=t.UnionLetter.__tablename__)
    kept = [str(UUID(one)) for one in dict.fromkeys(files)]
    if (row.reply, row.files) == (said, kept):
        # The same again, as by a second tap.
        return row
    row.reply, row.files = said, kept
    row.state, row.replied_at, row.replied_by = "answered", clock.now(), actor.user_id
    event = history.Event(
        tag="letter:answered",
        data={"round": row.round, "reply": row.reply, "files": row.files},
    )
    role = role_for(actor, "letter:reply")
    history.append(session, row.room_id, row.complaint_id, [event], actor=actor, role=role)
    session.flush()
    complaint = session.get_one(t.Complaint, (row.room_id, row.complaint_id))
    contact.tell_union(session, complaint, "complaint_replied")
    return row


def _get(session: Session, letter_id: UUID, actor: Actor) -> t.UnionLetter:
    found = session.get(t.UnionLetter, (actor.organisation_id, letter_id))
    if found is None:
        raise NotFound()
    return found
