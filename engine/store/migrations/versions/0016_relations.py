"""Relations between enterprises, what is passed on by them, templates of mechanisms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.types import Id, Json, Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_OPEN = sa.text("state in ('invited', 'proposed', 'in_force')")
_INVITED = sa.text("state = 'invited'")
_PASSED = sa.text("state in ('sent', 'taken')")
_NOT_WITHDRAWN = sa.text("withdrawn_at is null")


def _to(table: str, *columns: str, of: tuple[str, ...]) -> sa.ForeignKeyConstraint:
    """Give the foreign key of some columns of a table."""
    name = op.f(f"fk_{table}_{'_'.join(columns)}")
    return sa.ForeignKeyConstraint(list(columns), list(of), name=name)


def upgrade() -> None:
    _relation()
    _steps_and_cases()
    _passed()
    _templates()


def downgrade() -> None:
    for table in (
        "template_use",
        "mechanism_template",
        "passed_hazard",
        "case_relation",
        "relation_step",
        "enterprise_relation",
    ):
        op.drop_table(table)


def _relation() -> None:
    name = "enterprise_relation"
    op.create_table(
        name,
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("related_id", Id(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("party", sa.String(length=220), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("coordinator", sa.String(length=100), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("agreement_on", sa.Date(), nullable=True),
        sa.Column("agreement_until", sa.Date(), nullable=True),
        sa.Column("agreement_files", Json(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("keeper_id", Id(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", Id(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("missing_told_at", Moment(), nullable=True),
        sa.Column("ending_told_at", Moment(), nullable=True),
        _to(name, "organisation_id", of=("organisation.id",)),
        _to(name, "related_id", of=("organisation.id",)),
        _to(name, "keeper_id", of=("organisation.id",)),
        _to(name, "proposed_by", of=("user_account.id",)),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("code_digest", name=op.f(f"uq_{name}_code_digest")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_enterprise_relation_time", name, ["organisation_id", "proposed_at"])
    op.create_index("ix_enterprise_relation_related", name, ["related_id", "proposed_at"])
    op.create_index(
        "ix_enterprise_relation_open",
        name,
        ["organisation_id", "party", "kind", "subject"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_enterprise_relation_invited",
        name,
        ["uscc"],
        sqlite_where=_INVITED,
        postgresql_where=_INVITED,
    )


def _steps_and_cases() -> None:
    relation = ("enterprise_relation.organisation_id", "enterprise_relation.id")
    name = "relation_step"
    op.create_table(
        name,
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("relation_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", Id(), nullable=True),
        sa.Column("unit_id", Id(), nullable=True),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("data", Json(), nullable=False),
        _to(name, "organisation_id", "relation_id", of=relation),
        _to(name, "by", of=("user_account.id",)),
        _to(name, "unit_id", of=("organisation.id",)),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_relation_step_relation", name, ["organisation_id", "relation_id", "id"])
    name = "case_relation"
    op.create_table(
        name,
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("instance_id", Id(), nullable=False),
        sa.Column("relation_id", Id(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "instance_id"],
            ["instance.organisation_id", "instance.id"],
            name=op.f(f"fk_{name}_organisation_id_instance_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "relation_id"],
            list(relation),
            name=op.f(f"fk_{name}_organisation_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "instance_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_relation_relation", name, ["organisation_id", "relation_id", "set_at"])


def _passed() -> None:
    name = "passed_hazard"
    op.create_table(
        name,
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("relation_id", Id(), nullable=False),
        sa.Column("instance_id", Id(), nullable=False),
        sa.Column("to_id", Id(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("wanted", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("passed_at", Moment(), nullable=False),
        sa.Column("passed_by", Id(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("taken_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "relation_id"],
            ["enterprise_relation.organisation_id", "enterprise_relation.id"],
            name=op.f(f"fk_{name}_organisation_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "instance_id"],
            ["instance.organisation_id", "instance.id"],
            name=op.f(f"fk_{name}_organisation_id_instance_id"),
        ),
        _to(name, "to_id", of=("organisation.id",)),
        _to(name, "passed_by", of=("user_account.id",)),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_passed_hazard_relation", name, ["organisation_id", "relation_id", "passed_at"]
    )
    op.create_index("ix_passed_hazard_to", name, ["to_id", "passed_at"])
    op.create_index(
        "ix_passed_hazard_open",
        name,
        ["organisation_id", "instance_id"],
        unique=True,
        sqlite_where=_PASSED,
        postgresql_where=_PASSED,
    )


def _templates() -> None:
    name = "mechanism_template"
    op.create_table(
        name,
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("definition_id", Id(), nullable=False),
        sa.Column("checklists", Json(), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("published_by", Id(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=500), nullable=True),
        _to(name, "organisation_id", of=("organisation.id",)),
        _to(name, "definition_id", of=("definition.id",)),
        _to(name, "published_by", of=("user_account.id",)),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_mechanism_template_open",
        name,
        ["organisation_id", "definition_id", "audience"],
        unique=True,
        sqlite_where=_NOT_WITHDRAWN,
        postgresql_where=_NOT_WITHDRAWN,
    )
    op.create_index("ix_mechanism_template_all", name, ["audience", "published_at"])
    name = "template_use"
    op.create_table(
        name,
        sa.Column("organisation_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("owner_id", Id(), nullable=False),
        sa.Column("template_id", Id(), nullable=False),
        sa.Column("draft_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", Id(), nullable=False),
        _to(name, "organisation_id", of=("organisation.id",)),
        _to(
            name,
            "owner_id",
            "template_id",
            of=("mechanism_template.organisation_id", "mechanism_template.id"),
        ),
        _to(name, "by", of=("user_account.id",)),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_template_use_template", name, ["owner_id", "template_id"])
    op.create_index("ix_template_use_draft", name, ["organisation_id", "draft_id"])
