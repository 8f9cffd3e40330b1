"""Reminding of standardisations that end: 90 days ahead and the day after, once each (R-67)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.coverage.reminders import ROLES, has_account
from engine.particulars.views import SOON
from engine.store import Organisation, organisations_of, upsert
from engine.store.tables import StandardReminder

#: So many enterprises are reminded at once.
MOST: Final = 2000
_CHUNK: Final = 500
#: Whoever could not be told on the day after, because nothing ran, is told up to so long after it.
_STILL: Final = timedelta(days=31)


def remind(session: Session, *, actor: Actor) -> bool:
    """Tell those below the actor whose standard ends soon, or ended; says whether there are more.

    A day that was entered late is told of at once, and each day once before it and once after.
    """
    today = clock.local_date()
    until = Organisation.standard_until
    parts = {
        "ahead": and_(until >= today, until <= today + SOON),
        "after": and_(until < today, until >= today - _STILL),
    }
    more = [_tell(session, word, is_day, today, actor) for word, is_day in parts.items()]
    return any(more)


def _tell(
    session: Session, word: str, is_day: ColumnElement[bool], today: date, actor: Actor
) -> bool:
    found = session.execute(_untold(word, is_day, actor)).all()
    days: dict[date, list[UUID]] = defaultdict(list)
    for organisation_id, until in _note(session, found[:MOST], word):
        days[until].append(organisation_id)
    for until, ids in days.items():
        facts = {"day": until.isoformat(), "left": (until - today).days}
        notifications.tell_organisations(session, ids, f"standard_{word}", facts, roles=ROLES)
    return len(found) > MOST


def _untold(word: str, is_day: ColumnElement[bool], actor: Actor) -> Any:
    own, told = Organisation, StandardReminder
    once = exists().where(
        told.organisation_id == own.id, told.until_on == own.standard_until, told.word == word
    )
    return (
        select(own.id, own.standard_until)
        .where(
            own.kind == "enterprise",
            own.status == "active",
            own.standard_until.is_not(None),
            is_day,
            own.id.in_(organisations_of(actor)),
            ~once.correlate(own),
            has_account(own.id),
        )
        .order_by(own.id)
        .limit(MOST + 1)
    )


def _note(session: Session, found: Any, word: str) -> list[tuple[UUID, date]]:
    """Note that they are told; gives those whom nobody else has told meanwhile."""
    table: Any = StandardReminder.__table__
    statement = (
        upsert(session)(table)
        .on_conflict_do_nothing()
        .returning(table.c.organisation_id, table.c.until_on)
    )
    rows = [
        {"organisation_id": row.id, "until_on": row.standard_until, "word": word,
         "told_at": clock.now()}
        for row in found
    ]  # fmt: skip
    noted: list[tuple[UUID, date]] = []
    for at in range(0, len(rows), _CHUNK):
        for row in session.connection().execute(statement, rows[at : at + _CHUNK]):
            noted.append((row.organisation_id, row.until_on))
    return noted
