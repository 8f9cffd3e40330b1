"""What was deployed: immutable, versioned rows that running instances are pinned to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class Resource(Base):
    """One version of one diagram, decision table, form or checklist."""

    __tablename__ = "resource"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    #: bpmn | dmn | form | checklist | scenario
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    #: SHA-256 of the content.
    digest: Mapped[bytes]
    content: Mapped[bytes]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("organisation_id", "kind", "key", "version"),)


class Definition(Base):
    """One version of a process definition with everything it runs with."""

    __tablename__ = "definition"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    #: SHA-256 over the digests of all resources.
    digest: Mapped[bytes]
    #: {kind: {key: resource id as text}}
    resources: Mapped[dict[str, Any]]
    #: active | suspended
    state: Mapped[str] = mapped_column(String(16), default="active")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: The second person, where the organisation publishes by two.
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    #: New cases begin with it from then on; None: from the moment it was published.
    starts_at: Mapped[datetime | None]
    #: The version it was drawn from, the organisation's own or an inherited one.
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("definition.id"))
    #: The sector pack it was installed from, such as "gas 2".
    pack: Mapped[str | None] = mapped_column(String(40))
    #: What became of it since; only added to: [{"what", "at", "by", "name", "reason", …}]
    changes: Mapped[list[Any] | None]

    __table_args__ = (UniqueConstraint("organisation_id", "key", "version"),)


class ChecklistItem(Base):
    """One version of one checklist item (R-33), as a report cites it."""

    __tablename__ = "checklist_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    code: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    sector: Mapped[str] = mapped_column(String(32))
    hazard: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(20))
    #: A or B; C is never shipped (domain.md D0).
    confidence: Mapped[str] = mapped_column(String(1))
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    superseded_by: Mapped[str | None] = mapped_column(String(32))
    content: Mapped[dict[str, Any]]

    __table_args__ = (
        UniqueConstraint("organisation_id", "code", "version"),
        Index(None, "organisation_id", "sector"),
    )
