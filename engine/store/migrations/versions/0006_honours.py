"""Names by consent, and honours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "naming_consent",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_naming_consent_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_naming_consent_user_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "user_id", name=op.f("pk_naming_consent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "naming_choice",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("instance_id", Id(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("chosen_at", Moment(), nullable=True),
        sa.Column("printed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "instance_id"],
            ["instance.organisation_id", "instance.id"],
            name=op.f("fk_naming_choice_organisation_id_instance_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "instance_id", name=op.f("pk_naming_choice")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "honour",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("team", sa.String(length=100), nullable=True),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("basis", Json(), nullable=False),
        sa.Column("reward", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", Id(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", Id(), nullable=True),
        sa.Column("awarded_at", Moment(), nullable=True),
        sa.Column("hidden_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", Id(), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("statement_digest", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(length=16), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_honour_decided_by")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name=op.f("fk_honour_ended_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_honour_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_honour_proposed_by")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_honour_user_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_honour")),
        sa.UniqueConstraint("code", name=op.f("uq_honour_code")),
        sa.UniqueConstraint("number", name=op.f("uq_honour_number")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("honour", schema=None) as batch_op:
        batch_op.create_index(
            "ix_honour_proposed", ["organisation_id", "proposed_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_honour_awarded", ["organisation_id", "awarded_at", "id"], unique=False
        )
        batch_op.create_index("ix_honour_user", ["organisation_id", "user_id"], unique=False)


def downgrade() -> None:
    for table in ("honour", "naming_choice", "naming_consent"):
        op.drop_table(table)
