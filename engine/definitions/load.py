"""A definition ready to run: its model, forms and decisions, read once a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import decisions, spiff
from engine.definitions.bundle import Bundle
from engine.definitions.reader import READER
from engine.errors import NotFound
from engine.forms import Form
from engine.store import tables as t

_CACHE_SIZE: Final = 200
#: Stands for the id of what has no row.
_UNSTORED: Final = UUID(int=0)


@dataclass(frozen=True)
class Pinned:
    """One pinned resource: where it is stored and which version it is."""

    id: UUID
    version: int


@dataclass(frozen=True)
class Loaded:
    """One version of a definition with everything an instance of it needs. Immutable."""

    id: UUID
    organisation_id: UUID
    key: str
    name: str
    version: int
    model: spiff.Model
    forms: Mapping[str, Form]
    decisions: Mapping[str, decisions.Decision]
    #: form key → the definition as deployed, for clients that render it themselves
    form_sources: Mapping[str, bytes]
    #: (kind, key) → the pinned resource; a decision is found under its table's key.
    pinned: Mapping[tuple[str, str], Pinned]
    #: decision id → key of the table it is in
    tables: Mapping[str, str]

    @property
    def start_form(self) -> Form:
        """The form that begins a case."""
        return self.form(self.model.start_form or "")

    def form(self, key: str) -> Form:
        """Give a pinned form; NotFound when the definition has no such one."""
        try:
            return self.forms[key]
        except KeyError:
            raise NotFound(
                f"流程里没有表单“{key}”。", f"The definition has no form '{key}'."
            ) from None


def form_asked(session: Session, loaded: Loaded, resource_id: UUID) -> Form | None:
    """Give the form version that a history event cites, None when it cannot be found.

    It is one of the definition's own, unless the instance was moved to another version since.
    """
    for (kind, key), pinned in loaded.pinned.items():
        if kind == "form" and pinned.id == resource_id:
            return loaded.forms[key]
    content = session.scalar(
        select(t.Resource.content).where(t.Resource.id == resource_id, t.Resource.kind == "form")
    )
    return None if content is None else READER.form(content)


_cache: OrderedDict[UUID, Loaded] = OrderedDict()
_lock = threading.Lock()


def load(session: Session, definition_id: UUID) -> Loaded:
    """Give the definition ready to run; after the first time without asking the database.

    Raises:
        NotFound: there is no such definition.
    """
    with _lock:
        found = _cache.get(definition_id)
        if found is not None:
            _cache.move_to_end(definition_id)
            return found
    loaded = _load(session, definition_id)
    with _lock:
        loaded = _cache.setdefault(definition_id, loaded)
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return loaded


def _load(session: Session, definition_id: UUID) -> Loaded:
    definition = session.get(t.Definition, definition_id)
    if definition is None:
        raise NotFound()
    ids = [UUID(i) for keys in definition.resources.values() for i in keys.values()]
    rows = session.scalars(select(t.Resource).where(t.Resource.id.in_(ids))).all()
    contents: dict[str, dict[str, bytes]] = {}
    for row in rows:
        contents.setdefault(row.kind, {})[row.key] = row.content
    tables = _tables(contents.get("dmn", {}))
    return Loaded(
        id=definition.id,
        organisation_id=definition.organisation_id,
        key=definition.key,
        name=definition.name,
        version=definition.version,
        model=READER.prepared(contents["bpmn"], definition.key),
        forms={key: READER.form(content) for key, content in contents.get("form", {}).items()},
        form_sources=contents.get("form", {}),
        decisions={name: decision for name, (_key, decision) in tables.items()},
        pinned={(row.kind, row.key): Pinned(row.id, row.version) for row in rows},
        tables={name: key for name, (key, _decision) in tables.items()},
    )


def loaded_from(bundle: Bundle, key: str, *, is_checked: bool = False) -> Loaded:
    """Give a definition that is not deployed yet, ready to be tried; its versions are 0.

    Args:
        is_checked: nothing is wrong with the bundle; it need not be looked through again.

    Raises:
        ModelError: the diagram, a form or a table cannot be read.
    """
    contents = bundle.contents
    tables = _tables(bundle.of("dmn"))
    build = READER.prepared if is_checked else READER.model
    model = build(bundle.of("bpmn"), key)
    return Loaded(
        id=_UNSTORED,
        organisation_id=_UNSTORED,
        key=key,
        name=model.name or key,
        version=0,
        model=model,
        forms={name: READER.form(content) for name, content in bundle.of("form").items()},
        form_sources=bundle.of("form"),
        decisions={name: decision for name, (_key, decision) in tables.items()},
        pinned={
            (kind, name): Pinned(_UNSTORED, 0) for kind, keys in contents.items() for name in keys
        },
        tables={name: table for name, (table, _decision) in tables.items()},
    )


def _tables(contents: Mapping[str, bytes]) -> dict[str, tuple[str, decisions.Decision]]:
    """Give decision id → key of its table, and the decision."""
    return {
        name: (key, decision)
        for key, content in contents.items()
        for name, decision in READER.tables(content).items()
    }
