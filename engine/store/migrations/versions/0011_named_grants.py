"""Grants to organisations that an enterprise names, for all its cases or for one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "audit_ground"
_INDEX = "ix_audit_ground_granted"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("instance_id", Id(), nullable=True))
    _index("kind in ('grant', 'named')")


def downgrade() -> None:
    # Earlier versions know no such grant; the looks under it go with it.
    op.execute(
        "delete from audit_look where exists (select 1 from audit_ground"
        " where audit_ground.organisation_id = audit_look.from_organisation_id"
        " and audit_ground.id = audit_look.ground_id and audit_ground.kind = 'named')"
    )
    op.execute("delete from audit_ground where kind = 'named'")
    _index("kind = 'grant'")
    op.drop_column(_TABLE, "instance_id")


def _index(where: str) -> None:
    op.drop_index(_INDEX, table_name=_TABLE)
    op.create_index(
        _INDEX,
        _TABLE,
        ["enterprise_id", "expires_at"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
