"""The course of one case, moment by moment: what was passed, what was open, how long steps took.

Everything is read from the history and the rows of tasks, which keep what the running state has
long forgotten. Events of one step share its moment, so what is open at any of them is what was
open when that step had ended. A case that was moved is told by the version it ran by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, definitions, history, instances, spiff
from engine.definitions import Loaded
from engine.diagrams import count_passed
from engine.store import tables as t

#: The tag of the event by which a case runs by another version.
MOVED: Final = "instance:migrated"
#: Tag → the state a case is in from then on.
_STATES: Final = {
    "instance:suspended": "suspended",
    "instance:resumed": "active",
    "instance:completed": "completed",
    "instance:cancelled": "cancelled",
}
#: More events than this no case has that anybody walks through by hand.
LONGEST: Final = 2000


@dataclass(frozen=True)
class Standing:
    """How a case stood after one event."""

    sequence: int
    #: Element key → how often it had been passed.
    passed: Mapping[str, int]
    #: The keys of what was open.
    open: frozenset[str]
    #: The keys of what this very event passed.
    just: frozenset[str]
    #: active | suspended | completed | cancelled
    state: str = "active"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One time that a person's step was open."""

    task_id: UUID
    element: str
    name: str
    group: str
    #: The first, second … time that this step was open.
    turn: int
    #: open | completed | cancelled
    state: str
    opened_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    #: The event by which it was done, or None.
    done: Any | None = None

    @property
    def waited(self) -> timedelta:
        """How long nobody had taken it up."""
        return (self.claimed_at or self.ended_at or clock.now()) - self.opened_at

    @property
    def worked(self) -> timedelta | None:
        """How long it lay with whoever had taken it up; None when nobody claimed it."""
        if self.claimed_at is None:
            return None
        return (self.ended_at or clock.now()) - self.claimed_at

    @property
    def kept(self) -> bool | None:
        """Whether its deadline was kept; None when there is none, or it was dropped in time."""
        if self.due_at is None:
            return None
        if (self.ended_at or clock.now()) > self.due_at:
            return False
        return True if self.state == "completed" else None


@dataclass(frozen=True)
class Course:
    """One case's events, tasks and diagram."""

    row: Any
    events: Sequence[t.Event]
    tasks: Sequence[Any]
    #: (the event since which it runs by it, the version), the first one first.
    versions: Sequence[tuple[int, Loaded]] = field(repr=False)
    #: Where the saved state is now.
    here: frozenset[str]

    @property
    def last(self) -> int:
        """The number of the last event that was read."""
        return self.events[-1].sequence if self.events else 0

    def version_at(self, sequence: int) -> Loaded:
        """Give the version by which the case ran after that event."""
        return [loaded for since, loaded in self.versions if since <= max(sequence, 1)][-1]

    def at(self, sequence: int) -> Standing:
        """Give how the case stood after that event; after the last one that is not later."""
        events = [one for one in self.events if one.sequence <= sequence]
        if not events:
            return Standing(0, {}, frozenset(), frozenset())
        event = events[-1]
        model = self.version_at(event.sequence).model
        told = ((one.tag, one.element, one.data) for one in events)
        is_last = event.sequence == self.last == self.row.event_count
        return Standing(
            event.sequence,
            count_passed(model, told),
            self.here if is_last else frozenset(self._open_at(event)),
            frozenset(self._paths.get(event.sequence, ())),
            next((_STATES[one.tag] for one in reversed(events) if one.tag in _STATES), "active"),
        )

    def place(self, sequence: int) -> str | None:
        """Give the element at which the case last moved, up to that event; None at its start."""
        elements = {task.id: task.element for task in self.tasks}
        for event in reversed(self.events):
            if event.sequence <= sequence:
                path = self._paths.get(event.sequence)
                found = event.element or elements.get(event.task_id) or (path and path[-1])
                if found:
                    return found
        return None

    @cached_property
    def steps(self) -> list[Step]:
        """Every time that a person's step was open, in the order of their opening."""
        turns: Counter[str] = Counter()
        done = {e.task_id: e for e in self.events if e.tag == "task:completed"}
        found = []
        for task in self.tasks:
            turns[task.element] += 1
            found.append(
                Step(
                    task_id=task.id,
                    element=task.element,
                    name=task.name,
                    group=task.candidate_group,
                    turn=turns[task.element],
                    state=task.state,
                    opened_at=task.created_at,
                    claimed_at=task.claimed_at,
                    ended_at=task.completed_at,
                    due_at=task.due_at,
                    done=done.get(task.id),
                )
            )
        return found

    @cached_property
    def _paths(self) -> dict[int, list[str]]:
        return {
            one.sequence: orjson.loads(one.data).get("path") or []
            for one in self.events
            if '"path"' in one.data
        }

    def _open_at(self, event: t.Event) -> Iterator[str]:
        """Yield the steps that were open after an event, and the calls they are in.

        What a machine waited for, such as a moment to come, is not told of the past.
        """
        done = {one.task_id: one.sequence for one in self.events if one.tag == "task:completed"}
        open_then = {
            self._element(task, event.sequence)
            for task in self.tasks
            if task.created_at <= event.at
            and (
                done[task.id] > event.sequence
                if task.id in done
                else task.completed_at is None or task.completed_at > event.at
            )
        }
        elements = self.version_at(event.sequence).model.elements
        open_then &= elements.keys()
        yield from open_then
        yield from _calls_of(self.version_at(event.sequence).model, open_then)

    def _element(self, task: Any, sequence: int) -> str:
        """Give the key of a task's element after an event: a move may have named it otherwise."""
        found = str(task.element)
        for at, renamed, moment in reversed(self._moves):
            was_open = task.created_at <= moment and (
                task.completed_at is None or task.completed_at >= moment
            )
            if at > sequence and was_open:
                found = renamed.get(found, found)
        return found

    @cached_property
    def _moves(self) -> list[tuple[int, dict[str, str], datetime]]:
        """Each move: its event, new key → old key, and its moment."""
        found = []
        for one in self.events:
            if one.tag == MOVED:
                mapping = orjson.loads(one.data).get("mapping") or {}
                found.append((one.sequence, {new: old for old, new in mapping.items()}, one.at))
        return found


