"""Which jobs are due, in the order of their turns: what somebody waits for comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine import clock
from engine.store import tables as t

#: Kinds that nobody waits for, in the order of their turns. A city has tens of thousands of them.
PATIENT: Final = (
    "count_board",
    "remind_returns",
    "remind_coverage",
    "remind_relations",
    "seal_days",
)
#: Of so many jobs that are looked for at once, one may be of such a kind.
_SHARE: Final = 10


def find(session: Session, limit: int) -> Sequence[Any]:
    """Give (organisation_id, id, kind) of jobs that are due and not leased, in one statement.

    Earliest first; the kinds that nobody waits for come last, and no more than a tenth of `limit`
    of each, so that neither keeps the other from its turn.
    """
    share = max(1, limit // _SHARE)
    parts = [_part(t.Job.kind.not_in(PATIENT), limit, 0)]
    parts += [_part(t.Job.kind == kind, share, turn) for turn, kind in enumerate(PATIENT, 1)]
    every = union_all(*(select(part) for part in parts)).subquery()
    statement = select(every.c.organisation_id, every.c.id, every.c.kind)
    return session.execute(statement.order_by(every.c.turn, every.c.due_at)).all()


def _part(condition: ColumnElement[bool], limit: int, turn: int) -> Subquery:
    now = clock.now()
    columns = (t.Job.organisation_id, t.Job.id, t.Job.kind, t.Job.due_at)
    return (
        select(*columns, literal(turn).label("turn"))
        .where(
            condition,
            t.Job.state == "waiting",
            t.Job.due_at <= now,
            or_(t.Job.lease_until.is_(None), t.Job.lease_until < now),
        )
        .order_by(t.Job.due_at)
        .limit(limit)
        .subquery()
    )
