"""Complaints of retaliation 打击报复投诉 and the question after 90 days (R-10, R-70)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class Complaint(Base):
    """A complaint of retaliation; its id is its instance's.

    It belongs to the union's own room, an organisation that stands under nobody, so that nothing
    that looks by organisation can find it.
    """

    __tablename__ = "complaint"

    #: The room of the union that handles it.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Whose people handle it: the enterprise, or the district's trade union.
    handler_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    #: The enterprise it is about.
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    #: filed | taken | advised | passed | closed | withdrawn
    state: Mapped[str] = mapped_column(String(16))
    #: not_taken | unfounded | settled | not_settled | passed
    outcome: Mapped[str | None] = mapped_column(String(16))
    #: The report it is about, if any.
    report_id: Mapped[UUID | None]
    #: Who did it, in the complainant's words; whoever is named there is kept out.
    accused: Mapped[str] = mapped_column(Text, default="")
    #: Ids of people the complainant keeps out, each between commas.
    barred: Mapped[str] = mapped_column(Text, default="")
    #: The district's trade union, once it was passed on there.
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    filed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_complaint_handler", "handler_id", "filed_at"),
        Index("ix_complaint_district", "district_id", "filed_at"),
        Index("ix_complaint_enterprise", "enterprise_id", "state"),
        CLUSTERED,
    )


class UnionLetter(Base):
    """A union's letter to an enterprise, and what its principal replied."""

    __tablename__ = "union_letter"

    #: The enterprise that replies.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    #: Counts from 1.
    round: Mapped[int]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    issuer: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    #: Keys of what is demanded, and one more in words.
    demands: Mapped[list[Any]] = mapped_column(default=list)
    demand_other: Mapped[str | None] = mapped_column(String(1000))
    reply_by: Mapped[date]
    sent_at: Mapped[datetime]
    #: open | answered | closed
    state: Mapped[str] = mapped_column(String(16))
    reply: Mapped[str | None] = mapped_column(String(2000))
    files: Mapped[list[Any]] = mapped_column(default=list)
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "complaint_id"], ["complaint.organisation_id", "complaint.id"]
        ),
        Index("ix_union_letter_complaint", "room_id", "complaint_id"),
        Index("ix_union_letter_time", "organisation_id", "sent_at"),
        CLUSTERED,
    )


class CheckIn(Base):
    """The question, 90 days later, whether anything happened because of a report.

    It is asked from `due_on` on; nobody's history tells of it or of the answer.
    """

    __tablename__ = "check_in"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    #: no | yes | unsaid
    answer: Mapped[str | None] = mapped_column(String(8))
    answered_at: Mapped[datetime | None]
    #: The day on which a complaint began, at midnight; the answer stays as it was then.
    fixed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_check_in_due", "organisation_id", "due_on"),
        CLUSTERED,
    )
