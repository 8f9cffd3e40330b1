"""What reports have brought about in an enterprise, for everybody who works there (R-21).

Only what people of the house reported: what inspections and sensors found is no thanks to them. No
names, no exact spots and no days of reports: who wants to be named stands on the publicity sheet
and the list of honours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.hazards.counts import HUMAN_SOURCES
from engine.permissions import require
from engine.statistics.paging import Page, newest_first
from engine.store import tables as t

_LATEST: Final = 20


@dataclass(frozen=True)
class Thanks:
    """The year so far, and a page of the hazards that are gone, the latest first."""

    year: int
    reported: int
    verified: int
    closed: int
    rewarded: int
    adopted: int
    #: Columns: id, place, description, level, closed_at.
    gone: Page[Any]


def read(session: Session, *, actor: Actor, after: str | None = None) -> Thanks:
    """Give what reports brought about in the actor's enterprise this year.

    Args:
        after: the cursor of the page before.

    Raises:
        NotAllowed: the role. NotFound: the actor works for no enterprise. Invalid: the cursor.
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
    chosen = select(hazard.organisation_id, hazard.id).where(
        hazard.organisation_id == actor.organisation_id,
        hazard.closed_at.is_not(None),
        hazard.kind == "hazard",
        hazard.state == "closed",
        hazard.source.in_(HUMAN_SOURCES),
    )
    shown = select(hazard.id, hazard.place, hazard.description, hazard.level, hazard.closed_at)
    gone = newest_first(session, shown, chosen, hazard.closed_at, after, _LATEST)  # type: ignore[arg-type]
    return Thanks(
        year=year,
        reported=int(sums.reported),
        verified=int(sums.verified),
        closed=int(sums.closed),
        rewarded=int(sums.rewarded),
        adopted=int(sums.adopted),
        gone=gone,
    )
