"""The enterprise answers what it was asked to do after a visit (R-40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import attachments, clock, history, notifications
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotFound
from engine.permissions import require, role_for
from engine.store import tables as t

LONGEST: Final = 2000
MOST_FILES: Final = 9


def answer(
    session: Session,
    follow_up_id: UUID,
    *,
    text: str,
    files: Sequence[str] = (),
    actor: Actor,
) -> t.FollowUp:
    """Say what was done about one follow-up, with photos; until it is checked, once more as well.

    Args:
        files: ids of uploaded photos or documents.

    Raises:
        NotAllowed, NotFound: not theirs to answer. InvalidAnswers: nothing is said, or too much.
        Conflict: it was checked already.
    """
    require(actor, "guidance:answer")
    row = session.get(t.FollowUp, (actor.organisation_id, follow_up_id), with_for_update=True)
    if row is None:
        raise NotFound()
    if row.state not in ("open", "answered"):
        raise Conflict(
            "这一项已经复查，不能再改答复。",
            "This has been checked already; the answer stays as it is.",
        )
    row.answer = _clean(text)
    row.files = _keep(session, row, files)
    row.state, row.answered_at, row.answered_by = "answered", clock.now(), actor.user_id
    event = history.Event(
        tag="follow_up:answered", data={"item": row.item, "answer": row.answer, "files": row.files}
    )
    role = role_for(actor, "guidance:answer")
    history.append(session, row.visitor_id, row.visit_id, [event], actor=actor, role=role)
    session.flush()
    _tell_visitors(session, row)
    return row


def _clean(text: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise InvalidAnswers(
            {
                "text": [
                    Message(
                        f"请写明做了什么，最多 {LONGEST} 个字。",
                        f"Say what was done, in at most {LONGEST} characters.",
                    )
                ]
            }
        )
    return said


def _keep(session: Session, row: t.FollowUp, files: Sequence[str]) -> list[str]:
    """Hold the files, so that nobody clears them up; gives their ids."""
    if len(files) > MOST_FILES:
        raise InvalidAnswers.at(
            "files", f"最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files."
        )
    attachments.hold(session, row.organisation_id, files, by=t.FollowUp.__tablename__)
    return [str(UUID(one)) for one in dict.fromkeys(files)]


def _tell_visitors(session: Session, row: t.FollowUp) -> None:
    """Say to the visitors that everything is answered, when it is."""
    waiting = select(func.count()).where(
        t.FollowUp.visitor_id == row.visitor_id,
        t.FollowUp.visit_id == row.visit_id,
        t.FollowUp.state == "open",
    )
    if session.scalar(waiting):
        return
    visit = session.get_one(t.Visit, (row.visitor_id, row.visit_id))
    notifications.notify(
        session,
        organisation_id=row.visitor_id,
        instance_id=row.visit_id,
        roles=("officer",),
        key="follow_up_answered",
        facts={"number": visit.number},
    )
