"""What those above an enterprise do: listing majors, looking into histories, keeping a board."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class Supervision(Base):
    """挂牌督办 of a major hazard by an authority, and its 核销: apart from closure (R-52)."""

    __tablename__ = "supervision"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID]
    #: The authority's name and its number for the case.
    authority: Mapped[str] = mapped_column(String(200))
    case_number: Mapped[str] = mapped_column(String(60))
    listed_on: Mapped[date]
    due_on: Mapped[date | None]
    #: When the enterprise asked for the check, and when the authority struck it off.
    applied_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(100))
    #: Ids of attachments: the notice, the decision.
    files: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str | None] = mapped_column(String(500))
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_supervision_instance", "organisation_id", "instance_id"),
        Index(
            "ix_supervision_open",
            "organisation_id",
            "listed_on",
            sqlite_where=text("cancelled_on is null"),
            postgresql_where=text("cancelled_on is null"),
        ),
        CLUSTERED,
    )


class MajorReport(Base):
    """A major hazard was reported, to the authority or to the workers' congress (安法 41)."""

    __tablename__ = "major_report"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID]
    #: authority | congress
    addressee: Mapped[str] = mapped_column(String(16))
    #: To whom exactly, and how it was handed over.
    name: Mapped[str] = mapped_column(String(200))
    method: Mapped[str] = mapped_column(String(24))
    reported_on: Mapped[date]
    #: Ids of attachments: the receipt, the minutes.
    proof: Mapped[list[Any]] = mapped_column(default=list)
    #: The number of the printed report, where it was printed here.
    certificate_number: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(500))
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_major_report_instance", "organisation_id", "instance_id"),
        CLUSTERED,
    )


class AuditGround(Base):
    """On what ground somebody looks into the histories of enterprises (R-41; domain.md C6).

    A grant is stated by the enterprise, for everybody of the organisation it grants.
    """

    __tablename__ = "audit_ground"

    #: Who looks.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Who stated it: who looks; of a grant, who granted.
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: plan | campaign | complaint | accident | grant | named | month_end | other
    kind: Mapped[str] = mapped_column(String(16))
    #: The number of the plan, the grant or the complaint.
    reference: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str | None] = mapped_column(String(500))
    #: The one enterprise it covers; None: all that the organisation may see.
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: Of a grant by name: its one case; None: all of the enterprise.
    instance_id: Mapped[UUID | None]
    stated_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_audit_ground_user", "organisation_id", "user_id", "expires_at"),
        # What an enterprise has granted; it stands with those who were granted it.
        Index(
            "ix_audit_ground_granted",
            "enterprise_id",
            "expires_at",
            sqlite_where=text("kind in ('grant', 'named')"),
            postgresql_where=text("kind in ('grant', 'named')"),
        ),
        CLUSTERED,
    )


class AuditLook(Base):
    """Somebody from above looked: the enterprise can see who, when, at what and on what ground."""

    __tablename__ = "audit_look"

    #: The enterprise that was looked at.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: None for a look over all cases of the enterprise.
    instance_id: Mapped[UUID | None]
    #: history | replay | file | analysis | export
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    from_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    ground_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(
            ["from_organisation_id", "ground_id"],
            ["audit_ground.organisation_id", "audit_ground.id"],
        ),
        Index("ix_audit_look_time", "organisation_id", "at"),
        Index("ix_audit_look_from", "from_organisation_id", "at"),
        CLUSTERED,
    )


class SavedView(Base):
    """Filters of a page under a name, for oneself or for the whole unit."""

    __tablename__ = "saved_view"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    is_shared: Mapped[bool] = mapped_column(default=False)
    #: The endpoint of the page.
    page: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    #: The query's parameters; one that is relative ("this month") stays so.
    query: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_saved_view_page", "organisation_id", "page"), CLUSTERED)


class Rollup(Base):
    """Sums over many enterprises, computed beside the pages that show them and then shown."""

    __tablename__ = "rollup"

    #: For whom: what this organisation may see is summed.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: board, or the name of an analysis
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    #: The month, or the digest of the filters.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    computed_at: Mapped[datetime]
    #: How long it took, in milliseconds.
    took_ms: Mapped[int]

    __table_args__ = (CLUSTERED,)
