"""Documents of those above"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SHOWN = sa.text("is_public and withdrawn_at is null")


def upgrade() -> None:
    op.create_table(
        "policy_document",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=True),
        sa.Column("files", Json(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("published_by", Id(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_policy_document_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_policy_document_published_by")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_policy_document")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_policy_document_time", "policy_document", ["organisation_id", "published_at"]
    )
    op.create_index(
        "ix_policy_document_public",
        "policy_document",
        ["published_at"],
        sqlite_where=_SHOWN,
        postgresql_where=_SHOWN,
    )


def downgrade() -> None:
    op.drop_table("policy_document")
