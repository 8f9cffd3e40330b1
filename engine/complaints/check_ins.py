"""The question after 90 days: has anything happened to you because of your report? (domain.md B7)

A row is written in the step that pays the reward or gives the feedback; from its day on the
reporter's own pages ask. No job has to run, so nothing can be asked twice or be missed; and no
history, message or notice tells that it was asked, or what was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock, progress, reporters
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotFound
from engine.store import tables as t

ANSWERS: Final = ("no", "yes", "unsaid")
#: From then on it counts as not answered.
PATIENCE: Final = timedelta(days=30)


@dataclass(frozen=True)
class Question:
    """The question as its reporter finds it; not what was answered: codes are seen by others."""

    asked_on: date
    is_answered: bool
    may_answer: bool


def question(session: Session, instance_id: UUID, *, actor: Actor) -> Question | None:
    """Give the question about one's own report; None before its day."""
    row = progress.get_own(session, instance_id, actor=actor)
    found = session.get(t.CheckIn, (row.organisation_id, instance_id))
    if found is None or found.due_on > clock.local_date():
        return None
    return Question(found.due_on, found.answer is not None, found.fixed_at is None)


def answer(session: Session, instance_id: UUID, said: str, *, actor: Actor) -> None:
    """Answer for one's own report; changeable until a complaint began.

    Raises:
        NotFound: it is not theirs, or not asked yet. InvalidAnswers: no such answer.
        Conflict: a complaint has begun.
    """
    row = progress.get_own(session, instance_id, actor=actor)
    if said not in ANSWERS:
        raise InvalidAnswers.at("answer", "请选择一项。", "Choose one.")
    key = (row.organisation_id, instance_id)
    found = session.get(t.CheckIn, key, with_for_update=True)
    if found is None or found.due_on > clock.local_date():
        raise NotFound()
    if found.fixed_at is not None:
        raise Conflict(
            "您已经为这份报告提出投诉，回答不再改动。",
            "You have complained about this report; the answer stays as it is.",
        )
    found.answer, found.answered_at = said, clock.now()
    session.flush()


def fix(session: Session, organisation_id: UUID, instance_id: UUID) -> None:
    """Note that a complaint began: what was answered stays, and "yes" where nothing was."""
    table = t.CheckIn
    session.execute(
        update(table)
        .where(
            table.organisation_id == organisation_id,
            table.instance_id == instance_id,
            table.fixed_at.is_(None),
        )
        .values(
            fixed_at=clock.now(),
            answer=func.coalesce(table.answer, "yes"),
            answered_at=func.coalesce(table.answered_at, clock.now()),
        )
    )


def waiting(session: Session, *, actor: Actor, limit: int = 20) -> Sequence[UUID]:
    """Give the actor's own reports about which they are asked and have not answered."""
    own = reporters.own_ids(session, actor=actor)
    if own is None:
        return []
    statement = (
        select(t.CheckIn.instance_id)
        .where(
            t.CheckIn.organisation_id == actor.organisation_id,
            t.CheckIn.due_on <= clock.local_date(),
            t.CheckIn.due_on > clock.local_date() - PATIENCE,
            t.CheckIn.answer.is_(None),
            t.CheckIn.instance_id.in_(own),
        )
        .limit(limit)
    )
    return session.scalars(statement).all()
