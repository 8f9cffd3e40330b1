"""What had been given instead of money, taken out of what was paid by migration 0020.

Finance could say that a reward was given in points or goods, and it counted as if it had been
paid. The histories tell of them as they did then; ledgers and months say it apart from now on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.clock import LOCAL_ZONE, month_of
from engine.store.types import Id, Moment

_CHUNK: Final = 1000
_NONCASH: Final = ("points", "goods", "leave", "honour")
#: (enterprise, month) → counter → by how much it changes
_Changes = dict[tuple[UUID, str], dict[str, int]]


def count_apart(connection: sa.Connection) -> None:
    """Say of every reward that was not money what it is worth, and count it so in its month."""
    for rows in _batches(connection, _GIVEN, _REWARD.c.id):
        connection.execute(_KEEP, [_kept(row) for row in rows])
        connection.execute(_COUNT, _counted(rows))
    for rows in _batches(connection, _CHANGED, _MONTH.c.month):
        connection.execute(_LARGEST, [_bounds(row) for row in rows])


def count_together(connection: sa.Connection) -> None:
    """Let what was not money count as paid again; what it was stays with how it was given."""
    connection.execute(
        sa.update(_REWARD)
        .where(_REWARD.c.noncash_fen.is_not(None))
        .values(paid_fen=_REWARD.c.noncash_fen)
    )
    paid, other = _MONTH.c.max_paid_fen, _MONTH.c.max_noncash_fen
    connection.execute(
        sa.update(_MONTH)
        .where(_MONTH.c.noncash_count > 0)
        .values(
            paid_fen=_MONTH.c.paid_fen + _MONTH.c.noncash_fen,
            max_paid_fen=sa.case((other > paid, other), else_=paid),
        )
    )


def _batches(connection: sa.Connection, statement: Any, last: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows of a statement some at a time, in order of their key."""
    owner = next(column for column in last.table.c if column.name == "organisation_id")
    after: Any = sa.true()
    while True:
        asked = statement.where(after).order_by(owner, last).limit(_CHUNK)
        rows = connection.execute(asked).all()
        if rows:
            yield rows
        if len(rows) < _CHUNK:
            return
        at = (rows[-1].organisation_id, getattr(rows[-1], last.name))
        after = sa.or_(owner > at[0], sa.and_(owner == at[0], last > at[1]))


def _worth(row: Any) -> int:
    """An honour has no price."""
    return 0 if row.method == "honour" else int(row.paid_fen)


def _kept(row: Any) -> dict[str, Any]:
    return {"owner": row.organisation_id, "reward": row.id, "worth": _worth(row)}


def _counted(rows: Sequence[Any]) -> list[dict[str, Any]]:
    changes: _Changes = {}
    for row in rows:
        worth = _worth(row)
        counters = changes.setdefault((row.organisation_id, month_of(row.paid_at)), _nothing())
        counters["paid"] += row.paid_fen
        counters["worth"] += worth
        counters["count"] += 1
        counters["most"] = max(counters["most"], worth)
        if row.received_at is not None:
            received = (row.organisation_id, month_of(row.received_at))
            changes.setdefault(received, _nothing())["received"] += row.paid_fen - worth
    return [
        {"owner": owner, "in_month": month, **counters}
        for (owner, month), counters in changes.items()
    ]


def _nothing() -> dict[str, int]:
    return dict.fromkeys(("paid", "worth", "count", "most", "received"), 0)


def _bounds(row: Any) -> dict[str, Any]:
    year, month = int(row.month[:4]), int(row.month[5:])
    start = datetime(year, month, 1, tzinfo=LOCAL_ZONE)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=LOCAL_ZONE)
    return {
        "owner": row.organisation_id,
        "in_month": row.month,
        "since": start.astimezone(UTC),
        "until": end.astimezone(UTC),
    }


# As they are in 0020, whatever becomes of them later.
_META: Final = sa.MetaData()
_REWARD: Final = sa.Table(
    "reward",
    _META,
    sa.Column("organisation_id", Id()),
    sa.Column("id", Id()),
    sa.Column("method", sa.String()),
    sa.Column("paid_fen", sa.BigInteger()),
    sa.Column("noncash_fen", sa.BigInteger()),
    sa.Column("paid_at", Moment()),
    sa.Column("received_at", Moment()),
)
_MONTH: Final = sa.Table(
    "month",
    _META,
    sa.Column("organisation_id", Id()),
    sa.Column("month", sa.String()),
    *(
        sa.Column(name, sa.BigInteger())
        for name in (
            "paid_fen", "received_fen", "max_paid_fen", "noncash_fen", "noncash_count",
            "max_noncash_fen",
        )
    ),
)  # fmt: skip
_GIVEN: Final = sa.select(_REWARD).where(
    _REWARD.c.method.in_(_NONCASH),
    _REWARD.c.paid_at.is_not(None),
    _REWARD.c.noncash_fen.is_(None),
)
_KEEP: Final = (
    sa.update(_REWARD)
    .where(
        _REWARD.c.organisation_id == sa.bindparam("owner"),
        _REWARD.c.id == sa.bindparam("reward"),
    )
    .values(paid_fen=0, noncash_fen=sa.bindparam("worth"))
)
_OF_MONTH: Final = (
    _MONTH.c.organisation_id == sa.bindparam("owner"),
    _MONTH.c.month == sa.bindparam("in_month"),
)
_MOST: Final = sa.bindparam("most", type_=sa.BigInteger())
_COUNT: Final = (
    sa.update(_MONTH)
    .where(*_OF_MONTH)
    .values(
        paid_fen=_MONTH.c.paid_fen - sa.bindparam("paid"),
        received_fen=_MONTH.c.received_fen - sa.bindparam("received"),
        noncash_fen=_MONTH.c.noncash_fen + sa.bindparam("worth"),
        noncash_count=_MONTH.c.noncash_count + sa.bindparam("count"),
        max_noncash_fen=sa.case(
            (_MONTH.c.max_noncash_fen > _MOST, _MONTH.c.max_noncash_fen), else_=_MOST
        ),
    )
)
_CHANGED: Final = sa.select(_MONTH.c.organisation_id, _MONTH.c.month).where(
    _MONTH.c.noncash_count > 0
)
_LARGEST: Final = (
    sa.update(_MONTH)
    .where(*_OF_MONTH)
    .values(
        max_paid_fen=sa.select(sa.func.coalesce(sa.func.max(_REWARD.c.paid_fen), 0))
        .where(
            _REWARD.c.organisation_id == sa.bindparam("owner"),
            _REWARD.c.noncash_fen.is_(None),
            _REWARD.c.paid_at >= sa.bindparam("since", type_=Moment()),
            _REWARD.c.paid_at < sa.bindparam("until", type_=Moment()),
        )
        .scalar_subquery()
    )
)
