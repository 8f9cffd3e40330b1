"""Campaigns that collect and select typical cases, and the words of cases as they were told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class PracticeText(Base):
    """The words of a typical case in one version: consent is given to a version, never to words
    that come later."""

    __tablename__ = "practice_text"

    #: The enterprise it is about.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    dimensions: Mapped[list[Any]] = mapped_column(default=list)
    story: Mapped[dict[str, Any]] = mapped_column(default=dict)
    written_at: Mapped[datetime]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "practice_id"], ["practice.organisation_id", "practice.id"]
        ),
        CLUSTERED,
    )


class Campaign(Base):
    """A collection 征集 or a selection 评选 of typical cases by an office (R-14, R-16)."""

    __tablename__ = "campaign"

    #: The office.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: collection | selection
    kind: Mapped[str] = mapped_column(String(16))
    #: draft | open | judging | decided | published | cancelled
    state: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    #: The document it rests on.
    basis: Mapped[str] = mapped_column(String(500))
    #: What is wanted, in the office's own words; whom to ask, and whom objections go to.
    call: Mapped[str | None] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(200))
    #: The first and the last day on which cases are taken, in China.
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    #: Kinds of organisations that are asked, and sectors of the enterprises; no sector means all.
    kinds: Mapped[list[Any]] = mapped_column(default=list)
    sectors: Mapped[list[Any]] = mapped_column(default=list)
    #: [{key, label, required, most}], [{key, name, most}], [{key, name, count}]
    questions: Mapped[list[Any]] = mapped_column(default=list)
    criteria: Mapped[list[Any]] = mapped_column(default=list)
    awards: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    #: Until when objections to a published result are heard.
    heard_until: Mapped[date | None]
    cancelled_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (Index("ix_campaign_created", "organisation_id", "created_at"), CLUSTERED)


class CampaignEntry(Base):
    """One typical case in one campaign: who entered it, who recommends it, what came of it."""

    __tablename__ = "campaign_entry"

    #: The office whose campaign it is.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    practice_owner_id: Mapped[UUID]
    practice_id: Mapped[UUID]
    #: entered | withdrawn | refused
    state: Mapped[str] = mapped_column(String(16))
    ended_reason: Mapped[str | None] = mapped_column(String(500))
    #: The enterprise, or the unit that recommends it 报送单位.
    entrant_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: Answers to the campaign's questions.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recommender_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    recommendation: Mapped[str | None] = mapped_column(String(1000))
    recommended_at: Mapped[datetime | None]
    recommended_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: Frozen by the decision: the sum and the number of the sheets, the place, the award's key and
    #: why it is not what the place says.
    points: Mapped[int | None] = mapped_column(BigInteger)
    sheets: Mapped[int | None]
    place: Mapped[int | None]
    award: Mapped[str | None] = mapped_column(String(16))
    award_reason: Mapped[str | None] = mapped_column(String(500))
    #: An award that was revoked after the result was published stays here, with when and why.
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "campaign_id"], ["campaign.organisation_id", "campaign.id"]
        ),
        ForeignKeyConstraint(
            ["practice_owner_id", "practice_id"], ["practice.organisation_id", "practice.id"]
        ),
        # A case is in a campaign once.
        Index(
            "ix_campaign_entry_once",
            "organisation_id",
            "campaign_id",
            "practice_id",
            unique=True,
            sqlite_where=text("state = 'entered'"),
            postgresql_where=text("state = 'entered'"),
        ),
        Index("ix_campaign_entry_time", "organisation_id", "campaign_id", "entered_at"),
        Index("ix_campaign_entry_practice", "practice_owner_id", "practice_id"),
        Index("ix_campaign_entry_entrant", "entrant_id", "campaign_id"),
        Index("ix_campaign_entry_recommender", "recommender_id", "campaign_id"),
        CLUSTERED,
    )


class CampaignReviewer(Base):
    """Somebody who may be given entries of a campaign to judge."""

    __tablename__ = "campaign_reviewer"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: As whose member they judge.
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "campaign_id"], ["campaign.organisation_id", "campaign.id"]
        ),
        CLUSTERED,
    )


class CampaignReview(Base):
    """One reviewer's sheet for one entry: asked for, given, or stepped back from 回避."""

    __tablename__ = "campaign_review"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: asked | given | stepped_back
    state: Mapped[str] = mapped_column(String(16))
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: Criterion → points, and → a note.
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int | None]
    #: Of which words it speaks: a version of the case.
    version: Mapped[int | None]
    done_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "entry_id"],
            ["campaign_entry.organisation_id", "campaign_entry.id"],
        ),
        Index("ix_campaign_review_reviewer", "reviewer_id", "state"),
        CLUSTERED,
    )


class CampaignNotice(Base):
    """What an organisation that is asked was told: that it begins, and last that it is awaited."""

    __tablename__ = "campaign_notice"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    opened_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "campaign_id"], ["campaign.organisation_id", "campaign.id"]
        ),
        CLUSTERED,
    )


class CampaignStep(Base):
    """One thing that was done in a campaign; only ever added."""

    __tablename__ = "campaign_step"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    entry_id: Mapped[UUID | None]
    at: Mapped[datetime]
    #: None: the machine.
    by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: A key of engine/campaigns/trail.py.
    what: Mapped[str] = mapped_column(String(24))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "campaign_id"], ["campaign.organisation_id", "campaign.id"]
        ),
        Index("ix_campaign_step_campaign", "organisation_id", "campaign_id", "id"),
        CLUSTERED,
    )