def _calls_of(model: spiff.Model, keys: set[str]) -> Iterator[str]:
    """Yield the call activities that lead to these elements, up to the main process."""
    elements, seen = model.elements, {model.process_key}
    inside = {elements[key].process for key in keys if key in elements} - seen
    while inside:
        calls = [one for one in elements.values() if one.called in inside]
        yield from (one.key for one in calls)
        seen |= inside
        inside = {one.process for one in calls} - seen


def read(session: Session, row: Any) -> Course:
    """Read the course of a case.

    Args:
        row: the instance's columns (`engine.instances.get_instance`).
    """
    loaded = definitions.load(session, row.definition_id)
    events = history.read(session, row.organisation_id, row.id, limit=LONGEST)
    here = spiff.waits_at(loaded.model, instances.read_blob(session, row))
    versions = _versions(session, loaded, events)
    return Course(row, events, _tasks(session, row), versions, frozenset(here))


def _versions(
    session: Session, loaded: Loaded, events: Sequence[t.Event]
) -> list[tuple[int, Loaded]]:
    """Give the versions a case ran by, each with the event since which it did."""
    moves = [(one.sequence, orjson.loads(one.data)) for one in events if one.tag == MOVED]
    if not moves:
        return [(0, loaded)]
    first = UUID(moves[0][1]["from"]["definition"])
    found = [(0, first), *((at, UUID(data["to"]["definition"])) for at, data in moves)]
    return [(at, definitions.load(session, one)) for at, one in found]


def definition(session: Session, definition_id: UUID) -> t.Definition:
    """Give the row of a version that a case ran by."""
    return session.get_one(t.Definition, definition_id)


def diagram_of(session: Session, loaded: Loaded, process: str) -> bytes:
    """Give the diagram of one process of a version, as it was drawn."""
    drawn = loaded.pinned["bpmn", process].id
    return session.scalars(select(t.Resource.content).where(t.Resource.id == drawn)).one()


def _tasks(session: Session, row: Any) -> Sequence[Any]:
    task = t.Task
    return session.execute(
        select(
            task.id,
            task.element,
            task.name,
            task.candidate_group,
            task.state,
            task.created_at,
            task.claimed_at,
            task.completed_at,
            task.due_at,
        )
        .where(task.organisation_id == row.organisation_id, task.instance_id == row.id)
        .order_by(task.created_at, task.id)
        .limit(LONGEST)
    ).all()


def resources(session: Session, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Give what forms and tables a history cites: kind, key, version and digest by their ids."""
    if not ids:
        return {}
    resource = t.Resource
    found = session.execute(
        select(resource.id, resource.kind, resource.key, resource.version, resource.digest).where(
            resource.id.in_(ids)
        )
    )
    return {one.id: one for one in found}
