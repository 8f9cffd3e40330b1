"""What a running process shows of itself, and what it needs from around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol
from uuid import UUID

from engine.spiff.data import Data, copied
from engine.spiff.elements import Element
from engine.spiff.task import Task


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


class Failure(NamedTuple):
    """A service call that raised."""

    task_id: UUID
    element: Element
    error: Exception


class Deferred(NamedTuple):
    """A service task that waits to be run again."""

    task_id: UUID
    element: Element


class Thrown(NamedTuple):
    """A message, signal, error or escalation that nothing in the instance caught."""

    kind: str
    name: str
    payload: Any


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that waits for a person.

    id: the same for as long as it is open.
    item: in a multi-instance activity, the key or place of the instance's item; else None.
    """

    id: UUID
    element: Element
    item: str | int | None
    _task: Task = field(repr=False, compare=False)

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


def item_of(task: Task) -> str | int | None:
    """Give the key or place of the item an instance is for; None outside multi-instances."""
    if not task.triggered:
        return None
    container: Task = task.parent
    index: int = task.internal_data["index"]
    keys = container.internal_data.get("keys")
    item: str | int = keys[index] if keys else index
    return item
