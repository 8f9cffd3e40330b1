"""What is still being drawn, and the moving of running cases to what was drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class DefinitionDraft(Base):
    """A definition being drawn: several people may work on it, nobody's work is overwritten."""

    __tablename__ = "definition_draft"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: The process that will be started; what it calls lies in the same draft.
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    #: The version it began from: the organisation's own or one it inherits; None when drawn anew.
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("definition.id"))
    #: editing | proposed (a second person has to agree) | published | discarded
    state: Mapped[str] = mapped_column(String(16), default="editing")
    #: Raised by every save; compared and set.
    revision: Mapped[int] = mapped_column(default=1)
    #: Legal rules set aside: [{"rule", "element", "reason"}]
    overrides: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: Why it is to be published, and from when it is to be in force (None: at once).
    reason: Mapped[str | None] = mapped_column(String(500))
    starts_at: Mapped[datetime | None]
    #: What it became when it was published.
    published_id: Mapped[UUID | None] = mapped_column(ForeignKey("definition.id"))

    __table_args__ = (
        Index("ix_definition_draft_state", "organisation_id", "state", "saved_at"),
        CLUSTERED,
    )


class DraftFile(Base):
    """One diagram, table, form, checklist or scenario of a draft."""

    __tablename__ = "draft_file"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: bpmn | dmn | form | checklist | scenario
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "draft_id"],
            ["definition_draft.organisation_id", "definition_draft.id"],
        ),
        CLUSTERED,
    )


class Migration(Base):
    """Moving the running cases of an enterprise from one version to another, one by one."""

    __tablename__ = "migration"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    #: running | done | stopped
    state: Mapped[str] = mapped_column(String(16))
    #: Open tasks that go on under another element: {old element: new element}
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_migration_time", "organisation_id", "created_at"),
        CLUSTERED,
    )


class MigrationItem(Base):
    """What became of one case in a migration."""

    __tablename__ = "migration_item"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    migration_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: waiting | moved | refused | failed
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime | None]
    #: Why it was refused, in words.
    zh: Mapped[str | None] = mapped_column(String(500))
    en: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "migration_id"],
            ["migration.organisation_id", "migration.id"],
        ),
        Index(
            "ix_migration_item_waiting",
            "organisation_id",
            "migration_id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CLUSTERED,
    )
