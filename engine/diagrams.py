"""An instance on its own diagram: what has been passed, how often, and where it waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, instances, spiff
from engine.store import tables as t


def of_instance(session: Session, row: Any) -> dict[str, Any]:
    """Give `{"xml", "called", "elements"}` of an instance.

    Args:
        row: the instance's columns (`engine.instances.get_instance`).

    `elements` maps an element's key (its id, "process:id" in a called process) to how often it
    was passed and whether the instance is there now: at a task, at a call of another process, at
    an event it waits for. The passed path is read from the history: it is still whole when the
    state has long forgotten it.
    """
    definition = session.get_one(t.Definition, row.definition_id)
    diagrams = {
        key: definitions.resource_content(session, definition, "bpmn", key).decode()
        for key in definition.resources["bpmn"]
    }
    return {
        "xml": diagrams.pop(row.key),
        "called": diagrams,
        "elements": _elements_of(session, row),
    }


#: How a round of a vote ends: it was one passage, however many voted.
_ROUNDS: Final = ("vote:decided", "vote:ended")


def count_passed(model: spiff.Model, events: Iterable[tuple[str, str | None, str]]) -> Counter[str]:
    """Give element key → how often it was passed, of what a version has.

    A step on which several decided was passed once a round, not once a voter.

    Args:
        events: tag, element and data (JSON) of each event.
    """
    passed: Counter[str] = Counter()
    rounds: Counter[str] = Counter()
    for tag, element, data in events:
        if '"path"' in data:
            passed.update(orjson.loads(data).get("path") or ())
        if tag in _ROUNDS and element is not None:
            rounds[element] += 1
    votes = {key for key, one in model.elements.items() if one.ballot is not None}
    found = {
        key: rounds[key] if key in votes else times
        for key, times in passed.items()
        if key in model.elements
    }
    return +Counter(found)


def _elements_of(session: Session, row: Any) -> dict[str, dict[str, Any]]:
    """Give what was passed and where it waits; of what its version has, if it was moved there."""
    model = definitions.load(session, row.definition_id).model
    passed = count_passed(model, _events(session, row))
    open_now = spiff.waits_at(model, instances.read_blob(session, row))
    return {
        key: {"passed": passed[key], "open": key in open_now}
        for key in sorted(passed.keys() | open_now)
        if key in model.elements
    }


def _events(session: Session, row: Any) -> Iterator[tuple[str, str | None, str]]:
    event = t.Event
    rows = session.execute(
        select(event.tag, event.element, event.data).where(
            event.organisation_id == row.organisation_id, event.instance_id == row.id
        )
    )
    return ((one.tag, one.element, one.data) for one in rows)
