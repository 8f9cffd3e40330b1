"""The votes of a case: are they what the history says was cast?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store import tables as t

#: What a vote is: whose, in which round, and how.
_Cast = tuple[UUID | None, str, str]


def examine_votes(session: Session, instance: t.Instance) -> Iterator[tuple[str, str]]:
    """Compare the rows of a case's votes with the completions that cast them."""
    told = _told(session, instance)
    kept: dict[UUID, _Cast] = {
        row.task_id: (row.user_id, str(row.round_id), row.choice)
        for row in session.scalars(_of(t.Vote, instance))
    }
    for task_id in sorted(told.keys() | kept.keys(), key=str):
        if task_id not in kept:
            yield "votes", f"{task_id}: the history says that a vote was cast, and there is none"
        elif task_id not in told:
            yield "votes", f"{task_id}: a vote is kept of which the history knows nothing"
        elif told[task_id] != kept[task_id]:
            yield "votes", f"{task_id}: the vote is not what the history says"


def _told(session: Session, instance: t.Instance) -> dict[UUID, _Cast]:
    found: dict[UUID, _Cast] = {}
    events = _of(t.Event, instance).where(t.Event.tag == "task:completed")
    for event in session.scalars(events):
        vote: dict[str, Any] | None = orjson.loads(event.data).get("vote")
        if vote is not None and event.task_id is not None:
            found[event.task_id] = (event.actor_id, vote["round"], vote["choice"])
    return found


def _of(table: Any, instance: t.Instance) -> Any:
    return select(table).where(
        table.organisation_id == instance.organisation_id, table.instance_id == instance.id
    )
