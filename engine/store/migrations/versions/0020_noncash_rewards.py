"""Rewards that are not money, counted apart from what was paid"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.earlier_rewards import count_apart, count_together

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_REWARD = ("noncash_fen", "points", "points_rate", "gift")
_MONTH = ("noncash_fen", "noncash_count", "max_noncash_fen")


def upgrade() -> None:
    op.add_column("reward", sa.Column("noncash_fen", sa.BigInteger(), nullable=True))
    op.add_column("reward", sa.Column("points", sa.BigInteger(), nullable=True))
    op.add_column("reward", sa.Column("points_rate", sa.Double(), nullable=True))
    op.add_column("reward", sa.Column("gift", sa.String(length=200), nullable=True))
    for name in _MONTH:
        kind = sa.Integer() if name == "noncash_count" else sa.BigInteger()
        op.add_column("month", sa.Column(name, kind, server_default="0", nullable=False))
    count_apart(op.get_bind())
    _count_anew()


def downgrade() -> None:
    count_together(op.get_bind())
    for name in _MONTH:
        op.drop_column("month", name)
    for name in _REWARD:
        op.drop_column("reward", name)
    _count_anew()


def _count_anew() -> None:
    """Forget the boards and tables that were counted beside the pages: jobs count them again."""
    rollup = sa.table("rollup", sa.column("kind", sa.String()))
    op.execute(sa.delete(rollup).where(rollup.c.kind.in_(("board", "monthly"))))
