"""Whom a union's notifications go to: each who may handle the complaint, and nobody else."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine import notifications
from engine.complaints import rooms
from engine.complaints.access import is_kept_out
from engine.store import tables as t


def handlers(session: Session, row: t.Complaint) -> dict[UUID, list[rooms.Person]]:
    """Give who may handle a complaint now, by the organisation they do it for."""
    found = {}
    for handler_id in (row.handler_id, row.district_id or row.handler_id):
        handler = session.get_one(t.Organisation, handler_id)
        found[handler_id] = [
            one
            for one in rooms.people(session, handler)
            if not is_kept_out(session, row, one.id, one.name)
        ]
    return found


def tell_union(session: Session, row: t.Complaint, key: str) -> None:
    """Leave those who handle a complaint the words of `key`, which tell its number only."""
    for handler_id, people in handlers(session, row).items():
        notifications.tell_people(
            session,
            organisation_id=handler_id,
            instance_id=None,
            people=[one.id for one in people],
            key=key,
            facts={"number": row.number},
        )
