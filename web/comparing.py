"""Two versions, or a draft and a version, beside each other on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from engine.definitions import Bundle
from engine.definitions.differences import Differences
from engine.definitions.drafts import copying
from web.difference_words import told


@dataclass(frozen=True)
class Side:
    """One of the two: its files, and where its diagrams can be had, by process."""

    bundle: Bundle
    drawings: Mapping[str, str]

    @classmethod
    def of_version(cls, session: Session, row: Any) -> Side:
        """Give a version as a side."""
        bundle = copying.files_of(session, row)
        address = {"key": row.key, "version": row.version, "owner": row.organisation_id}
        drawings = {
            process: url_for("definitions.diagram", **address, process=process)
            for process in bundle.of("bpmn")
        }
        return cls(bundle, drawings)


def compared(found: Differences, before: Side, after: Side) -> dict[str, Any]:
    """Give what `macros/differences.html` shows; `?flow=` chooses among the diagrams."""
    keys = [one.key for one in found.diagrams]
    asked = request.args.get("flow", "")
    key = asked if asked in keys else next(iter(keys), "")
    chosen = next((one for one in found.diagrams if one.key == key), None)
    drawing = {
        "key": key,
        "before": before.drawings.get(key),
        "after": after.drawings.get(key),
        "states": {one.element: one.state for one in chosen.changes} if chosen else {},
    }
    return {"told": told(found), "drawing": drawing}
