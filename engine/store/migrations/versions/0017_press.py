"""Typical cases given to the press; which unit published a case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("published_from", Id(), nullable=True))
    op.create_table(
        "press_export",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("outlet", sa.String(length=200), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_press_export_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_press_export_made_by")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_press_export")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_press_export_time", "press_export", ["organisation_id", "made_at"])
    op.create_table(
        "press_export_case",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("practice_id", Id(), nullable=False),
        sa.Column("from_organisation_id", Id(), nullable=False),
        sa.Column("export_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("photos", Json(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("told_at", Moment(), nullable=True),
        sa.Column("told_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "practice_id"],
            ["practice.organisation_id", "practice.id"],
            name=op.f("fk_press_export_case_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["from_organisation_id", "export_id"],
            ["press_export.organisation_id", "press_export.id"],
            name=op.f("fk_press_export_case_from_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["told_by"], ["user_account.id"], name=op.f("fk_press_export_case_told_by")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "practice_id",
            "from_organisation_id",
            "export_id",
            name=op.f("pk_press_export_case"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_press_export_case_export", "press_export_case", ["from_organisation_id", "export_id"]
    )


def downgrade() -> None:
    op.drop_table("press_export_case")
    op.drop_table("press_export")
    op.drop_column("practice", "published_from")
