"""The plan for two versions: where each place at which instances may wait goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Message
from engine.spiff.elements import Element
from engine.spiff.migration import words
from engine.spiff.migration.pairs import (
    Mapping_,
    Pairs,
    events_at,
    kept_events,
    new_events,
    unfit,
)
from engine.spiff.model import Model
from engine.spiff.specs.events import EventGateway

#: Where an instance may wait for longer than a moment.
_PLACES: Final = (
    "task",
    "userTask",
    "manualTask",
    "receiveTask",
    "serviceTask",
    "subProcess",
    "transaction",
    "callActivity",
    "intermediateCatchEvent",
    "eventBasedGateway",
)


@dataclass(frozen=True)
class Row:
    """One place at which instances may wait, and what becomes of those that do.

    target: None when they cannot go on, for the `refusal`.
    is_chosen: a person said so.
    changes: what will be otherwise where they go on.
    candidates: elements of the new version that a person may choose.
    """

    element: Element
    target: Element | None
    refusal: Message | None
    is_chosen: bool
    changes: list[words.Change]
    candidates: list[Element]


@dataclass(frozen=True)
class Plan:
    """What becomes of every place."""

    rows: list[Row]
    #: What a person said that means nothing: no such element here or there.
    wrong: list[str]

    def row(self, key: str) -> Row | None:
        """Give the row of an element."""
        return next((row for row in self.rows if row.element.key == key), None)


def plan(old: Model, new: Model, mapping: Mapping_) -> Plan:
    """Say where each place of `old` at which instances may wait goes on in `new`."""
    pairs = Pairs(old, new, mapping)
    known = {spec.element.key: spec for spec in _specs(old)}
    rows = [_row(pairs, spec) for spec in known.values()]
    wrong = [
        key for key, target in mapping.items() if key not in known or target not in new.elements
    ]
    return Plan(rows, wrong)


def _specs(model: Model) -> Iterator[Any]:
    """Give the specs at which instances may wait, each element's outermost."""
    for process in (model.spec, *model.subprocess_specs.values()):
        for name, spec in process.task_specs.items():
            element = spec.element
            is_outermost = element is not None and name == element.id
            if is_outermost and element.kind in _PLACES and not _is_awaited(spec):
                yield spec


def _is_awaited(spec: Any) -> bool:
    """Say whether an event gateway waits for this event in its place."""
    return any(isinstance(before, EventGateway) for before in spec.inputs)


def _row(pairs: Pairs, spec: Any) -> Row:
    partner = _partner(pairs, spec)
    refusal = pairs.why_none(spec) if partner is None else unfit(spec, partner)
    is_fit = partner is not None and refusal is None
    return Row(
        element=spec.element,
        target=partner.element if is_fit else None,
        refusal=refusal,
        is_chosen=spec.element.key in pairs.mapping,
        changes=list(_changes(pairs, spec, partner)) if is_fit else [],
        candidates=_candidates(pairs, spec),
    )


def _partner(pairs: Pairs, spec: Any) -> Any:
    for process in _processes(pairs.new, spec._wf_spec.name):
        found = pairs.pair(spec, process)
        if found is not None:
            return found
    return None


def _processes(model: Model, name: str) -> Iterator[Any]:
    """Give the specs of the process or sub-process of that name in a model."""
    for process in (model.spec, *model.subprocess_specs.values()):
        if process.name == name:
            yield process


def _candidates(pairs: Pairs, spec: Any) -> list[Element]:
    """Give what may go on for `spec`: what is new first, and of that what is called the same."""
    found = [
        other.element
        for process in _processes(pairs.new, spec._wf_spec.name)
        for name, other in process.task_specs.items()
        if other.element is not None and name == other.element.id and unfit(spec, other) is None
    ]
    known = pairs.old.elements
    return sorted(found, key=lambda one: (one.key in known, one.name != spec.element.name))


def _changes(pairs: Pairs, old: Any, new: Any) -> Iterator[words.Change]:
    before, after = old.element, new.element
    if (before.name or before.id) != (after.name or after.id):
        yield words.Change("name", after.name or after.id)
    for kind, read in _READ.items():
        if read(before) != read(after):
            yield words.Change(kind, read(after))
    kept = kept_events(pairs, old, new)
    for name, event in events_at(old).items():
        if name not in kept:
            yield words.Change(words.EVENT_GONE, event.element.name or name)
        elif _expression(event) != _expression(kept[name]):
            yield words.Change(words.EVENT_KEPT, event.element.name or name)
    for event in new_events(pairs, old, new):
        yield words.Change(words.EVENT_ADDED, event.element.name or event.name)


def _expression(event: Any) -> str:
    return str(getattr(event.event_definition, "expression", ""))


def _property(name: str) -> Any:
    return lambda element: element.properties.get(name, "")


def _role(element: Element) -> str:
    return element.properties.get("candidateGroups") or element.lane_id or ""


_READ: Final[dict[str, Any]] = {
    "form": _property("formKey"),
    "role": _role,
    "assignee": _property("assignee"),
    "due": _property("dueIn"),
    "service": lambda element: element.operator or "",
}
