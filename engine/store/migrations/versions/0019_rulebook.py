"""The enterprise's own rules: answers, versions, comments"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _by(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_{table}_{column}"))


def _of(table: str, column: str = "organisation_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["organisation.id"], name=op.f(f"fk_{table}_{column}"))


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", "version_id"],
        ["rulebook_version.organisation_id", "rulebook_version.id"],
        name=op.f(f"fk_{table}_organisation_id_version_id"),
    )


def upgrade() -> None:
    op.create_table(
        "rulebook_answers",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("answers", Json(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.Column("saved_by", Id(), nullable=False),
        _of("rulebook_answers"),
        _by("rulebook_answers", "saved_by"),
        sa.PrimaryKeyConstraint("organisation_id", "version", name=op.f("pk_rulebook_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rulebook_version",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("answers_version", sa.Integer(), nullable=False),
        sa.Column("made_from", Json(), nullable=False),
        sa.Column("content", Json(), nullable=False),
        sa.Column("file_id", Id(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_file_id", Id(), nullable=True),
        sa.Column("adopted_at", Moment(), nullable=True),
        sa.Column("adopted_by", Id(), nullable=True),
        sa.Column("evidence_id", Id(), nullable=True),
        _of("rulebook_version"),
        _by("rulebook_version", "made_by"),
        _by("rulebook_version", "adopted_by"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rulebook_version")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_rulebook_version_number",
        "rulebook_version",
        ["organisation_id", "number"],
        unique=True,
    )
    op.create_index("ix_rulebook_version_time", "rulebook_version", ["made_at"])
    op.create_table(
        "rulebook_asked",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("version_id", Id(), nullable=False),
        sa.Column("unit_id", Id(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        _of("rulebook_asked", "unit_id"),
        _of_version("rulebook_asked"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "version_id", "unit_id", name=op.f("pk_rulebook_asked")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rulebook_asked_unit", "rulebook_asked", ["unit_id", "asked_at"])
    op.create_table(
        "rulebook_comment",
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version_id", Id(), nullable=False),
        sa.Column("unit_id", Id(), nullable=False),
        sa.Column("chapter", sa.String(length=24), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("suggestion", sa.String(length=1000), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by", Id(), nullable=True),
        _of("rulebook_comment", "unit_id"),
        _of_version("rulebook_comment"),
        _by("rulebook_comment", "made_by"),
        _by("rulebook_comment", "answered_by"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rulebook_comment")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_rulebook_comment_version", "rulebook_comment", ["organisation_id", "version_id"]
    )


def downgrade() -> None:
    for name in ("rulebook_comment", "rulebook_asked", "rulebook_version", "rulebook_answers"):
        op.drop_table(name)
