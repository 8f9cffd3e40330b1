"""Standardisation, hazard sources, monitoring and regions of enterprises in columns"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.earlier_particulars import LENGTHS, into_columns, into_profiles
from engine.store.types import Id, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in LENGTHS.items():
        op.add_column("organisation", sa.Column(name, sa.String(length=length), nullable=True))
    op.add_column("organisation", sa.Column("standard_until", sa.Date(), nullable=True))
    op.create_table(
        "standard_reminder",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("word", sa.String(length=8), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_standard_reminder_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "until_on", "word", name=op.f("pk_standard_reminder")
        ),
        sqlite_with_rowid=False,
    )
    into_columns(op.get_bind())


def downgrade() -> None:
    into_profiles(op.get_bind())
    op.drop_table("standard_reminder")
    for name in (*LENGTHS, "standard_until"):
        op.drop_column("organisation", name)
