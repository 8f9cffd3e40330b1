"""Complaints: are their rows, and the letters to the enterprise, what the history says?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.complaints.record import KEY, letter_id, of_filed
from engine.store import tables as t

#: Who is named and who is kept out stands on no screen of an operator.
_OF_PEOPLE: Final = frozenset({"accused", "barred", "report_id"})


def examine_complaint(session: Session, instance: t.Instance) -> Iterator[tuple[str, str]]:
    """Compare a complaint and its letters with the events they are derived from."""
    row = session.get(t.Complaint, (instance.organisation_id, instance.id))
    if instance.key != KEY:
        if row is not None:
            yield "complaints", "there is a complaint of which the history knows nothing"
        return
    told, letters = _told(session, instance)
    if row is None:
        yield "complaints", "the history tells of a complaint, and it has no row"
        return
    for column, value in told.items():
        kept = getattr(row, column)
        if kept != value and column in _OF_PEOPLE:
            yield "complaints", f"{column} is not what the history says"
        elif kept != value:
            yield "complaints", f"{column} is {kept}, the history says {value}"
    kept_letters = set(
        session.scalars(
            select(t.UnionLetter.id).where(
                t.UnionLetter.room_id == instance.organisation_id,
                t.UnionLetter.complaint_id == instance.id,
            )
        )
    )
    for key in sorted(kept_letters ^ letters, key=str):
        yield "complaints", f"{key}: the letters kept are not those of the history"


def _told(session: Session, instance: t.Instance) -> tuple[dict[str, Any], set[UUID]]:
    """Give the columns that the history comes to, and the ids of the letters."""
    event = t.Event
    found: dict[str, Any] = {}
    letters = set()
    events = session.scalars(
        select(event)
        .where(event.organisation_id == instance.organisation_id, event.instance_id == instance.id)
        .order_by(event.sequence)
    )
    for one in events:
        data = orjson.loads(one.data)
        match one.tag:
            case "complaint:filed":
                row = {"organisation_id": one.organisation_id, "instance_id": one.instance_id}
                found = {**of_filed({**row, "at": one.at}, data), "outcome": None}
            case "complaint:moved":
                found["state"] = data["state"]
            case "complaint:advised":
                found["state"] = "advised"
                letters.add(letter_id(instance.id, data["round"]))
            case "complaint:passed":
                district = data.get("district")
                found |= {"state": "passed", "district_id": UUID(district) if district else None}
            case "complaint:closed":
                found |= {"state": "closed", "outcome": data["outcome"], "closed_at": one.at}
            case "instance:cancelled":
                found |= {"state": "withdrawn", "closed_at": one.at}
    return found, letters
