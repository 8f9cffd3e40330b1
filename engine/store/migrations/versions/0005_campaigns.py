"""Campaigns of typical cases, and the words of cases in versions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("kinds", Json(), nullable=False),
        sa.Column("sectors", Json(), nullable=False),
        sa.Column("questions", Json(), nullable=False),
        sa.Column("criteria", Json(), nullable=False),
        sa.Column("awards", Json(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", Id(), nullable=True),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("heard_until", sa.Date(), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_campaign_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_campaign_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_campaign_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_campaign")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_created", ["organisation_id", "created_at"], unique=False
        )

    op.create_table(
        "campaign_entry",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("practice_owner_id", Id(), nullable=False),
        sa.Column("practice_id", Id(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.Column("entrant_id", Id(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("entered_by", Id(), nullable=False),
        sa.Column("answers", Json(), nullable=False),
        sa.Column("recommender_id", Id(), nullable=True),
        sa.Column("recommendation", sa.String(length=1000), nullable=True),
        sa.Column("recommended_at", Moment(), nullable=True),
        sa.Column("recommended_by", Id(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("sheets", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("award", sa.String(length=16), nullable=True),
        sa.Column("award_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_campaign_entry_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["entrant_id"], ["organisation.id"], name=op.f("fk_campaign_entry_entrant_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_campaign_entry_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_owner_id", "practice_id"],
            ["practice.organisation_id", "practice.id"],
            name=op.f("fk_campaign_entry_practice_owner_id_practice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recommended_by"], ["user_account.id"], name=op.f("fk_campaign_entry_recommended_by")
        ),
        sa.ForeignKeyConstraint(
            ["recommender_id"], ["organisation.id"], name=op.f("fk_campaign_entry_recommender_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_campaign_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("campaign_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_entry_entrant", ["entrant_id", "campaign_id"], unique=False
        )
        batch_op.create_index(
            "ix_campaign_entry_once",
            ["organisation_id", "campaign_id", "practice_id"],
            unique=True,
            sqlite_where=sa.text("state = 'entered'"),
            postgresql_where=sa.text("state = 'entered'"),
        )
        batch_op.create_index(
            "ix_campaign_entry_practice", ["practice_owner_id", "practice_id"], unique=False
        )
        batch_op.create_index(
            "ix_campaign_entry_recommender", ["recommender_id", "campaign_id"], unique=False
        )
        batch_op.create_index(
            "ix_campaign_entry_time", ["organisation_id", "campaign_id", "entered_at"], unique=False
        )

    op.create_table(
        "campaign_notice",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("unit_id", Id(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("reminded_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_campaign_notice_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_campaign_notice_unit_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "campaign_id", "unit_id", name=op.f("pk_campaign_notice")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_reviewer",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("unit_id", Id(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("added_by", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_campaign_reviewer_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_campaign_reviewer_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_campaign_reviewer_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_campaign_reviewer_user_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "campaign_id", "user_id", name=op.f("pk_campaign_reviewer")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_step",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("campaign_id", Id(), nullable=False),
        sa.Column("entry_id", Id(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", Id(), nullable=True),
        sa.Column("unit_id", Id(), nullable=True),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_campaign_step_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "campaign_id"],
            ["campaign.organisation_id", "campaign.id"],
            name=op.f("fk_campaign_step_organisation_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_campaign_step_unit_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_campaign_step")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("campaign_step", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_step_campaign", ["organisation_id", "campaign_id", "id"], unique=False
        )

    op.create_table(
        "practice_text",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("practice_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("dimensions", Json(), nullable=False),
        sa.Column("story", Json(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("written_by", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "practice_id"],
            ["practice.organisation_id", "practice.id"],
            name=op.f("fk_practice_text_organisation_id_practice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["user_account.id"], name=op.f("fk_practice_text_written_by")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "practice_id", "version", name=op.f("pk_practice_text")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_review",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.Column("reviewer_id", Id(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("assigned_at", Moment(), nullable=False),
        sa.Column("assigned_by", Id(), nullable=False),
        sa.Column("scores", Json(), nullable=False),
        sa.Column("notes", Json(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["user_account.id"], name=op.f("fk_campaign_review_assigned_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entry_id"],
            ["campaign_entry.organisation_id", "campaign_entry.id"],
            name=op.f("fk_campaign_review_organisation_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["user_account.id"], name=op.f("fk_campaign_review_reviewer_id")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "entry_id", "reviewer_id", name=op.f("pk_campaign_review")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("campaign_review", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_review_reviewer", ["reviewer_id", "state"], unique=False)

    op.add_column(
        "practice", sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("practice", sa.Column("agreed_version", sa.Integer(), nullable=True))
    # What was agreed to before versions were kept counts as it stands.
    op.execute("update practice set agreed_version = 1 where consented_at is not null")
    op.execute(
        "insert into practice_text (organisation_id, practice_id, version, title, dimensions,"
        " story, written_at, written_by) select organisation_id, id, 1, title, dimensions, story,"
        " nominated_at, nominated_by from practice"
    )


def downgrade() -> None:
    op.drop_column("practice", "agreed_version")
    op.drop_column("practice", "version")
    for table in (
        "campaign_step",
        "campaign_notice",
        "campaign_review",
        "campaign_reviewer",
        "campaign_entry",
        "campaign",
        "practice_text",
    ):
        op.drop_table(table)
