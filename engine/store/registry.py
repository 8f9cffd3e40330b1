"""The register of organisations: where each stood when, what changed, what was read in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class Placement(Base):
    """Where an enterprise stood on the three axes from one day to another (R-01, R-62).

    The columns of `organisation` say where it stands now; this says where it stood in a month.
    """

    __tablename__ = "placement"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    #: The first day on which it no longer stood there; None for where it stands now.
    until_on: Mapped[date | None]
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    town_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    sector: Mapped[str] = mapped_column(String(32), default="general")
    #: active | suspended | closed: only an active enterprise is obliged to anything in a month.
    status: Mapped[str] = mapped_column(String(16), default="active", server_default="active")

    __table_args__ = (
        Index("ix_placement_department", "department_id", "from_on"),
        Index("ix_placement_town", "town_id", "from_on"),
        Index("ix_placement_group", "group_id", "from_on"),
        CLUSTERED,
    )


class OrganisationChange(Base):
    """One change of an organisation's place, status or particulars. Never changed or removed."""

    __tablename__ = "organisation_change"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: entered | assigned | moved | merged | suspended | closed | reopened | corrected
    kind: Mapped[str] = mapped_column(String(16))
    #: The day from which it holds.
    effective_on: Mapped[date]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime]
    #: Empty for the system.
    by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        Index("ix_organisation_change_time", "organisation_id", "at"),
        CLUSTERED,
    )


class StandardReminder(Base):
    """That somebody was told of a day until which the standardisation holds (R-67)."""

    __tablename__ = "standard_reminder"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    until_on: Mapped[date] = mapped_column(primary_key=True)
    #: ahead | after
    word: Mapped[str] = mapped_column(String(8), primary_key=True)
    told_at: Mapped[datetime]

    __table_args__ = (CLUSTERED,)


class CoSupervision(Base):
    """A department that supervises an enterprise beside its primary one (R-08)."""

    __tablename__ = "co_supervision"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    department_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: What for: a key of `engine.registry.codes.AREAS`; None where nobody said.
    area: Mapped[str | None] = mapped_column(String(32))
    #: What for, in words.
    subject: Mapped[str | None] = mapped_column(String(100))
    #: None where it was not noted.
    since_on: Mapped[date | None]

    __table_args__ = (Index(None, "department_id"), CLUSTERED)


class ImportBatch(Base):
    """A sheet of enterprises, or of an enterprise's people: looked at first, taken in once."""

    __tablename__ = "import_batch"

    #: Who reads it in: the office, a department, a town or a group; an enterprise its people.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: SHA-256 of the file, so that the same one is noticed.
    digest: Mapped[bytes]
    #: previewed | importing | imported | discarded
    state: Mapped[str] = mapped_column(String(16))
    good: Mapped[int]
    bad: Mapped[int]
    #: The rows as read, with what is wrong in each; compressed JSON.
    content: Mapped[bytes]
    #: How many of the good rows are taken in, and what became of them: new, changed, the same.
    done: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read_at: Mapped[datetime]
    read_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    imported_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_import_batch_time", "organisation_id", "read_at"),
        Index(
            "ix_import_batch_digest",
            "organisation_id",
            "digest",
            unique=True,
            sqlite_where=text("state in ('importing', 'imported')"),
            postgresql_where=text("state in ('importing', 'imported')"),
        ),
        CLUSTERED,
    )
