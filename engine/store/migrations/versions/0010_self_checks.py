"""Self-checks by the checklist"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_check",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("items", Json(), nullable=False),
        sa.Column("results", Json(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("begun_by", Id(), nullable=False),
        sa.Column("signed_at", Moment(), nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=True),
        sa.Column("hazards", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["user_account.id"], name=op.f("fk_self_check_begun_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_self_check_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_self_check")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_self_check_time", "self_check", ["organisation_id", "begun_at"])


def downgrade() -> None:
    op.drop_table("self_check")
