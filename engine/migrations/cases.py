"""The running cases of an organisation by their versions, and what would become of each.

Who moves cases need not be allowed to read them: a case is its number, its state and the names of
the steps it waits at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.cases import select_case
from engine.errors import Message
from engine.migrations.moving import RUNNING, Route, look
from engine.migrations.plans import Plan, Version, versions_of
from engine.permissions import require
from engine.store import tables as t

#: Cases of one dry run; a batch has no such bound.
MOST: Final = 2000


@dataclass(frozen=True)
class Case:
    """A running case, as far as it is anybody's business here."""

    id: UUID
    number: str
    state: str
    started_at: datetime
    #: Names of the steps it waits at.
    at: Sequence[str]


@dataclass(frozen=True)
class Trial:
    """What would become of a case; see `engine.migrations.moving.Outcome`."""

    case: Case
    state: str
    words: Message | None


def sources(session: Session, key: str, *, actor: Actor) -> list[tuple[Version, int]]:
    """Give the versions of a process that running cases of the organisation run by; how many."""
    require(actor, "case:migrate")
    counted = session.execute(
        select(t.Instance.definition_id, func.count())
        .where(t.Instance.key == key, *_running(actor))
        .group_by(t.Instance.definition_id)
    ).all()
    versions = versions_of(session, [definition_id for definition_id, _number in counted])
    found = [(versions[definition_id], number) for definition_id, number in counted]
    return sorted(found, key=lambda pair: pair[0].created_at, reverse=True)


def count(session: Session, definition_id: UUID, *, actor: Actor) -> int:
    """Count the organisation's running cases of a version."""
    require(actor, "case:migrate")
    wanted = select(func.count()).select_from(t.Instance)
    wanted = wanted.where(t.Instance.definition_id == definition_id, *_running(actor))
    return session.scalar(wanted) or 0


def dry_run(session: Session, plan: Plan, *, actor: Actor) -> list[Trial]:
    """Say for each running case of the plan's source what would become of it; oldest first.

    Reads only. At most `MOST` cases are looked at.
    """
    require(actor, "case:migrate")
    route = Route.between(plan.old, plan.new, plan.mapping)
    rows = session.execute(
        select_case()
        .where(t.Instance.definition_id == plan.source.id, *_running(actor))
        .order_by(t.Instance.id)
        .limit(MOST)
    ).all()
    waiting = waiting_at(session, actor, [row.id for row in rows])
    trials = []
    for row in rows:
        outcome = look(session, row, route, actor=actor)
        trials.append(Trial(_case(row, waiting), outcome.state, outcome.words))
    return trials


def running_ids(session: Session, definition_id: UUID, *, actor: Actor) -> Sequence[UUID]:
    """Give the ids of the organisation's running cases of a version, oldest first."""
    return session.scalars(
        select(t.Instance.id)
        .where(t.Instance.definition_id == definition_id, *_running(actor))
        .order_by(t.Instance.id)
    ).all()


def waiting_at(
    session: Session, actor: Actor, ids: Collection[UUID]
) -> Mapping[UUID, Sequence[str]]:
    """Give the names of the steps at which cases wait."""
    found: dict[UUID, list[str]] = {}
    rows = session.execute(
        select(t.Task.instance_id, t.Task.name)
        .where(
            t.Task.organisation_id == actor.organisation_id,
            t.Task.instance_id.in_(ids),
            t.Task.state == "open",
        )
        .order_by(t.Task.created_at, t.Task.id)
    )
    for instance_id, name in rows:
        found.setdefault(instance_id, []).append(name)
    return found


def _running(actor: Actor) -> tuple[Any, ...]:
    return (
        t.Instance.organisation_id == actor.organisation_id,
        t.Instance.state.in_(RUNNING),
    )


def _case(row: Any, waiting: Mapping[UUID, Sequence[str]]) -> Case:
    return Case(row.id, row.number, row.state, row.started_at, waiting.get(row.id, ()))
