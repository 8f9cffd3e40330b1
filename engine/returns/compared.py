"""The differences of a unit's locked months: found at once, or by a job where it is large (R-57).

Comparing a year of many enterprises takes a while. What a job found is kept with its moment, and
shown as no younger than that; whoever signs has what they sign compared once more.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, standing
from engine.actors import SYSTEM, Actor
from engine.board.counted import Counting, find_counting, find_kept, keep, order
from engine.jobs import Job, handler
from engine.permissions import require
from engine.returns import states
from engine.returns.carrying import open_month
from engine.returns.proposals import Proposal, proposed
from engine.returns.units import Unit, get_unit, own_unit, select_standing
from engine.statistics.span import month_span
from engine.store import tables as t

COMPARE: Final = "compare_months"
_KIND: Final = "differences"
#: A unit over more enterprises has its months compared by a job.
LARGEST_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class Compared:
    """What was found, and when."""

    #: None while it is compared for the first time.
    found: Sequence[Proposal] | None
    #: None: this moment.
    at: datetime | None = None
    #: Whether a job does it, now or when somebody asks.
    is_large: bool = False
    #: How far that job is.
    counting: Counting | None = None


def differences(session: Session, *, actor: Actor) -> Compared:
    """Give what the actor's unit may accept as adjusting rows of its open month.

    Raises:
        NotAllowed: the actor may not read returns.
    """
    require(actor, "returns:read")
    unit = own_unit(session, actor)
    month = open_month(session, unit)
    if month is None or unit.is_office:
        return Compared([])
    if not _is_large(session, unit, month):
        states.hold(session, unit.id)
        return Compared(proposed(session, unit, month))
    kept = find_kept(session, unit.id, _KIND, month)
    counting = find_counting(session, unit.id, _job_id(unit, month))
    if kept is None:
        return Compared(None, is_large=True, counting=counting)
    return Compared(_read(kept.content), kept.computed_at, is_large=True, counting=counting)


def compare(session: Session, *, actor: Actor) -> Counting | None:
    """Have the months of a large unit compared, or compared anew, by a job.

    Returns:
        when; None where there is nothing for a job to do.

    Raises:
        NotAllowed: the actor may not read returns.
    """
    require(actor, "returns:read")
    unit = own_unit(session, actor)
    month = open_month(session, unit)
    if month is None or unit.is_office or not _is_large(session, unit, month):
        return None
    job_id, payload = _job_id(unit, month), {"month": month}
    return order(session, unit.id, job_id, COMPARE, kept=_KIND, key=month, payload=payload)


def chosen(
    session: Session, unit: Unit, month: str, keys: Collection[str] | None
) -> list[Proposal]:
    """Give the differences named by `keys`, all with None, as they are this moment.

    Of a large unit only the enterprises are compared that are named, or known to differ; what was
    kept of these is struck out, since it is being signed or no longer so.
    """
    if not _is_large(session, unit, month):
        return [one for one in proposed(session, unit, month) if keys is None or one.key in keys]
    kept = find_kept(session, unit.id, _KIND, month)
    known = _read(kept.content) if kept else []
    wanted = {one.key for one in known} if keys is None else set(keys)
    ids = {one.enterprise_id for one in known if one.key in wanted}
    found = [one for one in proposed(session, unit, month, ids) if one.key in wanted]
    if kept is not None:
        rest = [one for one in known if one.key not in wanted]
        keep(session, unit.id, _written(rest), kept.computed_at, 0, kind=_KIND, key=month)
    return found


@dataclass(frozen=True)
class _Found:
    text: str
    at: datetime
    took_ms: int


def _find(session: Session, job: Job) -> _Found:
    """Compare outside of the write transaction: nobody waits for it."""
    begun, at = time.perf_counter(), clock.now()
    unit = get_unit(session, job.organisation_id, actor=SYSTEM)
    text = _written(proposed(session, unit, job.payload["month"]))
    return _Found(text, at, int((time.perf_counter() - begun) * 1e3))


@handler(COMPARE, prepare=_find)
def compare_months(session: Session, job: Job) -> None:
    """Keep what was found, or compare once more where rows were signed meanwhile."""
    made: _Found = job.prepared
    owner, month = job.organisation_id, job.payload["month"]
    states.hold(session, owner)
    if _was_signed_since(session, owner, made.at):
        standing.again(session, job, clock.now())
        return
    keep(session, owner, made.text, made.at, made.took_ms, kind=_KIND, key=month)


def _was_signed_since(session: Session, owner: UUID, at: datetime) -> bool:
    row = t.Adjustment
    asked = select(row.id).where(row.organisation_id == owner, row.signed_at >= at).limit(1)
    return session.scalar(asked) is not None


def _is_large(session: Session, unit: Unit, month: str) -> bool:
    some = select_standing(unit, month_span(month)).limit(LARGEST_AT_ONCE + 1).subquery()
    count = session.execute(select(func.count()).select_from(some)).scalar_one()
    return bool(count > LARGEST_AT_ONCE)


def _job_id(unit: Unit, month: str) -> UUID:
    return uuid5(unit.id, f"{COMPARE} {month}")


def _written(found: Sequence[Proposal]) -> str:
    return orjson.dumps([asdict(one) for one in found]).decode()


def _read(text: str) -> list[Proposal]:
    return [
        Proposal(
            **{
                **one,
                "enterprise_id": UUID(one["enterprise_id"]),
                "instance_id": UUID(one["instance_id"]) if one["instance_id"] else None,
            }
        )
        for one in orjson.loads(text)
    ]
