"""One's own complaint: finding it, talking with the union, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import actors, messages, reported, reporters, steps
from engine.actors import Actor
from engine.complaints import contact, filing, rooms
from engine.errors import Conflict, NotFound
from engine.store import tables as t


def withdraw(session: Session, room_id: UUID, complaint_id: UUID, *, actor: Actor) -> None:
    """Take a complaint back; what was written stays, and nobody works on it any more.

    Raises:
        NotFound: it is not theirs. Conflict: it is over already.
    """
    row = get_own(session, room_id, complaint_id, actor=actor)
    if row.state in ("closed", "withdrawn"):
        raise Conflict("这件投诉已经结束。", "This complaint is over already.")
    guest = rooms.guest(row.handler_id)
    with (
        rooms.refusing_unnoted(),
        steps.step(session, room_id, complaint_id, actor=guest, role="reporter") as step,
    ):
        step.workflow.cancel()
        step.case.state = "cancelled"
        step.case.ended_at = step.at
        step.record("instance:cancelled", reason="投诉人撤回")
    contact.tell_union(session, row, "complaint_withdrawn")


def say(
    session: Session,
    room_id: UUID,
    complaint_id: UUID,
    text: str,
    *,
    photos: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Leave the union a message, with photos uploaded in its room.

    Raises:
        NotFound: the complaint is not theirs. Invalid, InvalidAnswers: as `messages.say`.
    """
    row = get_own(session, room_id, complaint_id, actor=actor)
    with rooms.refusing_unnoted():
        messages.say(session, complaint_id, text, photos=photos, actor=_reader(row))
    contact.tell_union(session, row, "complaint_message")


def said(session: Session, row: t.Complaint) -> list[messages.Said]:
    """Give what was said with the union; for a complaint that `get_own` gave."""
    return messages.read(session, row.id, actor=_reader(row))


def mark_read(session: Session, room_id: UUID, complaint_id: UUID, *, actor: Actor) -> None:
    """Note that the complainant read what the union said."""
    row = get_own(session, room_id, complaint_id, actor=actor)
    messages.mark_read(session, complaint_id, actor=_reader(row))


def _reader(row: t.Complaint) -> Actor:
    """Give the complainant as their receipt code knows them: of this one case, nameless."""
    return actors.by_receipt(row.organisation_id, row.id)


def get_own(session: Session, room_id: UUID, complaint_id: UUID, *, actor: Actor) -> t.Complaint:
    """Give a complaint to the one who made it, by its code or by the account; else NotFound."""
    row = session.get(t.Complaint, (room_id, complaint_id))
    if row is None or not is_own(session, row, actor):
        raise NotFound()
    return row


def find_own(session: Session, complaint_id: UUID, *, actor: Actor) -> t.Complaint | None:
    """Give a complaint the actor made, wherever it was sent to; None when it is not theirs."""
    if actor.receipt_for is not None:
        owners = [actor.organisation_id]
    else:
        owners = [rooms.room_id(one) for one in _handlers(session, actor.organisation_id)]
    statement = select(t.Complaint).where(
        t.Complaint.organisation_id.in_(owners), t.Complaint.id == complaint_id
    )
    row = session.scalar(statement)
    return row if row is not None and is_own(session, row, actor) else None


def is_own(session: Session, row: t.Complaint, actor: Actor) -> bool:
    """Say whether the actor made this complaint; by account only where the union may know them."""
    if actor.receipt_for is not None:
        return actor.receipt_for == row.id
    if actor.user_id is None:
        return False
    mode = reporters.mode_of(session, row.organisation_id, row.id)
    named = mode is not None and mode[0] != "anonymous"
    return named and reporters.is_reporter(session, row.organisation_id, row.id, actor.user_id)


def own(session: Session, *, actor: Actor) -> Sequence[t.Complaint]:
    """Give the complaints the actor made with their account, the latest first."""
    enterprise = filing.enterprise_of(session, actor=actor)
    if actor.user_id is None:
        return []
    handlers = _handlers(session, enterprise.id)
    rows = session.scalars(
        select(t.Complaint)
        .where(
            t.Complaint.organisation_id.in_([rooms.room_id(one) for one in handlers]),
            t.Complaint.enterprise_id == enterprise.id,
            t.Complaint.id.in_(_own_ids(session, handlers, actor.user_id)),
        )
        .order_by(t.Complaint.filed_at.desc(), t.Complaint.id.desc())
    )
    return rows.all()


def _handlers(session: Session, enterprise_id: UUID | None) -> Sequence[UUID]:
    """Give whom complaints about an enterprise were sent to, though another is named by now."""
    sent = select(t.Complaint.handler_id).where(t.Complaint.enterprise_id == enterprise_id)
    return session.scalars(sent.distinct()).all()


def _own_ids(session: Session, handlers: Sequence[UUID], user_id: UUID) -> set[UUID]:
    kept = [reported.all_by(session, rooms.room_id(one), user_id) for one in handlers]
    return {id_ for ids in kept for id_ in ids}
