"""What happened and what was said: append-only events, messages, files, certificates, the vault."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


def _to_instance() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
    )


class Event(Base):
    """One thing that happened to an instance. Never changed, never removed."""

    __tablename__ = "event"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: 1, 2, 3 … without a gap.
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: subject:action
    tag: Mapped[str] = mapped_column(String(40))
    #: Empty for the system and always for the reporter.
    actor_id: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(32))
    task_id: Mapped[UUID | None]
    element: Mapped[str | None] = mapped_column(String(130))
    #: Canonical JSON, exactly as hashed.
    data: Mapped[str] = mapped_column(Text)
    #: SHA-256 over the event and the hash before it.
    hash: Mapped[bytes]

    __table_args__ = (_to_instance(), CLUSTERED)


class Reporter(Base):
    """The identity vault (domain.md B7). Nothing that lists, exports or logs may join it."""

    __tablename__ = "reporter"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: named | confidential | anonymous
    mode: Mapped[str] = mapped_column(String(16))
    #: staff | dispatched | intern | contractor | tenant | visitor (R-76)
    reporter_type: Mapped[str] = mapped_column(String(16))
    #: Keyed digest of the user id: answers "is it me?", never "who is it?".
    user_digest: Mapped[bytes | None]
    #: Keyed digest of the person within the enterprise, to count persons.
    payee_digest: Mapped[bytes]
    #: Name and contact, sealed to the vault's public key.
    sealed: Mapped[bytes | None]
    #: Keyed digest of the receipt code.
    receipt_digest: Mapped[bytes | None] = mapped_column(unique=True)

    __table_args__ = (
        _to_instance(),
        Index("ix_reporter_user", "organisation_id", "user_digest"),
        CLUSTERED,
    )


class ReporterMessage(Base):
    """One message between the reporter and those who handle the case."""

    __tablename__ = "message"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID]
    at: Mapped[datetime]
    #: "reporter", or the role of the one who wrote.
    from_role: Mapped[str] = mapped_column(String(32))
    author_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    #: Ids of attachments.
    photos: Mapped[list[Any]] = mapped_column(default=list)
    read_at: Mapped[datetime | None]

    __table_args__ = (
        _to_instance(),
        Index("ix_message_instance", "organisation_id", "instance_id", "at"),
        CLUSTERED,
    )


class Attachment(Base):
    """A file by its content. Who uploaded it is not kept: it could name a reporter."""

    __tablename__ = "attachment"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: Random, so that it cannot be guessed before a report cites it.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID | None]
    #: What holds it where that is no case: evidence, major_report, visit, …
    held_by: Mapped[str | None] = mapped_column(String(24))
    sha256: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(String(100))
    #: bytes
    size: Mapped[int]
    #: pixels
    width: Mapped[int | None]
    height: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200))
    uploaded_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_attachment_instance", "organisation_id", "instance_id"),
        CLUSTERED,
    )


class Certificate(Base):
    """A frozen statement under a number, rendered to PDF by a job."""

    __tablename__ = "certificate"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    #: reward | closure | receipt | claim
    kind: Mapped[str] = mapped_column(String(16))
    #: Canonical JSON; the digest is its SHA-256.
    statement: Mapped[str] = mapped_column(Text)
    statement_digest: Mapped[bytes]
    #: The verification code in the QR.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    #: pending | ready | failed | revoked
    state: Mapped[str] = mapped_column(String(16))
    #: The template's name and version.
    template: Mapped[str] = mapped_column(String(40))
    pdf_digest: Mapped[bytes | None]
    issued_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        _to_instance(),
        Index("ix_certificate_instance", "organisation_id", "instance_id"),
        CLUSTERED,
    )


class Notification(Base):
    """Something a member should know."""

    __tablename__ = "notification"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    instance_id: Mapped[UUID | None]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str] = mapped_column(String(500))
    en: Mapped[str] = mapped_column(String(500))
    read_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_notification_user", "user_id", "at"),
        Index(
            "ix_notification_unread",
            "user_id",
            sqlite_where=text("read_at is null"),
            postgresql_where=text("read_at is null"),
        ),
        CLUSTERED,
    )
