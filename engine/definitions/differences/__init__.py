"""What differs between two bundles: diagrams, forms, tables, checklists and scenarios (pure).

Words that people read are texts in both languages (`Message`) or keys; the pages say them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, TypeVar

from engine import checklists, decisions, forms
from engine.decisions import Decision
from engine.definitions.bundle import Bundle
from engine.definitions.differences.tables import TableChange, tables
from engine.errors import Message, ModelError
from engine.forms import Field, Form
from engine.spiff import comparing
from engine.values.compared import ADDED, CHANGED, MOVED, REMOVED, Aspect, aspects

T = TypeVar("T")
_FIELD_ASPECTS: Final = (
    "label", "type", "required", "help", "choices", "options", "people", "conditions", "min_length",
    "max_length", "minimum", "maximum", "pattern", "money", "digits", "subtype", "readonly",
    "photo", "multiple", "accept", "default", "fresh", "group", "folded", "each",
)  # fmt: skip
_ITEM_ASPECTS: Final = (
    "version", "hazard", "category", "level", "risk_types", "precaution", "basis", "confidence",
    "review", "effective_from", "effective_to", "superseded_by", "conditions", "logic", "note",
)  # fmt: skip

#: What is told of a field or an item that was not there before, or is no longer.
_ALONE: Final = ("type", "required", "choices", "people", "money", "level", "category", "basis")


@dataclass(frozen=True)
class DiagramChange:
    """A diagram that was added, removed or changed; `moved` counts what only changed its place."""

    key: str
    name: str
    state: str
    changes: tuple[comparing.Change, ...]
    moved: int = 0


@dataclass(frozen=True)
class Row:
    """A field of a form or an item of a checklist that was added, removed, changed or moved."""

    key: str
    label: Any
    state: str
    aspects: tuple[Aspect, ...] = ()


@dataclass(frozen=True)
class FormChange:
    """A form that was added, removed or changed."""

    key: str
    title: Message
    state: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ListChange:
    """A checklist that was added, removed or changed."""

    key: str
    state: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class FileChange:
    """A file whose change is not looked into: a scenario, or one that cannot be read."""

    kind: str
    key: str
    state: str


@dataclass(frozen=True)
class Differences:
    """Everything that differs between two bundles."""

    diagrams: tuple[DiagramChange, ...] = ()
    forms: tuple[FormChange, ...] = ()
    tables: tuple[TableChange, ...] = ()
    checklists: tuple[ListChange, ...] = ()
    files: tuple[FileChange, ...] = ()

    @property
    def are_none(self) -> bool:
        """Whether the bundles say the same."""
        return not (self.diagrams or self.forms or self.tables or self.checklists or self.files)


def differences(before: Bundle, after: Bundle) -> Differences:
    """Give what differs from `before` to `after`; what cannot be read is told as a whole."""
    readers: Mapping[str, Callable[[str, bytes | None, bytes | None], Iterator[Any]]] = {
        "bpmn": _diagram,
        "form": _form,
        "dmn": _tables,
        "checklist": _checklist,
    }
    found: list[Any] = []
    for kind in ("bpmn", "form", "dmn", "checklist", "scenario"):
        old, new = before.of(kind), after.of(kind)
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                found += _read(readers.get(kind), kind, key, old.get(key), new.get(key))
    return Differences(
        diagrams=_of(found, DiagramChange),
        forms=_of(found, FormChange),
        tables=_of(found, TableChange),
        checklists=_of(found, ListChange),
        files=_of(found, FileChange),
    )


def _read(
    reader: Callable[[str, bytes | None, bytes | None], Iterator[Any]] | None,
    kind: str,
    key: str,
    old: bytes | None,
    new: bytes | None,
) -> list[Any]:
    whole = FileChange(kind, key, _state(old, new))
    if reader is None:
        return [whole]
    try:
        return list(reader(key, old, new))
    except ModelError:
        return [whole]


def _of(found: list[Any], kind: type[T]) -> tuple[T, ...]:
    return tuple(one for one in found if isinstance(one, kind))


def _state(old: object | None, new: object | None) -> str:
    return CHANGED if old is not None and new is not None else (ADDED if old is None else REMOVED)


def _diagram(key: str, old: bytes | None, new: bytes | None) -> Iterator[DiagramChange]:
    if old is not None and new is not None:
        found = comparing.compare(old, new)
    else:
        found = comparing.listed(new or old or b"", _state(old, new))
    names = [one.name for one in found if one.kind == "process"]
    said = tuple(one for one in found if one.state != MOVED)
    if found:
        name = names[0] if names else comparing.title(new or old or b"", key)
        yield DiagramChange(key, name, _state(old, new), said, moved=len(found) - len(said))


def _form(key: str, old: bytes | None, new: bytes | None) -> Iterator[FormChange]:
    before = forms.read(old) if old is not None else None
    after = forms.read(new) if new is not None else None
    shown = after or before
    rows = tuple(_rows(_fields(before), _fields(after), _field_facts))
    retitled = before is not None and after is not None and before.title != after.title
    if shown is not None and (rows or retitled or before is None or after is None):
        yield FormChange(key, shown.title, _state(old, new), rows)


def _fields(form: Form | None) -> dict[str, tuple[Any, Field]]:
    """Give the questions of a form by key, and its texts by what they say."""
    if form is None:
        return {}
    return {one.key or f"{one.type} {one.label.zh}"[:200]: (one.label, one) for one in form.fields}


def _field_facts(field: Field) -> dict[str, Any]:
    said = {name: getattr(field, name) for name in _FIELD_ASPECTS}
    said["choices"] = tuple(choice.label for choice in field.choices)
    said["values"] = tuple(choice.value for choice in field.choices)
    return {name: value for name, value in said.items() if value not in (None, False, (), "")}


def _tables(key: str, old: bytes | None, new: bytes | None) -> Iterator[TableChange]:
    yield from tables(key, _decisions(old), _decisions(new))


def _decisions(content: bytes | None) -> Mapping[str, Decision]:
    return {} if content is None else decisions.parse(content)


def _checklist(key: str, old: bytes | None, new: bytes | None) -> Iterator[ListChange]:
    rows = tuple(_rows(_items(old), _items(new), _item_facts))
    if rows or old is None or new is None:
        yield ListChange(key, _state(old, new), rows)


def _items(content: bytes | None) -> dict[str, tuple[Any, checklists.Item]]:
    items = checklists.read_items(content) if content is not None else []
    return {item.code: (item.hazard, item) for item in items}


def _item_facts(item: checklists.Item) -> dict[str, Any]:
    said = {name: getattr(item, name) for name in _ITEM_ASPECTS}
    said["conditions"] = tuple(one.get("text", "") for one in item.conditions)
    return {name: value for name, value in said.items() if value not in (None, (), "")}


def _rows(
    old: Mapping[str, tuple[Any, T]],
    new: Mapping[str, tuple[Any, T]],
    facts: Callable[[T], dict[str, Any]],
) -> Iterator[Row]:
    """Yield what was added, removed, changed, or stands at another place among the others."""
    stayed = _stayed([key for key in old if key in new], [key for key in new if key in old])
    for key, (label, one) in new.items():
        if key not in old:
            yield Row(key, label, ADDED, aspects({}, _told_alone(facts(one))))
            continue
        differing = aspects(facts(old[key][1]), facts(one))
        if differing:
            yield Row(key, label, CHANGED, differing)
        elif key not in stayed:
            yield Row(key, label, MOVED)
    for key, (label, one) in old.items():
        if key not in new:
            yield Row(key, label, REMOVED, aspects(_told_alone(facts(one)), {}))


def _told_alone(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is told of something that is new or gone; its label stands above."""
    return {what: value for what, value in said.items() if what in _ALONE}


def _stayed(before: list[str], after: list[str]) -> set[str]:
    """Give what kept its place among the others; the rest was moved past them."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {before[place] for block in blocks for place in range(block.a, block.a + block.size)}
