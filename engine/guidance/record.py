"""The rows of visits and follow-ups as projections of history, in the step's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from engine.store import tables as t

Row = Mapping[str, Any]
Data = Mapping[str, Any]


def apply(session: Session, rows: Iterable[Row]) -> None:
    """Write what new history events change in the record of visits; most change nothing.

    Args:
        rows: the events as written, mappings with the columns of the event table, in order.
    """
    for row in rows:
        rule = _RULES.get(row["tag"])
        if rule is not None:
            rule(session, row, orjson.loads(row["data"]))


def follow_up_id(visit_id: UUID, item: str, turn: int) -> UUID:
    """Give the id of what is asked in one round: the same history always gives the same row."""
    return uuid5(visit_id, f"{item} {turn}")


def _planned(session: Session, row: Row, data: Data) -> None:
    session.connection().execute(
        insert(t.Visit),
        {
            "organisation_id": row["organisation_id"],
            "id": row["instance_id"],
            "enterprise_id": UUID(data["enterprise"]),
            "number": data["number"],
            "state": "planned",
            "plan_number": data.get("plan_number"),
            "planned_on": date.fromisoformat(data["planned_on"]),
            "findings": {},
        },
    )


def _made(session: Session, row: Row, data: Data) -> None:
    _change(
        session,
        row,
        state="visited",
        visited_on=date.fromisoformat(data["visited_on"]),
        findings=data["findings"],
    )


def _advised(session: Session, row: Row, data: Data) -> None:
    _change(
        session,
        row,
        state="advised",
        opinion=data["opinion"],
        opinion_number=data["number"],
        opinion_at=row["at"],
    )
    _ask(session, row, data)


def _rechecked(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state="rechecked")
    for item, result in data["results"].items():
        session.connection().execute(
            update(t.FollowUp.__table__)  # type: ignore[arg-type]
            .where(
                t.FollowUp.visitor_id == row["organisation_id"],
                t.FollowUp.visit_id == row["instance_id"],
                t.FollowUp.item == item,
                t.FollowUp.id == follow_up_id(row["instance_id"], item, data["round"] - 1),
            )
            .values(
                state=result,
                checked_at=row["at"],
                checked_by=row["actor_id"],
                check_note=data.get("note"),
            )
        )
    _ask(session, row, data)


def _closed(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state="closed", closed_at=row["at"])


def _cancelled(session: Session, row: Row, data: Data) -> None:
    _change(session, row, state="cancelled", closed_at=row["at"])


def _ask(session: Session, row: Row, data: Data) -> None:
    """Open what is asked of the enterprise in this round."""
    if not data["asked"]:
        return
    enterprise = session.connection().scalar(
        t.Visit.__table__.select()
        .with_only_columns(t.Visit.enterprise_id)
        .where(t.Visit.organisation_id == row["organisation_id"], t.Visit.id == row["instance_id"])
    )
    session.connection().execute(
        insert(t.FollowUp),
        [
            {
                "organisation_id": enterprise,
                "id": follow_up_id(row["instance_id"], one["item"], data["round"]),
                "visitor_id": row["organisation_id"],
                "visit_id": row["instance_id"],
                "item": one["item"][:40],
                "text": one["text"][:1000],
                "due_on": date.fromisoformat(data["due_on"]),
                "state": "open",
                "files": [],
            }
            for one in data["asked"]
        ],
    )


def _change(session: Session, row: Row, **changes: Any) -> None:
    session.connection().execute(
        update(t.Visit.__table__)  # type: ignore[arg-type]
        .where(t.Visit.organisation_id == row["organisation_id"], t.Visit.id == row["instance_id"])
        .values(changes)
    )


_RULES: Final[Mapping[str, Callable[[Session, Row, Data], None]]] = {
    "visit:planned": _planned,
    "visit:made": _made,
    "visit:advised": _advised,
    "visit:rechecked": _rechecked,
    "visit:closed": _closed,
    "instance:cancelled": _cancelled,
}
