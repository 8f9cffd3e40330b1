"""Fields that lie behind a case: what the new version reads ahead, but asks only before.

A case that has passed a step is not asked there any more. What that step would have given is
missing, unless the case has it already, or a step ahead gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from engine.definitions import Loaded
from engine.definitions.fields import given, read_by
from engine.errors import ExpressionError, Message
from engine.expressions import compile_script
from engine.spiff import Element, Workflow, migration


@dataclass(frozen=True)
class Gaps:
    """What two versions read and give; found once, asked for each case."""

    new: Loaded
    #: Element (or flow) → what is read there.
    read: dict[str, set[str]]
    #: Element → what a person, a table or a script gives there.
    given: dict[str, set[str]]
    #: What the old version gives somewhere: where it is missing, it may be missing there as well.
    known: set[str]
    #: Ids of the old version's elements.
    steps: set[str]

    @classmethod
    def between(cls, old: Loaded, new: Loaded) -> Gaps:
        """Compare two versions."""
        read: dict[str, set[str]] = {}
        for element, name in read_by(new.model, {}):
            read.setdefault(element, set()).add(name)
        return cls(
            new=new,
            read=read,
            given={key: set(_given_at(new, element)) for key, element in _elements(new)},
            known=given(old.model, old.forms, old.decisions) | new.model.variables(),
            steps={element.id for element in old.model.elements.values()},
        )

    def of(self, workflow: Workflow) -> list[Message]:
        """Give what is missing for a case that was moved, in words."""
        ahead = migration.ahead(workflow)
        places = self._places(ahead)
        needed = {name for place in places for name in self.read.get(place, ())}
        there = self.known | workflow.data.keys()
        there |= {name for key in ahead for name in self.given.get(key, ())}
        missing = [
            _words(name, element)
            for name in sorted(needed - there)
            if (element := self._asked_at(name)) is not None
        ]
        return missing + list(self._unchecked(ahead))

    def _unchecked(self, ahead: Set[str]) -> Iterator[Message]:
        """Tell of duties that are separated by a step which the old version called otherwise."""
        elements = self.new.model.elements
        coming = {elements[key].id for key in ahead}
        steps = {element.id for element in elements.values()} - self.steps - coming
        for key in sorted(ahead):
            said = elements[key].properties.get("reviewer_not", "").split(",")
            for name in sorted({one.strip() for one in said} & steps):
                yield _unchecked_words(name, elements[key])

    def _places(self, ahead: Set[str]) -> set[str]:
        """Give the ids under which expressions of those elements and their flows stand."""
        ids = {self.new.model.elements[key].id for key in ahead}
        flows = {
            flow.get("id", "")
            for diagram in self.new.model.diagrams.values()
            for scope in diagram.scopes
            for flow in scope.flows
            if flow.get("sourceRef") in ids
        }
        return ids | flows

    def _asked_at(self, name: str) -> Element | None:
        keys = (key for key, names in self.given.items() if name in names)
        key = next(keys, None)
        return None if key is None else self.new.model.elements[key]


def _elements(loaded: Loaded) -> Iterator[tuple[str, Element]]:
    yield from loaded.model.elements.items()


def _given_at(loaded: Loaded, element: Element) -> Iterator[str]:
    form = loaded.forms.get(element.properties.get("formKey", ""))
    yield from (field.key for field in (form.fields if form else ()) if field.key)
    table = loaded.decisions.get(element.decision or "")
    yield from (output.name for output in (table.outputs if table else ()))
    for site in loaded.model.expressions():
        if site.is_script and site.element == element.id:
            try:
                yield from compile_script(site.source, {"due_in"}).assigned
            except ExpressionError:
                continue


def _unchecked_words(name: str, element: Element) -> Message:
    title = element.name or element.id
    return Message(
        f"新版本里办过“{name}”的人不能办“{title}”，而这件事经过的步骤里没有“{name}”，查不出是谁。",
        f"Whoever did '{name}' may not do '{title}' in the new version, and this case has passed "
        f"no step called '{name}': nobody could tell who that was.",
    )


def _words(name: str, element: Element) -> Message:
    title = element.name or element.id
    return Message(
        f"新版本往后要用“{name}”，它在“{title}”产生，而这件事已经过了那一步。",
        f"The new version reads '{name}' further on, which '{title}' gives, and this case has "
        "passed that step.",
    )
