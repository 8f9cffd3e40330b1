"""Filling up what somebody wants to deploy with the parts that are in force already.

Who changes one diagram need not send every form and table again: what is not sent is taken from
the versions the organisation runs now, and only what is then really used is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions.bundle import Bundle
from engine.definitions.deploy import closure, startable_in
from engine.definitions.in_force import startable
from engine.definitions.reader import READER
from engine.errors import ModelError
from engine.store import tables as t

_KINDS = ("bpmn", "dmn", "form")


def filled_up(session: Session, organisation: t.Organisation, sent: Bundle) -> Bundle:
    """Give `sent` with what it lacks, from the definitions the organisation can start now.

    A definition in force comes along as a whole only when it or a part of it was sent: a changed
    form, table or called process makes a new version of whoever uses it. What cannot be read is
    left as it is, for the check to say so.
    """
    try:
        sent = sent.by_process()
    except (ModelError, IndexError):
        return sent
    in_force = startable(session, organisation)
    touched = [definition for definition in in_force if _shares(definition, sent)]
    others = [definition for definition in in_force if definition not in touched]
    foreign = {definition.key for definition in others}
    contents = {kind: dict(keys) for kind, keys in sent.contents.items()}
    for definition in (*touched, *others):
        for kind in _KINDS:
            own = contents.setdefault(kind, {})
            pinned = definition.resources.get(kind, {})
            skipped = foreign if kind == "bpmn" else set()
            lacking = {k: v for k, v in pinned.items() if k not in own and k not in skipped}
            own.update(_contents(session, lacking))
    _forget_strangers(contents, _own(sent, touched))
    for definition in touched:
        _add_scenarios(session, definition, sent, contents)
    return Bundle({kind: keys for kind, keys in contents.items() if keys})


def only_used(bundle: Bundle, sent: Bundle) -> Bundle:
    """Leave out of a checked bundle what was neither sent nor is used by what can be started."""
    named, sent = bundle.by_process(), sent.by_process()
    kept = {(kind, key) for kind, keys in sent.contents.items() for key in keys}
    for key in startable_in(named):
        kept.update(closure(READER.model(named.of("bpmn"), key), named))
    return Bundle(
        {
            kind: {key: content for key, content in keys.items() if (kind, key) in kept}
            for kind, keys in named.contents.items()
        }
    )


def _forget_strangers(contents: dict[str, dict[str, bytes]], wanted: Collection[str]) -> None:
    """Leave out the processes that only somebody else's definition calls: they lack its fields."""
    diagrams = contents.get("bpmn", {})
    drawn = {process: key for key, one in diagrams.items() for process in READER.calls(one)}
    open_keys = [key for key in diagrams if key in wanted]
    known: set[str] = set()
    while open_keys:
        key = open_keys.pop()
        if key not in known:
            known.add(key)
            open_keys += [drawn[called] for called in _called(diagrams[key]) if called in drawn]
    contents["bpmn"] = {key: content for key, content in diagrams.items() if key in known}


def _called(diagram: bytes) -> set[str]:
    try:
        return {called for calls in READER.calls(diagram).values() for called in calls}
    except ModelError:
        return set()


def _add_scenarios(
    session: Session,
    definition: t.Definition,
    sent: Bundle,
    contents: dict[str, dict[str, bytes]],
) -> None:
    """Add the scenarios of a definition, unless it was sent with those it is to have, or none."""
    if definition.key in sent.of("bpmn") and "scenario" in sent.contents:
        return
    own = contents.setdefault("scenario", {})
    pinned = definition.resources.get("scenario", {})
    own.update(_contents(session, {k: v for k, v in pinned.items() if k not in own}))


def _own(sent: Bundle, touched: Collection[t.Definition]) -> set[str]:
    """Give the processes that were sent, or belong to a definition of which a part was sent."""
    return set(sent.of("bpmn")).union(*(one.resources.get("bpmn", {}) for one in touched))


def _shares(definition: t.Definition, sent: Bundle) -> bool:
    kinds = (*_KINDS, "scenario")
    return any(sent.of(kind).keys() & definition.resources.get(kind, {}).keys() for kind in kinds)


def _contents(session: Session, resources: Mapping[str, str]) -> dict[str, bytes]:
    if not resources:
        return {}
    wanted = {UUID(resource): key for key, resource in resources.items()}
    rows = session.execute(
        select(t.Resource.id, t.Resource.content).where(t.Resource.id.in_(wanted))
    )
    return {wanted[row.id]: row.content for row in rows}
