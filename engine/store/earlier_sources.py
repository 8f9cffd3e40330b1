"""Persons counted for what is no report of the staff, taken out of the months by migration 0007.

An enterprise could ask for the source in a form of its own. Whoever found something in an
inspection was counted among those who report (R-31), which is what the figure is not about.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.clock import month_of
from engine.store.types import Id, Moment

_STAFF: Final = ("staff", "self_check")


def forget_who_found_in_inspections(connection: sa.Connection) -> None:
    """Count the reporters again where there are hazards of another source; few have any."""
    owners = sa.select(_HAZARD.c.organisation_id).where(_IS_OTHER).distinct()
    for owner in connection.execute(owners).scalars().all():
        _count_again(connection, owner)


def _count_again(connection: sa.Connection, owner: UUID) -> None:
    reports = (
        sa.select(_HAZARD.c.reported_at, _REPORTER.c.payee_digest)
        .join(
            _REPORTER,
            sa.and_(
                _REPORTER.c.organisation_id == _HAZARD.c.organisation_id,
                _REPORTER.c.instance_id == _HAZARD.c.id,
            ),
        )
        .where(_HAZARD.c.organisation_id == owner, ~_IS_OTHER)
    )
    rows: Any = connection.execute(reports)
    stays = {(month_of(at), digest) for at, digest in rows}
    counted = sa.select(_PERSON.c.month, _PERSON.c.digest).where(
        _PERSON.c.organisation_id == owner, _PERSON.c.kind == "reporter"
    )
    for month, digest in connection.execute(counted).all():
        if (month, digest) not in stays:
            _forget(connection, owner, month, digest)


def _forget(connection: sa.Connection, owner: UUID, month: str, digest: bytes) -> None:
    connection.execute(
        sa.delete(_PERSON).where(
            _PERSON.c.organisation_id == owner,
            _PERSON.c.kind == "reporter",
            _PERSON.c.month == month,
            _PERSON.c.digest == digest,
        )
    )
    connection.execute(
        sa.update(_MONTH)
        .where(_MONTH.c.organisation_id == owner, _MONTH.c.month == month)
        .values(reporters=_MONTH.c.reporters - 1)
    )


# As they are in 0007, whatever becomes of them later.
_META: Final = sa.MetaData()
_HAZARD: Final = sa.Table(
    "hazard",
    _META,
    sa.Column("organisation_id", Id()),
    sa.Column("id", Id()),
    sa.Column("kind", sa.String()),
    sa.Column("source", sa.String()),
    sa.Column("reported_at", Moment()),
)
_REPORTER: Final = sa.Table(
    "reporter",
    _META,
    sa.Column("organisation_id", Id()),
    sa.Column("instance_id", Id()),
    sa.Column("payee_digest", sa.LargeBinary()),
)
_PERSON: Final = sa.Table(
    "month_person",
    _META,
    sa.Column("organisation_id", Id()),
    sa.Column("kind", sa.String()),
    sa.Column("digest", sa.LargeBinary()),
    sa.Column("month", sa.String()),
)
_MONTH: Final = sa.Table(
    "month",
    _META,
    sa.Column("organisation_id", Id()),
    sa.Column("month", sa.String()),
    sa.Column("reporters", sa.Integer()),
)
_IS_OTHER: Final = sa.and_(_HAZARD.c.kind == "hazard", _HAZARD.c.source.not_in(_STAFF))
