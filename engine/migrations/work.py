"""The job that moves the cases of a batch, one in each transaction."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import clock, definitions, membership
from engine.actors import SYSTEM, Actor
from engine.errors import Message, NotAllowed
from engine.jobs import Job, handler
from engine.migrations.batches import JOB
from engine.migrations.moving import Outcome, Route, move
from engine.permissions import role_for
from engine.store import tables as t

logger = logging.getLogger("bihuan.migrations")
_LONGEST: int = 500


@handler(JOB)
def move_next(session: Session, job: Job) -> bool:
    """Move the next case of a batch; say whether there may be another."""
    row = session.get(t.Migration, (job.organisation_id, UUID(job.payload["migration"])))
    if row is None or row.state != "running":
        return False
    item = _next_item(session, row)
    if item is None:
        _end(session, row)
        return False
    _note(item, _moved(session, row, item))
    return True


def _next_item(session: Session, row: t.Migration) -> t.MigrationItem | None:
    item = t.MigrationItem
    return session.scalar(
        select(item)
        .where(
            item.organisation_id == row.organisation_id,
            item.migration_id == row.id,
            item.state == "waiting",
        )
        .order_by(item.instance_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _end(session: Session, row: t.Migration) -> None:
    """Say that the batch is done, unless another worker still has a case in hand."""
    item = t.MigrationItem
    still_waits = exists().where(
        item.organisation_id == row.organisation_id,
        item.migration_id == row.id,
        item.state == "waiting",
    )
    if not session.scalar(select(still_waits)):
        row.state, row.ended_at = "done", clock.now()


def _moved(session: Session, row: t.Migration, item: t.MigrationItem) -> Outcome:
    actor = _actor(session, row)
    route = Route.between(
        definitions.load(session, row.source_id),
        definitions.load(session, row.target_id),
        row.mapping,
    )
    facts: dict[str, Any] = {"reason": row.reason, "migration": str(row.id)}
    if route.old.organisation_id != route.new.organisation_id:
        facts["owners"] = _owners(session, route)
    role = role_for(actor, "case:migrate")
    return move(session, item.instance_id, route, facts=facts, actor=actor, role=role)


def _owners(session: Session, route: Route) -> dict[str, str]:
    """Give who drew either version, where two have one and the same number."""
    return {
        end: session.get_one(t.Organisation, loaded.organisation_id).name
        for end, loaded in (("from", route.old), ("to", route.new))
    }


def _actor(session: Session, row: t.Migration) -> Actor:
    """Give who began it; who is no longer a member acts in nobody's name but the machine's."""
    try:
        return membership.actor_for(session, row.created_by, row.organisation_id)
    except NotAllowed:
        return Actor(
            user_id=row.created_by,
            name="",
            organisation_id=row.organisation_id,
            roles=SYSTEM.roles,
        )


def _note(item: t.MigrationItem, outcome: Outcome) -> None:
    item.state = "moved" if outcome.state == "there" else outcome.state
    item.at = clock.now()
    words = outcome.words or Message("", "")
    item.zh, item.en = words.zh[:_LONGEST] or None, words.en[:_LONGEST] or None
