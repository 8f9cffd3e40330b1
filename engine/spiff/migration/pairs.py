"""Which step of the new version goes on for which of the old, and whether it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.event_definitions import CycleTimerEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.errors import Message
from engine.spiff.elements import Element
from engine.spiff.migration import words
from engine.spiff.model import Model
from engine.spiff.specs.events import BoundaryEvent, BoundarySplit
from engine.spiff.specs.loops import MultiInstance

#: Old element key → new element key, where a person said so.
Mapping_ = Mapping[str, str]
#: What a running multi-instance was begun with.
_BEGUN_WITH: Final = ("cardinality", "data_input", "data_output", "input_item", "output_item")


@dataclass(frozen=True)
class Pairs:
    """The steps of two versions, paired: by what a person said, else by their ids."""

    old: Model
    new: Model
    mapping: Mapping_

    def pair(self, spec: Any, process: Any) -> Any:
        """Give the spec that goes on for `spec` in the new `process` spec, or None."""
        element: Element | None = spec.element
        if element is None:
            return None
        said = self.mapping.get(element.key)
        if said is None:
            return process.task_specs.get(element.id)
        target = self.new.elements.get(said)
        found = process.task_specs.get(target.id) if target else None
        return found if found is not None and found.element is target else None

    def why_none(self, spec: Any) -> Message:
        """Say why `spec` has no partner in its process."""
        element: Element = spec.element
        wanted = self.mapping.get(element.key, element.key)
        is_there = any(wanted in (other.key, other.id) for other in self.new.elements.values())
        return words.elsewhere(element) if is_there else words.gone(element)

    def target_key(self, key: str) -> str:
        """Give the key under which a finished element is known in the new version."""
        return self.mapping.get(key, key)


def unfit(old: Any, new: Any) -> Message | None:
    """Say why something that is at `old` cannot go on at `new`; None when it can."""
    if old.element.kind != new.element.kind:
        return words.other_kind(old.element, new.element)
    if type(old) is not type(new):
        return words.repeats_otherwise(old.element)
    if old.is_loop:
        if isinstance(old, MultiInstance) and not _same_items(old, new):
            return words.other_items(old.element)
        if getattr(old, "ballot", None) != getattr(new, "ballot", None):
            return words.other_ballot(old.element)
        return unfit_within(old, new)
    if not same_event(old, new):
        return words.other_event(old.element)
    return None


def unfit_within(old: Any, new: Any) -> Message | None:
    """As `unfit`, for what is repeated in a loop."""
    one, other = inner(old), inner(new)
    return None if type(one) is type(other) else words.repeats_otherwise(old.element)


def inner(loop: Any) -> Any:
    """Give the spec of one instance of a repeated activity."""
    return loop._wf_spec.task_specs[loop.task_spec]


def same_event(old: Any, new: Any) -> bool:
    """Say whether what `old` waits for is kept in the state as what `new` waits for."""
    one, other = (getattr(spec, "event_definition", None) for spec in (old, new))
    if isinstance(one, TimerEventDefinition) and isinstance(other, TimerEventDefinition):
        cycles = isinstance(one, CycleTimerEventDefinition)
        return cycles == isinstance(other, CycleTimerEventDefinition)
    return type(one) is type(other)


def split_of(spec: Any) -> Any:
    """Give what holds an activity and its boundary events together, or None without events."""
    return spec._wf_spec.task_specs.get(f"{spec.bpmn_id}.BoundaryEventSplit")


def events_at(spec: Any) -> dict[str, Any]:
    """Give an activity's boundary events by name."""
    split = split_of(spec)
    found = split.outputs if isinstance(split, BoundarySplit) else ()
    return {event.name: event for event in found if isinstance(event, BoundaryEvent)}


def kept_events(pairs: Pairs, old: Any, new: Any) -> dict[str, Any]:
    """Give the boundary events at `old` that go on at `new`: old name → new spec."""
    after = events_at(new)
    found = {}
    for name, event in events_at(old).items():
        partner = pairs.pair(event, new._wf_spec)
        if partner is not None and partner.name in after and same_event(event, partner):
            found[name] = partner
    return found


def new_events(pairs: Pairs, old: Any, new: Any) -> list[Any]:
    """Give the boundary events at `new` that nothing at `old` goes on as."""
    known = {event.name for event in kept_events(pairs, old, new).values()}
    return [event for name, event in events_at(new).items() if name not in known]


def _same_items(old: Any, new: Any) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in _BEGUN_WITH)
