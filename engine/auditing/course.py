"""The course of one case, moment by moment: what was passed, what was open, how long steps took.

Everything is read from the history and the rows of tasks, which keep what the running state has
long forgotten. Events of one step share its moment, so what is open at any of them is what was
open when that step had ended.
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
from engine.store import tables as t

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
    model: spiff.Model = field(repr=False)
    #: Where the saved state is now.
    here: frozenset[str]

    @property
    def last(self) -> int:
        """The number of the last event that was read."""
        return self.events[-1].sequence if self.events else 0

    def at(self, sequence: int) -> Standing:
        """Give how the case stood after that event; after the last one that is not later."""
        passed: Counter[str] = Counter()
        just: list[str] = []
        event = None
        for one in self.events:
            if one.sequence > sequence:
                break
            event, just = one, self._paths.get(one.sequence, [])
            passed.update(just)
        if event is None:
            return Standing(0, {}, frozenset(), frozenset())
        is_last = event.sequence == self.last == self.row.event_count
        open_now = self.here if is_last else frozenset(self._open_at(event))
        known = {key: times for key, times in passed.items() if key in self.model.elements}
        return Standing(event.sequence, known, open_now, frozenset(just))

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
            task.element
            for task in self.tasks
            if task.created_at <= event.at
            and (
                done[task.id] > event.sequence
                if task.id in done
                else task.completed_at is None or task.completed_at > event.at
            )
        }
        yield from open_then
        yield from self._calls_of(open_then)

    def _calls_of(self, keys: set[str]) -> Iterator[str]:
        """Yield the call activities that lead to these elements, up to the main process."""
        elements, seen = self.model.elements, {self.model.process_key}
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
    model = definitions.load(session, row.definition_id).model
    events = history.read(session, row.organisation_id, row.id, limit=LONGEST)
    here = spiff.waits_at(model, instances.read_blob(session, row))
    return Course(row, events, _tasks(session, row), model, frozenset(here))


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
