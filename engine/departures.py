"""When somebody leaves an organisation: what they still had to do is seen to, case by case."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import clock
from engine.store import new_id
from engine.store import tables as t

#: The kind of the jobs that count somebody out of a case's votes (engine/leaving.py).
COUNT_OUT: Final = "count_out"


def leave_votes(session: Session, user_id: UUID, organisation_id: UUID) -> None:
    """Have a person who left counted out of the rounds that wait for them.

    Each case does it in a step of its own, by a job; a suspended one when it is resumed.
    """
    cases = session.execute(
        select(t.Instance.id, t.Instance.state)
        .join(
            t.Task,
            (t.Task.organisation_id == t.Instance.organisation_id)
            & (t.Task.instance_id == t.Instance.id),
        )
        .where(
            t.Task.organisation_id == organisation_id,
            t.Task.assignee_id == user_id,
            t.Task.state == "open",
        )
        .distinct()
    ).all()
    rows = [
        {
            "organisation_id": organisation_id,
            "id": new_id(),
            "instance_id": case.id,
            "kind": COUNT_OUT,
            "state": "held" if case.state == "suspended" else "waiting",
            "due_at": clock.now(),
            "payload": {"user": str(user_id)},
            "created_at": clock.now(),
        }
        for case in cases
    ]
    if rows:
        session.execute(insert(t.Job), rows)
