"""Which cases each figure of some enterprises counts in a month, read from the two ledgers.

What a row counts for is said by `engine.hazards.counts`, as for the kept months; here it is only
asked of the rows that can count in the month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, or_, select, union
from sqlalchemy.orm import Session

from engine import clock
from engine.hazards.counts import (
    HUMAN_SOURCES,
    LEDGER_STATES,
    OPEN_STATES,
    counts_of_hazard,
    counts_of_reward,
    given_fen,
)
from engine.returns.packing import BIT, Cases, PaidCase
from engine.returns.versions import mask_in, version_for
from engine.statistics.figures import IS_OPEN
from engine.statistics.span import Span
from engine.store import Hazard, Reward

_HAZARD_COLUMNS: Final = (
    Hazard.organisation_id, Hazard.id, Hazard.kind, Hazard.source, Hazard.state, Hazard.level,
    Hazard.category, Hazard.due_on, Hazard.reported_at, Hazard.registered_at, Hazard.closed_at,
    Hazard.dismissed_at, Hazard.cancelled_at,
)  # fmt: skip
_REWARD_COLUMNS: Final = (
    Reward.organisation_id, Reward.id, Reward.instance_id, Reward.state, Reward.approved_fen,
    Reward.approved_at, Reward.paid_fen, Reward.noncash_fen, Reward.paid_at,
    Reward.received_at,
)  # fmt: skip


def cases_of(
    session: Session, ids: Sequence[UUID], span: Span, version: str | None = None
) -> dict[UUID, Cases]:
    """Give each enterprise's cases in the month; one of which nothing is counted is left out.

    `opening` marks what was open before the month, `closing` and `overdue` what was at its end.

    Args:
        version: of the indicators; by default the one that holds in the month.
    """
    version = version or version_for(span.first)
    found: dict[UUID, Cases] = {}
    for row in session.execute(_hazards(ids, span)).mappings():
        mask = mask_of_hazard(dict(row), span)
        if mask:
            found.setdefault(row["organisation_id"], Cases()).hazards[row["id"]] = mask
    for row in session.execute(_rewards(ids, span)).mappings():
        counts = counts_of_reward(reward := dict(row))
        mask = mask_in(version, _mask(counts, span))
        if mask:
            amounts = (row["approved_fen"] or 0, given_fen(reward))
            paid = PaidCase(row["instance_id"], mask, *amounts)
            found.setdefault(row["organisation_id"], Cases()).rewards[row["id"]] = paid
    return found


def _hazards(ids: Sequence[UUID], span: Span) -> Any:
    """Ask for the rows in halves that each enter an index of their own."""
    within = Hazard.organisation_id.in_(ids)
    ended = Hazard.state.in_(("dismissed", "cancelled"))
    return union(
        *(
            select(*_HAZARD_COLUMNS).where(within, condition)
            for condition in (
                _in(Hazard.reported_at, span),
                _in(Hazard.registered_at, span),
                Hazard.closed_at >= span.start,
                IS_OPEN,
                and_(ended, or_(_in(Hazard.dismissed_at, span), _in(Hazard.cancelled_at, span))),
            )
        )
    )


def _rewards(ids: Sequence[UUID], span: Span) -> Any:
    moments = (Reward.approved_at, Reward.paid_at, Reward.received_at)
    return select(*_REWARD_COLUMNS).where(
        Reward.organisation_id.in_(ids), or_(*(_in(moment, span) for moment in moments))
    )


def _in(column: Any, span: Span) -> Any:
    return and_(column >= span.start, column < span.end)


def _mask(counts: Mapping[tuple[str, str], int], span: Span) -> int:
    """Give the bits of the figures that count a row in the month, also those that add nothing."""
    mask = 0
    for month, key in counts:
        if month == span.first and key in BIT:
            mask |= BIT[key]
    return mask


def mask_of_hazard(row: Mapping[str, Any], span: Span) -> int:
    """Give the bits of the figures that count a hazard in the month as it is now."""
    counts = counts_of_hazard(row)
    mask = _mask(counts, span)
    if row["kind"] != "hazard" or row["source"] not in HUMAN_SOURCES:
        return mask
    if _is_open(row, span.start):
        mask |= BIT["opening"]
    if _is_open(row, span.end):
        mask |= BIT["closing"]
        if row["due_on"] is not None and row["due_on"] < _past(span):
            mask |= BIT["overdue"]
    return mask


def _is_open(row: Mapping[str, Any], moment: datetime) -> bool:
    if moment > clock.now():
        return row["state"] in OPEN_STATES
    registered, closed = row["registered_at"], row["closed_at"]
    if row["state"] not in LEDGER_STATES or registered is None or registered >= moment:
        return False
    return closed is None or closed >= moment


def _past(span: Span) -> date:
    return min(clock.local_date(), span.last_on + timedelta(days=1))
