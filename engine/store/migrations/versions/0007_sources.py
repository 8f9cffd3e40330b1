"""By which way a report came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.earlier_sources import forget_who_found_in_inspections

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "hazard",
        sa.Column("channel", sa.String(length=20), server_default="unknown", nullable=False),
    )
    forget_who_found_in_inspections(op.get_bind())


def downgrade() -> None:
    op.drop_column("hazard", "channel")
