"""An instance on its own diagram: what has been passed, how often, and where it waits."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.store import tables as t


def of_instance(session: Session, row: Any) -> dict[str, Any]:
    """Give `{"xml", "called", "elements"}` of an instance.

    Args:
        row: the instance's columns (`engine.instances.get_instance`).

    `elements` maps an element's key (its id, "process:id" in a called process) to how often it
    was passed and whether a task waits there now. The passed path is read from the history: it
    is still whole when the state has long forgotten it.
    """
    definition = session.get_one(t.Definition, row.definition_id)
    diagrams = {
        key: definitions.resource_content(session, definition, "bpmn", key).decode()
        for key in definition.resources["bpmn"]
    }
    return {
        "xml": diagrams.pop(row.key),
        "called": diagrams,
        "elements": elements_of(session, row.organisation_id, row.id),
    }


def elements_of(
    session: Session, organisation_id: UUID, instance_id: UUID
) -> dict[str, dict[str, Any]]:
    """Give how often each element was passed, and whether a task waits there."""
    passed: Counter[str] = Counter()
    for text in session.scalars(
        select(t.Event.data).where(
            t.Event.organisation_id == organisation_id, t.Event.instance_id == instance_id
        )
    ):
        passed.update(orjson.loads(text).get("path") or ())
    waiting = set(
        session.scalars(
            select(t.Task.element).where(
                t.Task.organisation_id == organisation_id,
                t.Task.instance_id == instance_id,
                t.Task.state == "open",
            )
        )
    )
    return {
        key: {"passed": passed[key], "open": key in waiting}
        for key in sorted(passed.keys() | waiting)
    }
