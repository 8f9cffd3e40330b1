"""What reports have brought about in an enterprise, for everybody who works there (R-21).

No names: who reported is in the vault, and those who want to be named get their certificate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.permissions import require
from engine.store import tables as t

_LATEST: Final = 20


@dataclass(frozen=True)
class Thanks:
    """The year so far, and the latest hazards that are gone."""

    year: int
    reported: int
    verified: int
    closed: int
    rewarded: int
    adopted: int
    #: Columns: place, part, description, level, closed_at.
    gone: Sequence[Any]


def read(session: Session, *, actor: Actor) -> Thanks:
    """Give what reports brought about in the actor's enterprise this year.

    Raises:
        NotAllowed: the role. NotFound: the actor works for no enterprise.
    """
    require(actor, "report:create")
    if actor.organisation_kind != "enterprise":
        raise NotFound()
    year = clock.local_date().year
    month = t.Month
    sums = session.execute(
        select(
            func.coalesce(func.sum(month.reported), 0).label("reported"),
            func.coalesce(func.sum(month.verified), 0).label("verified"),
            func.coalesce(func.sum(month.closed), 0).label("closed"),
            func.coalesce(func.sum(month.paid_count), 0).label("rewarded"),
            func.coalesce(func.sum(month.adopted), 0).label("adopted"),
        ).where(
            month.organisation_id == actor.organisation_id,
            month.month.between(f"{year}-01", f"{year}-12"),
        )
    ).one()
    hazard = t.Hazard
    gone = session.execute(
        select(hazard.place, hazard.part, hazard.description, hazard.level, hazard.closed_at)
        .where(
            hazard.organisation_id == actor.organisation_id,
            hazard.kind == "hazard",
            hazard.state == "closed",
        )
        .order_by(hazard.closed_at.desc(), hazard.id.desc())
        .limit(_LATEST)
    ).all()
    return Thanks(
        year=year,
        reported=int(sums.reported),
        verified=int(sums.verified),
        closed=int(sums.closed),
        rewarded=int(sums.rewarded),
        adopted=int(sums.adopted),
        gone=gone,
    )
