"""Guidance visits: are their rows and what was asked of the enterprise what the history says?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.guidance.record import follow_up_id
from engine.store import tables as t

_Data = Mapping[str, Any]


@dataclass
class _Told:
    """What the events of a visit come to."""

    visit: dict[str, Any] = field(default_factory=dict)
    #: Id of a follow-up → its columns.
    asked: dict[UUID, dict[str, Any]] = field(default_factory=dict)


def examine_visit(session: Session, instance: t.Instance) -> Iterator[tuple[str, str]]:
    """Compare the rows of a visit and its follow-ups with the events they are derived from (R-40).

    Whatever is no visit by its history has to have no such rows.
    """
    told = _told(session, instance)
    visit = session.get(t.Visit, (instance.organisation_id, instance.id))
    rows = session.scalars(
        select(t.FollowUp).where(
            t.FollowUp.visitor_id == instance.organisation_id,
            t.FollowUp.visit_id == instance.id,
        )
    )
    asked = {row.id: row for row in rows} if visit is not None else {}
    if visit is None:
        if told.visit:
            yield "visits", "the history tells of a visit, and it has no row"
        return
    if not told.visit:
        yield "visits", "there is a visit of which the history knows nothing"
        return
    yield from _differences("the visit", visit, told.visit)
    for key in sorted(told.asked.keys() | asked.keys(), key=str):
        if key not in asked:
            yield "visits", f"{key}: the history asks {told.asked[key]['item']}, and no row does"
        elif key not in told.asked:
            yield "visits", f"{key}: a follow-up is kept that the history did not ask"
        else:
            yield from _differences(f"follow-up {key}", asked[key], told.asked[key])


def _differences(what: str, row: Any, told: _Data) -> Iterator[tuple[str, str]]:
    for column, value in told.items():
        kept = getattr(row, column)
        if kept != value:
            yield "visits", f"{what}: {column} is {kept}, the history says {value}"


def _told(session: Session, instance: t.Instance) -> _Told:
    found = _Told()
    event = t.Event
    events = session.scalars(
        select(event)
        .where(
            event.organisation_id == instance.organisation_id,
            event.instance_id == instance.id,
            event.tag.in_(_RULES),
        )
        .order_by(event.sequence)
    )
    for one in events:
        # Hazards are called off, too; their history does not begin with a plan.
        if found.visit or one.tag == "visit:planned":
            _RULES[one.tag](found, one, orjson.loads(one.data))
    return found


def _planned(told: _Told, _event: t.Event, data: _Data) -> None:
    told.visit = {
        "enterprise_id": UUID(data["enterprise"]),
        "number": data["number"],
        "state": "planned",
        "plan_number": data.get("plan_number"),
        "planned_on": date.fromisoformat(data["planned_on"]),
        "visited_on": None,
        "findings": {},
        "opinion": None,
        "opinion_number": None,
        "opinion_at": None,
        "closed_at": None,
    }


def _made(told: _Told, _event: t.Event, data: _Data) -> None:
    day = date.fromisoformat(data["visited_on"])
    told.visit |= {"state": "visited", "visited_on": day, "findings": data["findings"]}


def _advised(told: _Told, event: t.Event, data: _Data) -> None:
    told.visit |= {
        "state": "advised",
        "opinion": data["opinion"],
        "opinion_number": data["number"],
        "opinion_at": event.at,
    }
    _ask(told, event, data)


def _answered(told: _Told, event: t.Event, data: _Data) -> None:
    """The latest round in which the item was asked is the one that is answered."""
    rounds = [one for one in told.asked.values() if one["item"] == data["item"]]
    if rounds:
        rounds[-1] |= {
            "state": "answered",
            "answer": data["answer"],
            "files": data["files"],
            "answered_by": event.actor_id,
        }


def _rechecked(told: _Told, event: t.Event, data: _Data) -> None:
    told.visit["state"] = "rechecked"
    for item, result in data["results"].items():
        row = told.asked.get(follow_up_id(event.instance_id, item, data["round"] - 1))
        if row is not None:
            row |= {
                "state": result,
                "checked_at": event.at,
                "checked_by": event.actor_id,
                "check_note": data.get("note"),
            }
    _ask(told, event, data)


def _closed(told: _Told, event: t.Event, _data: _Data) -> None:
    told.visit |= {"state": "closed", "closed_at": event.at}


def _cancelled(told: _Told, event: t.Event, _data: _Data) -> None:
    told.visit |= {"state": "cancelled", "closed_at": event.at}


def _ask(told: _Told, event: t.Event, data: _Data) -> None:
    for one in data["asked"]:
        told.asked[follow_up_id(event.instance_id, one["item"], data["round"])] = {
            "organisation_id": told.visit["enterprise_id"],
            "item": one["item"][:40],
            "text": one["text"][:1000],
            "due_on": date.fromisoformat(data["due_on"]),
            "state": "open",
            "answer": None,
            "files": [],
            "answered_by": None,
            "checked_at": None,
            "checked_by": None,
            "check_note": None,
        }


_RULES: Final[Mapping[str, Callable[[_Told, t.Event, _Data], None]]] = {
    "visit:planned": _planned,
    "visit:made": _made,
    "visit:advised": _advised,
    "follow_up:answered": _answered,
    "visit:rechecked": _rechecked,
    "visit:closed": _closed,
    "instance:cancelled": _cancelled,
}
