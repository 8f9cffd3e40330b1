"""What happened to an instance: append-only events, each hashed with the one before.

An event's hash is SHA-256 over its own fields and the hash before it. The instance row keeps
how many events there are and the last hash, so that a removed tail is found too. Whoever wants
to change the past has to rewrite every later row and the instance, and would still differ from the
seal of that day (engine/seals.py) and every hash that was printed, exported or read before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.store import Write
from engine.store import tables as t
from engine.store.types import microseconds

#: The chain's first link.
GENESIS: Final = b""
_OPEN_CHAINS: Final = "open_chains"
_FORMAT: Final = 1
_ADD_EVENT: Final = Write(insert(t.Event))


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened, before it has a place in the chain."""

    #: subject:action, from the glossary of tags (docs/glossary.md).
    tag: str
    #: JSON-plain facts; never who the reporter is.
    data: dict[str, Any] = field(default_factory=dict)
    task_id: UUID | None = None
    #: Element id in the diagram ("process:element" in a called process).
    element: str | None = None
    on_behalf_of: UUID | None = None
    #: Overrides the role of the chain's actor.
    role: str | None = None
    #: True when the machine did it in the course of a person's step.
    by_system: bool = False


@dataclass
class Chain:
    """The open end of one instance's history during one transaction.

    Events are hashed by `seal`, so that a step may still add facts to an event it recorded.
    """

    organisation_id: UUID
    instance_id: UUID
    count: int
    head: bytes
    actor: Actor
    role: str
    at: datetime
    events: list[Event] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def record(self, event: Event) -> Event:
        """Put `event` at the end of the chain."""
        self.events.append(event)
        return event

    def mark(self) -> int:
        """Give a place to come back to with `take_back`."""
        return len(self.events)

    def take_back(self, mark: int) -> None:
        """Forget what was recorded since `mark`; nothing of it was written yet."""
        del self.events[mark:]

    def seal(self) -> None:
        """Give every recorded event its place, its hash and its row."""
        for event in self.events[len(self.rows) :]:
            self.count += 1
            row = self._row(event)
            self.head = row["hash"] = event_hash(row, self.head)
            self.rows.append(row)

    def _row(self, event: Event) -> dict[str, Any]:
        role = "system" if event.by_system else event.role or self.role
        person = role not in ("system", "reporter")
        return {
            "organisation_id": self.organisation_id,
            "instance_id": self.instance_id,
            "sequence": self.count,
            "at": self.at,
            "tag": event.tag,
            "actor_id": self.actor.user_id if person else None,
            "on_behalf_of": event.on_behalf_of,
            "role": role,
            "task_id": event.task_id,
            "element": event.element,
            "data": orjson.dumps(event.data, option=orjson.OPT_SORT_KEYS).decode(),
        }


def event_hash(row: Any, previous: bytes) -> bytes:
    """Give the hash of an event.

    Args:
        row: a mapping with the columns of the event table.
        previous: the hash of the event before, `GENESIS` for the first.
    """
    content = orjson.dumps(
        [
            _FORMAT,
            row["organisation_id"].hex,
            row["instance_id"].hex,
            row["sequence"],
            microseconds(row["at"]),
            row["tag"],
            _hex(row["actor_id"]),
            _hex(row["on_behalf_of"]),
            row["role"],
            _hex(row["task_id"]),
            row["element"],
            row["data"],
            previous.hex(),
        ]
    )
    return hashlib.sha256(content).digest()


@contextmanager
def open_chain(session: Session, chain: Chain) -> Iterator[Chain]:
    """Make `chain` the one that `append` extends until the block ends."""
    chains: dict[UUID, Chain] = session.info.setdefault(_OPEN_CHAINS, {})
    chains[chain.instance_id] = chain
    try:
        yield chain
    finally:
        del chains[chain.instance_id]


def append(
    session: Session,
    organisation_id: UUID,
    instance_id: UUID,
    events: Sequence[Event],
    *,
    actor: Actor,
    role: str = "",
) -> Sequence[dict[str, Any]]:
    """Append `events` to an instance's history.

    Inside a step they join the step's own chain; outside, the instance row is locked and moved
    on by itself.

    Args:
        role: in which role the actor did it; by default as `acting_role` says.

    Returns:
        the rows as written, for what is derived from them; none where a step will write them.

    Raises:
        NotFound: there is no such instance.
    """
    chain: Chain | None = session.info.get(_OPEN_CHAINS, {}).get(instance_id)
    if chain is not None:
        for event in events:
            chain.record(event)
        return ()
    chain = _lock_chain(session, organisation_id, instance_id, actor, role)
    for event in events:
        chain.record(event)
    write(session, chain)
    session.connection().execute(
        update(t.Instance.__table__)  # type: ignore[arg-type]
        .where(t.Instance.organisation_id == organisation_id, t.Instance.id == instance_id)
        .values(event_count=chain.count, head_hash=chain.head)
    )
    return chain.rows


def write(session: Session, chain: Chain) -> None:
    """Seal the chain and insert its new rows in one statement."""
    chain.seal()
    _ADD_EVENT.run(session, chain.rows)


def acting_role(actor: Actor, role: str = "") -> str:
    """Give the role to note for `actor`: the one given, else the first they hold.

    Who may also report does not act as a reporter unless it is said: that role hides the name.
    """
    return role or min(actor.roles - {"reporter"} or actor.roles, default="")


def read(
    session: Session, organisation_id: UUID, instance_id: UUID, *, after: int = 0, limit: int = 1000
) -> Sequence[t.Event]:
    """Give an instance's events in order, those after sequence `after`."""
    return session.scalars(
        select(t.Event)
        .where(
            t.Event.organisation_id == organisation_id,
            t.Event.instance_id == instance_id,
            t.Event.sequence > after,
        )
        .order_by(t.Event.sequence)
        .limit(limit)
    ).all()


def read_back(
    session: Session,
    organisation_id: UUID,
    instance_id: UUID,
    *,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[t.Event]:
    """Give an instance's events from the newest on, only those before sequence `before`."""
    statement = (
        select(t.Event)
        .where(t.Event.organisation_id == organisation_id, t.Event.instance_id == instance_id)
        .order_by(t.Event.sequence.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(t.Event.sequence < before)
    return session.scalars(statement).all()


def last(session: Session, organisation_id: UUID, instance_id: UUID, *, tag: str) -> t.Event | None:
    """Give an instance's latest event with that tag, or None."""
    found: t.Event | None = session.scalar(
        select(t.Event)
        .where(
            t.Event.organisation_id == organisation_id,
            t.Event.instance_id == instance_id,
            t.Event.tag == tag,
        )
        .order_by(t.Event.sequence.desc())
        .limit(1)
    )
    return found


def _lock_chain(
    session: Session, organisation_id: UUID, instance_id: UUID, actor: Actor, role: str
) -> Chain:
    found = session.execute(
        select(t.Instance.event_count, t.Instance.head_hash)
        .where(t.Instance.organisation_id == organisation_id, t.Instance.id == instance_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound()
    return Chain(
        organisation_id=organisation_id,
        instance_id=instance_id,
        count=found.event_count,
        head=found.head_hash,
        actor=actor,
        role=acting_role(actor, role),
        at=clock.now(),
    )


def _hex(value: UUID | None) -> str | None:
    return None if value is None else value.hex
