"""How far a batch has come, and what became of each of its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import Message, NotFound
from engine.migrations.cases import waiting_at
from engine.migrations.plans import Version, versions_of
from engine.permissions import require
from engine.store import tables as t

#: What may be tried once more.
AGAIN: Final = ("refused", "failed")


@dataclass(frozen=True)
class Item:
    """What became of one case."""

    instance_id: UUID
    number: str
    case_state: str
    at: Sequence[str]
    #: waiting | moved | refused | failed
    state: str
    ended_at: datetime | None
    words: Message | None


@dataclass(frozen=True)
class Progress:
    """How far a batch has come."""

    id: UUID
    #: running | done | stopped
    state: str
    source: Version
    target: Version
    mapping: Mapping[str, str]
    reason: str
    created_at: datetime
    author: str
    ended_at: datetime | None
    #: State of an item → how many.
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many cases it is about."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """How many of them are settled, one way or the other."""
        return self.total - self.counts.get("waiting", 0)

    @property
    def may_be_tried_again(self) -> bool:
        """Whether there is something to try once more, and nothing going on."""
        left = sum(self.counts.get(state, 0) for state in (*AGAIN, "waiting"))
        return self.state != "running" and left > 0


def progress(session: Session, migration_id: UUID, *, actor: Actor) -> Progress:
    """Say how far a batch has come; NotFound when it is not the organisation's."""
    row = get_row(session, migration_id, actor)
    return next(iter(_told(session, [row])))


def items(
    session: Session, migration_id: UUID, *, actor: Actor, state: str = "", limit: int = 200
) -> list[Item]:
    """Give what became of the cases: what did not go well first, then the latest."""
    row = get_row(session, migration_id, actor)
    item = t.MigrationItem
    statement = (
        select(item, t.Instance.number, t.Instance.state.label("case_state"))
        .join(
            t.Instance,
            (t.Instance.organisation_id == item.organisation_id)
            & (t.Instance.id == item.instance_id),
        )
        .where(item.organisation_id == row.organisation_id, item.migration_id == row.id)
        .order_by(_rank(item.state), item.at.desc(), t.Instance.number)
        .limit(limit)
    )
    if state:
        statement = statement.where(item.state == state)
    found = session.execute(statement).all()
    waiting = waiting_at(session, actor, [one.instance_id for one, _number, _state in found])
    return [
        Item(
            instance_id=one.instance_id,
            number=number,
            case_state=case_state,
            at=waiting.get(one.instance_id, ()),
            state=one.state,
            ended_at=one.at,
            words=Message(one.zh, one.en or one.zh) if one.zh else None,
        )
        for one, number, case_state in found
    ]


def listed(session: Session, key: str, *, actor: Actor, limit: int = 20) -> list[Progress]:
    """Give the organisation's batches of a process, latest first."""
    require(actor, "case:migrate")
    rows = session.scalars(
        select(t.Migration)
        .join(t.Definition, t.Definition.id == t.Migration.source_id)
        .where(t.Migration.organisation_id == actor.organisation_id, t.Definition.key == key)
        .order_by(t.Migration.created_at.desc())
        .limit(limit)
    ).all()
    return _told(session, rows)


def _rank(state: Any) -> Any:
    """Put what did not go well before what did, and that before what still waits."""
    return case((state == "moved", 1), (state == "waiting", 2), else_=0)


def _told(session: Session, rows: Sequence[t.Migration]) -> list[Progress]:
    versions = versions_of(session, {row.source_id for row in rows} | {r.target_id for r in rows})
    counts = _counts(session, rows)
    return [
        Progress(
            id=row.id,
            state=row.state,
            source=versions[row.source_id],
            target=versions[row.target_id],
            mapping=row.mapping,
            reason=row.reason,
            created_at=row.created_at,
            author=session.get_one(t.User, row.created_by).name,
            ended_at=row.ended_at,
            counts=counts.get(row.id, {}),
        )
        for row in rows
    ]


def _counts(session: Session, rows: Sequence[t.Migration]) -> dict[UUID, dict[str, int]]:
    item = t.MigrationItem
    found: dict[UUID, dict[str, int]] = {}
    if rows:
        counted = session.execute(
            select(item.migration_id, item.state, func.count())
            .where(
                item.organisation_id == rows[0].organisation_id,
                item.migration_id.in_([row.id for row in rows]),
            )
            .group_by(item.migration_id, item.state)
        )
        for migration_id, state, number in counted:
            found.setdefault(migration_id, {})[state] = number
    return found


def get_row(
    session: Session, migration_id: UUID, actor: Actor, *, lock: bool = False
) -> t.Migration:
    """Give a batch of the actor's organisation; NotFound when there is none."""
    require(actor, "case:migrate")
    wanted: Any = select(t.Migration).where(
        t.Migration.organisation_id == actor.organisation_id, t.Migration.id == migration_id
    )
    row = session.scalar(wanted.with_for_update() if lock else wanted)
    if row is None:
        raise NotFound()
    found: t.Migration = row
    return found
