"""The rules 制度文本 of an enterprise: answers, versions put before others, comments (R-09)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class RulebookAnswers(Base):
    """What an enterprise answered to the questions of its rules, after each saved step."""

    __tablename__ = "rulebook_answers"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    #: The step that was saved: content | channels | handling | rewards | results
    step: Mapped[str] = mapped_column(String(16))
    #: All answers so far, not only those of the step.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (CLUSTERED,)


class RulebookVersion(Base):
    """The rules in words, frozen when they are put before the union and those above."""

    __tablename__ = "rulebook_version"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    #: heard | replaced | adopted
    state: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    answers_version: Mapped[int]
    #: What ran when it was made: key, version and digest of the process, and the settings.
    made_from: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Chapters, articles and tables, as `engine.rulebook.wording` reads them.
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: The PDF, which the digest is of.
    file_id: Mapped[UUID]
    sha256: Mapped[bytes]
    #: What is asked, and until when.
    note: Mapped[str | None] = mapped_column(String(500))
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: Once it is adopted: the number of the document 文号, the day of issue, the final PDF.
    document_number: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None]
    issued_file_id: Mapped[UUID | None]
    adopted_at: Mapped[datetime | None]
    adopted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    evidence_id: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_rulebook_version_number", "organisation_id", "number", unique=True),
        Index("ix_rulebook_version_time", "made_at"),
        CLUSTERED,
    )


class RulebookAsked(Base):
    """A unit that was asked for its comments; the enterprise's own id stands for its union."""

    __tablename__ = "rulebook_asked"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    asked_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["rulebook_version.organisation_id", "rulebook_version.id"],
        ),
        Index("ix_rulebook_asked_unit", "unit_id", "asked_at"),
        CLUSTERED,
    )


class RulebookComment(Base):
    """A comment on a version, on a chapter or an article of it, and what was answered."""

    __tablename__ = "rulebook_comment"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    chapter: Mapped[str] = mapped_column(String(24))
    #: The article's key, "" for the chapter as a whole.
    article: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(String(1000))
    #: The words that are proposed instead.
    suggestion: Mapped[str | None] = mapped_column(String(1000))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: taken | declined
    outcome: Mapped[str | None] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(String(1000))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "version_id"],
            ["rulebook_version.organisation_id", "rulebook_version.id"],
        ),
        Index("ix_rulebook_comment_version", "organisation_id", "version_id"),
        CLUSTERED,
    )
