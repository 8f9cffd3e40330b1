"""When reporters of before migration 0021 are asked what came of their reports (domain.md B7).

Only of those whose 90 days have not passed: they come due one after the other, as if it had been
asked for from the beginning, and nobody is asked about something long ago.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.store.types import Id, Moment

_AFTER: Final = timedelta(days=90)
_AT_ONCE: Final = 500


def plan_for_the_last_days(connection: sa.Connection) -> None:
    """Write when each reporter of the last 90 days is asked: after the reward, else the end."""
    since = clock.now() - _AFTER
    ended = sa.func.coalesce(_HAZARD.c.closed_at, _HAZARD.c.dismissed_at)
    found: dict[tuple[UUID, UUID], Any] = {}
    over = sa.select(_HAZARD.c.organisation_id, _HAZARD.c.id, ended.label("at"))
    paid = sa.select(_REWARD.c.organisation_id, _REWARD.c.instance_id, _REWARD.c.paid_at)
    for statement in (over.where(ended >= since), paid.where(_REWARD.c.paid_at >= since)):
        found |= {(owner, case): at for owner, case, at in connection.execute(statement)}
    cases = list(found)
    for at in range(0, len(cases), _AT_ONCE):
        reported = _reported(connection, cases[at : at + _AT_ONCE])
        rows = [
            {"organisation_id": owner, "instance_id": case, "due_on": _day(found[owner, case])}
            for owner, case in reported
        ]
        if rows:
            connection.execute(sa.insert(_CHECK_IN), rows)


def _reported(connection: sa.Connection, cases: list[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    """Give the cases that somebody reported; alarms of devices are nobody's."""
    wanted = sa.select(_REPORTER.c.organisation_id, _REPORTER.c.instance_id).where(
        _REPORTER.c.organisation_id.in_({owner for owner, _case in cases}),
        _REPORTER.c.instance_id.in_([case for _owner, case in cases]),
    )
    return [(owner, case) for owner, case in connection.execute(wanted)]


def _day(at: Any) -> date:
    return clock.local_date(at) + _AFTER


_REPORTER: Final = sa.table(
    "reporter", sa.column("organisation_id", Id()), sa.column("instance_id", Id())
)
_HAZARD: Final = sa.table(
    "hazard",
    sa.column("organisation_id", Id()),
    sa.column("id", Id()),
    sa.column("closed_at", Moment()),
    sa.column("dismissed_at", Moment()),
)
_REWARD: Final = sa.table(
    "reward",
    sa.column("organisation_id", Id()),
    sa.column("instance_id", Id()),
    sa.column("paid_at", Moment()),
)
_CHECK_IN: Final = sa.table(
    "check_in",
    sa.column("organisation_id", Id()),
    sa.column("instance_id", Id()),
    sa.column("due_on", sa.Date()),
)
