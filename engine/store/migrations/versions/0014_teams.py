"""Workshops and teams, who was in them when, and which persons of a month are anonymous"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _team()
    _member()
    _area()
    _change()
    op.add_column("honour", sa.Column("team_id", Id(), nullable=True))
    op.add_column(
        "month_person",
        sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    # A case has one digest of a person, and an anonymous one shares it with no other case.
    op.execute(
        "update month_person set anonymous = true where exists (select 1 from reporter"
        " where reporter.organisation_id = month_person.organisation_id"
        " and reporter.payee_digest = month_person.digest and reporter.mode = 'anonymous')"
    )


def downgrade() -> None:
    op.drop_column("month_person", "anonymous")
    op.drop_column("honour", "team_id")
    for table in ("team_change", "team_area", "team_member", "team"):
        op.drop_table(table)


def _team() -> None:
    op.create_table(
        "team",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("parent_id", Id(), nullable=True),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=True),
        sa.Column("leader_id", Id(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["leader_id"], ["user_account.id"], name=op.f("fk_team_leader_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_team_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "parent_id"],
            ["team.organisation_id", "team.id"],
            name=op.f("fk_team_organisation_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_team")),
        sqlite_with_rowid=False,
    )


def _member() -> None:
    present = sa.text("until_on is null")
    op.create_table(
        "team_member",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("team_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_team_member_user_id")
        ),
        _of_team("team_member"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "user_id", "from_on", name=op.f("pk_team_member")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_team_member_present",
        "team_member",
        ["organisation_id", "user_id"],
        unique=True,
        sqlite_where=present,
        postgresql_where=present,
    )
    op.create_index("ix_team_member_team", "team_member", ["organisation_id", "team_id"])


def _area() -> None:
    op.create_table(
        "team_area",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("team_id", Id(), nullable=False),
        _of_team("team_area"),
        sa.PrimaryKeyConstraint("organisation_id", "place", name=op.f("pk_team_area")),
        sqlite_with_rowid=False,
    )


def _change() -> None:
    op.create_table(
        "team_change",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("team_id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", Id(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_team_change_by")),
        _of_team("team_change"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_team_change")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_team_change_team", "team_change", ["organisation_id", "team_id", "at", "id"]
    )


def _of_team(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", "team_id"],
        ["team.organisation_id", "team.id"],
        name=op.f(f"fk_{table}_organisation_id_team_id"),
    )
