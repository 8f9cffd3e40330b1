"""How stories of votes begin: deployed, brought to the vote, and who is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, tasks
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, do
from tests.voting import bundle


def deploy_votes(session: Session, cast: Cast) -> Cast:
    """Deploy the diagrams with votes for 甲 and for the one-person firm."""
    for owner in (cast.enterprise_id, cast.one_person_firm_id):
        execute(session, definitions.deploy, bundle(), organisation_id=owner, actor=SYSTEM)
    return cast


def voting_on(session: Session, cast: Cast, key: str, **more: Any) -> UUID:
    """Start a case and bring it to its vote."""
    instance = begin(session, cast.reporter, key, **more)
    do(session, cast.verifier, instance, "first", again=False)
    return instance


def seats(session: Session, instance: UUID) -> dict[UUID, UUID]:
    """Who is asked now → their task."""
    session.rollback()
    rows = session.execute(
        select(t.Task.assignee_id, t.Task.id)
        .where(t.Task.instance_id == instance, t.Task.state == "open")
        .order_by(t.Task.id)
    ).all()
    session.rollback()
    return {row.assignee_id: row.id for row in rows}


def cast_vote(
    session: Session, instance: UUID, actor: Actor, decision: str, opinion: str = ""
) -> tasks.Outcome:
    """Vote as `actor`."""
    answers = {"decision": decision, "opinion": opinion}
    task_id = seats(session, instance)[actor.user_id]
    return execute(session, tasks.complete, task_id, answers, actor=actor)
