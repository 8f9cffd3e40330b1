"""Noting the first report of an enterprise that was verified and rewarded, in the step itself.

By it a mechanism is lived (R-06). Only the very first matters: once it is noted, a payment writes
nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import and_, bindparam, case, literal, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.store import tables as t
from engine.store import upsert

_TABLE: Final[Any] = t.MechanismRecord.__table__


class CaseKey(Protocol):
    """What names a case."""

    organisation_id: UUID
    id: UUID


#: The day that is noted, beside what else a step reads of a case that is paid for.
NOTED: Final = (
    select(_TABLE.c.rewarded_on)
    .where(_TABLE.c.organisation_id == bindparam("owner"))
    .scalar_subquery()
    .label("noted_on")
)


def note(session: Session, case_: CaseKey, at: datetime, noted_on: date | None) -> None:
    """Note that a report on the ledger was rewarded, when none was before.

    Args:
        noted_on: what `NOTED` gave.
    """
    day = clock.local_date(at)
    if noted_on is not None and noted_on <= day:
        return
    values: Mapping[str, Any] = {
        "organisation_id": case_.organisation_id,
        "rewarded_on": day,
        "rewarded_case": case_.id,
        "updated_at": clock.now(),
    }
    session.connection().execute(_statement(upsert(session)), values)


@lru_cache(maxsize=4)
def _statement(upsert_into: Any) -> Any:
    """Give the statement that never moves the day to a later one, whoever else writes just now."""
    statement = upsert_into(_TABLE).values(
        {
            name: bindparam(name, type_=_TABLE.c[name].type)
            for name in ("organisation_id", "rewarded_on", "rewarded_case", "updated_at")
        }
    )
    new = statement.excluded
    # From when it is both established and lived, as `engine.hazards.mechanism.days_of` says it.
    lived = case(
        (_TABLE.c.established_on > new.rewarded_on, _TABLE.c.established_on),
        else_=new.rewarded_on,
    )
    sooner = and_(
        _TABLE.c.established_on.is_not(None),
        or_(_TABLE.c.implemented_on.is_(None), lived <= _TABLE.c.implemented_on),
    )
    return statement.on_conflict_do_update(
        index_elements=["organisation_id"],
        set_={
            "rewarded_on": new.rewarded_on,
            "rewarded_case": new.rewarded_case,
            "implemented_on": case((sooner, lived), else_=_TABLE.c.implemented_on),
            "implemented_by": case((sooner, literal("report")), else_=_TABLE.c.implemented_by),
            "updated_at": new.updated_at,
        },
        where=or_(_TABLE.c.rewarded_on.is_(None), _TABLE.c.rewarded_on > new.rewarded_on),
    )
