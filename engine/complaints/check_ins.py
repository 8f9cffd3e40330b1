"""The question after 90 days: has anything happened to you because of your report? (domain.md B7)

A row is written in the step that pays the reward or gives the feedback; from its day on the
reporter's own pages ask. No job has to run, so nothing can be asked twice or be missed; and no
history, message or notice tells that it was asked, or what was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock, progress, reporters
from engine.actors import Actor
from engine.errors import InvalidAnswers, NotFound
from engine.store import tables as t

ANSWERS: Final = ("no", "yes", "unsaid")
#: From then on it counts as not answered.
PATIENCE: Final = timedelta(days=30)


@dataclass(frozen=True)
class Question:
    """The question as its reporter finds it; codes are seen by others.

    So it is not told what was answered, nor whether a complaint began.
    """

    asked_on: date
    is_answered: bool


def question(session: Session, instance_id: UUID, *, actor: Actor) -> Question | None:
    """Give the question about one's own report; None before its day."""
    row = progress.get_own(session, instance_id, actor=actor)
    found = session.get(t.CheckIn, (row.organisation_id, instance_id))
    if found is None or found.due_on > clock.local_date():
        return None
    return Question(found.due_on, found.answer is not None)


def answer(session: Session, instance_id: UUID, said: str, *, actor: Actor) -> None:
    """Answer for one's own report; once a complaint began nothing changes, and nobody is told so.

    Raises:
        NotFound: it is not theirs, or not asked yet. InvalidAnswers: no such answer.
    """
    row = progress.get_own(session, instance_id, actor=actor)
    if said not in ANSWERS:
        raise InvalidAnswers.at("answer", "请选择一项。", "Choose one.")
    key = (row.organisation_id, instance_id)
    found = session.get(t.CheckIn, key, with_for_update=True)
    if found is None or found.due_on > clock.local_date():
        raise NotFound()
    if found.fixed_at is not None:
        return
    found.answer, found.answered_at = said, clock.now()
    session.flush()


def fix(session: Session, organisation_id: UUID, instance_id: UUID) -> None:
    """Note that a complaint began: what was answered stays, and "yes" where nothing was.

    Of when, only the day is kept: the moment would lead from a nameless complaint to its report.
    """
    table, day = t.CheckIn, datetime.combine(clock.local_date(), time.min, clock.LOCAL_ZONE)
    session.execute(
        update(table)
        .where(
            table.organisation_id == organisation_id,
            table.instance_id == instance_id,
            table.fixed_at.is_(None),
        )
        .values(
            fixed_at=day,
            answer=func.coalesce(table.answer, "yes"),
            answered_at=func.coalesce(table.answered_at, day),
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
