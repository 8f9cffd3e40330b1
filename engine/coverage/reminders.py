"""Reminding enterprises that are not there yet: recorded, and at most once a day each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.coverage.units import Chosen, ids
from engine.errors import NotAllowed
from engine.permissions import require
from engine.store import tables as t
from engine.store import upsert

#: The key of its words.
KEY: Final = "coverage_reminder"
#: So many enterprises are reminded by one click; the next click goes on with the others.
MOST: Final = 2000
#: Whom in an enterprise it concerns.
ROLES: Final = ("administrator", "principal")
_CHUNK: Final = 500
_STAGES: Final = {"established": ("建立", "established"), "implemented": ("建立并实施", "in use")}


@dataclass(frozen=True)
class Reminded:
    """What came of it."""

    enterprises: int
    people: int
    #: Whether there are more that were not yet reminded today.
    more: bool
    #: Of those chosen, so many have nobody with an account: they have to be called.
    unreached: int = 0


def remind(session: Session, chosen: Chosen, *, actor: Actor) -> Reminded:
    """Remind the principals and administrators of those who have not reached the target.

    Raises:
        NotAllowed: the role, or an enterprise. Invalid: what is chosen does not exist.
    """
    require(actor, "coverage:remind")
    if actor.organisation_kind == "enterprise" or actor.organisation_id is None:
        raise NotAllowed("只有监管单位可以提醒。", "Only those above an enterprise remind it.")
    chosen = replace(chosen, count=chosen.count if chosen.count in _OPEN else "open")
    found = _not_yet_reminded(session, chosen, actor)
    chosen_ids = _note(session, found[:MOST], actor.organisation_id)
    target = chosen.target
    by = session.get_one(t.Organisation, actor.organisation_id).name
    zh, en = _STAGES[target.stage]
    facts = {
        "by": by, "target": target.title, "due_on": target.due_on.isoformat(),
        "stage": zh, "stage_en": en,
    }  # fmt: skip
    people = notifications.tell_organisations(session, chosen_ids, KEY, facts, roles=ROLES)
    return Reminded(
        len(chosen_ids), people, len(found) > MOST, _count_unreached(session, chosen, actor)
    )


def has_account(organisation_id: Any) -> ColumnElement[bool]:
    """Say in SQL that somebody in an enterprise would read a reminder."""
    member, user = t.Membership, t.User
    return (
        exists()
        .where(
            member.organisation_id == organisation_id,
            member.role.in_(ROLES),
            user.id == member.user_id,
            user.disabled_at.is_(None),
        )
        .correlate(t.Organisation)
    )


def _count_unreached(session: Session, chosen: Chosen, actor: Actor) -> int:
    nobody = ids(session, chosen, actor=actor).where(~has_account(t.Organisation.id))
    return session.scalar(select(func.count()).select_from(nobody.subquery())) or 0


def _not_yet_reminded(session: Session, chosen: Chosen, actor: Actor) -> list[UUID]:
    record = t.MechanismRecord
    statement = ids(session, chosen, actor=actor).where(
        or_(record.reminded_at.is_(None), record.reminded_at < _today()),
        has_account(t.Organisation.id),
    )
    return list(session.scalars(statement.order_by(t.Organisation.id).limit(MOST + 1)))


def _note(session: Session, organisation_ids: list[UUID], by: UUID) -> list[UUID]:
    """Note the reminders; gives those whom nobody else has reminded meanwhile."""
    table: Any = t.MechanismRecord.__table__
    made = upsert(session)(table)
    statement = made.on_conflict_do_update(
        index_elements=["organisation_id"],
        set_={name: made.excluded[name] for name in ("reminded_at", "reminded_by")},
        where=or_(table.c.reminded_at.is_(None), table.c.reminded_at < _today()),
    ).returning(table.c.organisation_id)
    now, noted = clock.now(), list[UUID]()
    rows = [
        {"organisation_id": one, "updated_at": now, "reminded_at": now, "reminded_by": by}
        for one in organisation_ids
    ]
    for at in range(0, len(rows), _CHUNK):
        noted += session.connection().execute(statement, rows[at : at + _CHUNK]).scalars()
    return noted


def _today() -> datetime:
    return datetime.combine(clock.local_date(), datetime.min.time(), clock.LOCAL_ZONE)


def reminders(session: Session, organisation_id: UUID) -> list[Any]:
    """Give the reminders an enterprise that the caller may see has got, the newest first."""
    note = t.Notification
    statement = (
        select(note.at, note.zh, note.en)
        .where(note.organisation_id == organisation_id, note.kind == KEY)
        .distinct()
        .order_by(note.at.desc())
        .limit(20)
    )
    return list(session.execute(statement).all())


#: Counts of which nobody has reached the target.
_OPEN: Final = ("open", "overdue", "explained", "nothing")
