"""Evidence of long months that a job makes, and the rule a month was signed under"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "return_bundle",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", Id(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("made_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_return_bundle_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_return_bundle_asked_by")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "month", name=op.f("pk_return_bundle")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "monthly_return",
        sa.Column("by_two", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _keep_the_rule()


def downgrade() -> None:
    op.drop_column("monthly_return", "by_two")
    op.drop_table("return_bundle")


def _keep_the_rule() -> None:
    """Let a month that is signed and not locked keep the rule that its unit has now."""
    row = sa.table(
        "monthly_return", sa.column("organisation_id", Id()), sa.column("state", sa.String()),
        sa.column("by_two", sa.Boolean()),
    )  # fmt: skip
    unit = sa.table("organisation", sa.column("id", Id()), sa.column("settings", Json()))
    signed = sa.select(row.c.organisation_id).where(row.c.state.in_(("signed", "locking")))
    found = op.get_bind().execute(sa.select(unit).where(unit.c.id.in_(signed)))
    strict = [one.id for one in found if (one.settings or {}).get("returns_by_two")]
    if strict:
        op.execute(
            sa.update(row)
            .where(row.c.organisation_id.in_(strict), row.c.state.in_(("signed", "locking")))
            .values(by_two=True)
        )
