"""How far the mechanism 机制 has come, what proves it, and what was aimed at (R-04…R-06)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class MechanismRecord(Base):
    """What the evidence comes to for one enterprise (domain.md C3). Computed, never typed."""

    __tablename__ = "mechanism_record"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: The first day of any evidence; the day the last piece that is asked for was there; the day
    #: from which it was both established and lived: by a report that was verified and rewarded, or
    #: by a signed zero statement.
    drafted_on: Mapped[date | None]
    established_on: Mapped[date | None]
    implemented_on: Mapped[date | None]
    #: report | zero_statement | stated
    implemented_by: Mapped[str | None] = mapped_column(String(16))
    #: The day on which a report on the ledger was first rewarded, and which case that was.
    rewarded_on: Mapped[date | None]
    rewarded_case: Mapped[UUID | None]
    #: Why there is none yet, as the enterprise or its department says: a key and words.
    obstacle: Mapped[str | None] = mapped_column(String(24))
    obstacle_note: Mapped[str | None] = mapped_column(String(500))
    #: When somebody above last reminded the enterprise, and who.
    reminded_at: Mapped[datetime | None]
    reminded_by: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    updated_at: Mapped[datetime]

    __table_args__ = (CLUSTERED,)


class Evidence(Base):
    """One proof that a part of the mechanism is there. Withdrawn with a reason, never removed."""

    __tablename__ = "evidence"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: rules | union_opinion | publication | channels | checklist | reward_table | funds | process
    #: | training | stated (a day typed before evidence was kept) | quarter (the sign-off)
    kind: Mapped[str] = mapped_column(String(24))
    #: The day it is about: when the rules were issued, the channel was tested.
    on: Mapped[date] = mapped_column("held_on")
    title: Mapped[str] = mapped_column(String(200))
    #: The number of a document 文号.
    number: Mapped[str | None] = mapped_column(String(60))
    #: What is asked for besides, by kind: chapters and pages, amount in fen, result of a test.
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Ids of attachments.
    files: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str | None] = mapped_column(Text)
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        Index("ix_evidence_kind", "organisation_id", "kind", "held_on"),
        CLUSTERED,
    )


class ZeroStatement(Base):
    """The principal's signature that nothing was found in a month 零报告."""

    __tablename__ = "zero_statement"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    note: Mapped[str | None] = mapped_column(String(500))
    signed_at: Mapped[datetime]
    signed_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (CLUSTERED,)


class CoverageTarget(Base):
    """Who is to have the mechanism by when (R-04, R-05; domain.md C6)."""

    __tablename__ = "coverage_target"

    #: Who set it: the office, or a department for its own.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    #: The document it comes from.
    basis: Mapped[str] = mapped_column(String(500))
    #: Sector keys and ownerships; an enterprise in any of them is meant. Both empty: all.
    sectors: Mapped[list[Any]] = mapped_column(default=list)
    ownerships: Mapped[list[Any]] = mapped_column(default=list)
    #: Whether those meant by an earlier target are left out: "and all others".
    is_for_the_rest: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date]
    percent: Mapped[int]
    #: established | implemented
    stage: Mapped[str] = mapped_column(String(16), default="established")
    #: Where the number of those who owe it comes from.
    denominator_source: Mapped[str] = mapped_column(String(200))
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_coverage_target_due",
            "organisation_id",
            "due_on",
            sqlite_where=text("withdrawn_at is null"),
            postgresql_where=text("withdrawn_at is null"),
        ),
        CLUSTERED,
    )
