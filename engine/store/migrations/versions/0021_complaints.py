"""Complaints of retaliation, letters of unions, and the question after 90 days"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.earlier_check_ins import plan_for_the_last_days
from engine.store.types import Id, Json, Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _complaint()
    _letter()
    _check_in()
    plan_for_the_last_days(op.get_bind())


def downgrade() -> None:
    op.drop_table("check_in")
    op.drop_table("union_letter")
    op.drop_table("complaint")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _complaint() -> None:
    op.create_table(
        "complaint",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("handler_id", Id(), nullable=False),
        sa.Column("enterprise_id", Id(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("report_id", Id(), nullable=True),
        sa.Column("accused", sa.Text(), nullable=False),
        sa.Column("barred", sa.Text(), nullable=False),
        sa.Column("district_id", Id(), nullable=True),
        sa.Column("filed_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "id"],
            ["instance.organisation_id", "instance.id"],
            name=op.f("fk_complaint_organisation_id"),
        ),
        _to("complaint", "handler_id", "organisation"),
        _to("complaint", "enterprise_id", "organisation"),
        _to("complaint", "district_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_number")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_complaint_handler", "complaint", ["handler_id", "filed_at"])
    op.create_index("ix_complaint_district", "complaint", ["district_id", "filed_at"])
    op.create_index("ix_complaint_enterprise", "complaint", ["enterprise_id", "state"])


def _letter() -> None:
    op.create_table(
        "union_letter",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("room_id", Id(), nullable=False),
        sa.Column("complaint_id", Id(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("demands", Json(), nullable=False),
        sa.Column("demand_other", sa.String(length=1000), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reply", sa.String(length=2000), nullable=True),
        sa.Column("files", Json(), nullable=False),
        sa.Column("replied_at", Moment(), nullable=True),
        sa.Column("replied_by", Id(), nullable=True),
        _to("union_letter", "organisation_id", "organisation"),
        _to("union_letter", "replied_by", "user_account"),
        sa.ForeignKeyConstraint(
            ["room_id", "complaint_id"],
            ["complaint.organisation_id", "complaint.id"],
            name=op.f("fk_union_letter_room_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_union_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_union_letter_number")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_union_letter_complaint", "union_letter", ["room_id", "complaint_id"])
    op.create_index("ix_union_letter_time", "union_letter", ["organisation_id", "sent_at"])


def _check_in() -> None:
    op.create_table(
        "check_in",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("instance_id", Id(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("fixed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "instance_id"],
            ["instance.organisation_id", "instance.id"],
            name=op.f("fk_check_in_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "instance_id", name=op.f("pk_check_in")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_check_in_due", "check_in", ["organisation_id", "due_on"])
