"""What a running process shows of itself, and what it needs from around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol
from uuid import UUID

from engine.spiff.data import Data, copied
from engine.spiff.elements import Element
from engine.spiff.task import Task


class Voters(NamedTuple):
    """Who votes on a task: (user id, role) in their order, each person once.

    left_out: how many more would vote if separation of duties did not keep them from it.
    """

    seats: Sequence[tuple[str, str]]
    left_out: int = 0


class Environment(Protocol):
    """What a running process needs from outside."""

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """Functions that expressions may call beside those of the language."""

    def call(
        self, element: Element, operator: str, params: dict[str, Any], data: Data
    ) -> Mapping[str, Any] | None:
        """Do what a service task asks; raising means "not now": the task waits to be retried."""

    def decide(self, element: Element, decision_id: str, data: Data) -> Mapping[str, Any] | None:
        """Give the outputs of a decision."""

    def voters(self, element: Element, data: Data) -> Voters:
        """Give who votes on a task, as a round of it begins."""

    def may_still_vote(self, element: Element, voter: str) -> bool:
        """Say whether a voter whose turn comes is still a member."""


class Failure(NamedTuple):
    """A service call that raised."""

    task_id: UUID
    element: Element
    error: Exception


class Deferred(NamedTuple):
    """A service task that waits to be run again."""

    task_id: UUID
    element: Element


class Polled(NamedTuple):
    """What happened to a vote.

    what: opened, counted_out, nobody, decided, or ended (undecided: the process moved on).
    """

    round_id: UUID
    element: Element
    what: str
    facts: dict[str, Any]


class Thrown(NamedTuple):
    """A message, signal, error or escalation that nothing in the instance caught."""

    kind: str
    name: str
    payload: Any


class Seat(NamedTuple):
    """Whose vote a task is: a user's id, or None for whoever holds the role."""

    round_id: UUID
    voter: str | None
    role: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that waits for a person.

    id: the same for as long as it is open.
    item: in a multi-instance activity, the key or place of the instance's item; else None.
    seat: of a vote: which round it belongs to, whose it is and in which role; else None.
    """

    id: UUID
    element: Element
    item: str | int | None
    _task: Task = field(repr=False, compare=False)
    seat: Seat | None = None

    @property
    def data(self) -> Data:
        """A copy of the data as this task sees it."""
        data: Data = copied(self._task.data)
        return data


class Nothing:
    """An environment for looking only."""

    functions: ClassVar[Mapping[str, Callable[..., Any]]] = {}

    def call(self, element: Element, operator: str, params: dict[str, Any], data: Data) -> None:
        return None

    def decide(self, element: Element, decision_id: str, data: Data) -> None:
        return None

    def voters(self, element: Element, data: Data) -> Voters:
        return Voters(())

    def may_still_vote(self, element: Element, voter: str) -> bool:
        return False


def item_of(task: Task) -> str | int | None:
    """Give the key or place of the item an instance is for; None outside multi-instances."""
    if not task.triggered:
        return None
    container: Task = task.parent
    index: int = task.internal_data["index"]
    keys = container.internal_data.get("keys")
    item: str | int = keys[index] if keys else index
    return item
