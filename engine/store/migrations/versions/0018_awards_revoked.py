"""When a typical case ended, and awards that were revoked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("ended_at", Moment(), nullable=True))
    op.add_column("campaign_entry", sa.Column("revoked_at", Moment(), nullable=True))
    op.add_column("campaign_entry", sa.Column("revoked_by", Id(), nullable=True))
    op.add_column(
        "campaign_entry", sa.Column("revoked_reason", sa.String(length=500), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("campaign_entry", "revoked_reason")
    op.drop_column("campaign_entry", "revoked_by")
    op.drop_column("campaign_entry", "revoked_at")
    op.drop_column("practice", "ended_at")
