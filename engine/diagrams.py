"""An instance on its own diagram: what has been passed, how often, and where it waits."""

from __future__ import annotations

from collections import Counter
from typing import Any

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


def _elements_of(session: Session, row: Any) -> dict[str, dict[str, Any]]:
    """Give what was passed and where it waits; of what its version has, if it was moved there."""
    model = definitions.load(session, row.definition_id).model
    passed = _passed(session, row)
    open_now = spiff.waits_at(model, instances.read_blob(session, row))
    return {
        key: {"passed": passed[key], "open": key in open_now}
        for key in sorted(passed.keys() | open_now)
        if key in model.elements
    }


def _passed(session: Session, row: Any) -> Counter[str]:
    passed: Counter[str] = Counter()
    for text in session.scalars(
        select(t.Event.data).where(
            t.Event.organisation_id == row.organisation_id, t.Event.instance_id == row.id
        )
    ):
        passed.update(orjson.loads(text).get("path") or ())
    return passed
