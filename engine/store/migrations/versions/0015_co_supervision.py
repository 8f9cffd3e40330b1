"""What a department supervises beside the primary one, and since when"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLE = "co_supervision"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("area", sa.String(length=32), nullable=True))
    op.add_column(_TABLE, sa.Column("since_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column(_TABLE, "since_on")
    op.drop_column(_TABLE, "area")
