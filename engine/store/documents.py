"""The document library 文件资料 of those above: policies, standards, guides, forms (R-13, R-20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class PolicyDocument(Base):
    """A document for all below its publisher, and for everybody where it is public."""

    __tablename__ = "policy_document"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: policy | standard | guide | form | study
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    #: 文号
    number: Mapped[str | None] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(200))
    issued_on: Mapped[date]
    summary: Mapped[str | None] = mapped_column(String(500))
    #: Ids of attachments.
    files: Mapped[list[Any]] = mapped_column(default=list)
    is_public: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime]
    published_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        Index("ix_policy_document_time", "organisation_id", "published_at"),
        Index(
            "ix_policy_document_public",
            "published_at",
            sqlite_where=text("is_public and withdrawn_at is null"),
            postgresql_where=text("is_public and withdrawn_at is null"),
        ),
        CLUSTERED,
    )
