"""The register itself: pages of majors, the newest first, for an enterprise and all above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import NotFound
from engine.majors.filters import IS_MAJOR, MajorFilters, conditions, is_open
from engine.permissions import require
from engine.statistics.cases import select_hazards
from engine.statistics.paging import Page, aside, newest_first
from engine.statistics.scope import named_like
from engine.store import Hazard, visible_to
from engine.store.visibility import UNDER, Sight

Register = Page[Row[Any]]
_READ: Final = "major:read"


def register(
    session: Session,
    *,
    actor: Actor,
    filters: MajorFilters | None = None,
    after: str | None = None,
    limit: int = 50,
    sight: Sight = UNDER,
) -> Register:
    """Give a page of the register, the latest registered first.

    Each row has the columns of the hazard ledger and `organisation_name`; nobody's name but that
    of who has to rectify it.

    Args:
        sight: "beside" for those of enterprises that the actor's department supervises besides.

    Raises:
        NotAllowed: the actor may not read it. Invalid: a filter or the cursor is wrong.
    """
    require(actor, _READ)
    filters = filters or MajorFilters()
    keys: Any = select(Hazard.organisation_id, Hazard.id)
    chosen = keys.where(*conditions(filters))
    chosen = visible_to(actor, chosen, sight=sight)
    if filters.unit:
        named = named_like(actor, filters.unit, sight=sight)
        chosen = chosen.where(aside(Hazard.organisation_id).in_(named))
    at: Any = Hazard.registered_at
    # Few among all hazards: those are found along their index and sorted.
    return newest_first(session, select_hazards(), chosen, at, after, limit, few=True)


def get_major(
    session: Session, instance_id: UUID, *, actor: Actor, sight: Sight = UNDER
) -> Row[Any]:
    """Give the register's row of one case.

    Args:
        sight: "both" for what is only read.

    Raises:
        NotAllowed: the actor may not read the register.
        NotFound: it is no major on the ledger, or not theirs to see.
    """
    require(actor, _READ)
    statement = select_hazards().where(Hazard.id == instance_id, IS_MAJOR)
    row = session.execute(visible_to(actor, statement, sight=sight)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def missing_of(row: Any) -> Sequence[str]:
    """Give what the register misses of a major: keys of `MISSING`, in their order.

    Says of one row what the conditions of `MISSING` say in SQL; tests hold the two together.
    """
    waits = is_open(row.state)
    wanted = {
        "determination": row.determined_at is None,
        "authority": row.authority_on is None,
        "congress": row.congress_on is None,
        "interim": waits and row.guarded_at is None,
        "plan": waits and row.planned_at is None and not row.fixed_on_spot,
        "overdue": waits and row.due_on is not None and row.due_on < clock.local_date(),
    }
    return [key for key, is_missing in wanted.items() if is_missing]


def closed_inside(row: Any) -> bool:
    """Say whether the enterprise closed it and an authority has not struck it off yet."""
    return row.state == "closed" and row.supervised_on is not None
