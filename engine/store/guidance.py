"""Helping enterprises along: visits, typical cases, training, scores (R-15…R-21, R-38…R-42)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class Visit(Base):
    """A guidance visit 合规指导 of a department to an enterprise; its id is its instance's."""

    __tablename__ = "visit"

    #: The department, town or office that visits, in whose name the process runs.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    #: planned | visited | advised | rechecked | closed | cancelled
    state: Mapped[str] = mapped_column(String(16))
    #: The inspection plan or campaign it belongs to (R-38).
    plan_number: Mapped[str | None] = mapped_column(String(100))
    planned_on: Mapped[date]
    visited_on: Mapped[date | None]
    #: Item of the checklist → found: yes, partly, no, and a note.
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opinion: Mapped[str | None] = mapped_column(Text)
    opinion_number: Mapped[str | None] = mapped_column(String(60))
    opinion_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_visit_time", "organisation_id", "planned_on"),
        Index("ix_visit_enterprise", "enterprise_id", "planned_on"),
        CLUSTERED,
    )


class FollowUp(Base):
    """What an enterprise is asked to do after a visit, and whether it was done (R-40)."""

    __tablename__ = "follow_up"

    #: The enterprise that answers.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    visitor_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    #: The item of the visit's checklist.
    item: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(1000))
    due_on: Mapped[date]
    #: open | answered | passed | failed
    state: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(String(2000))
    files: Mapped[list[Any]] = mapped_column(default=list)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    check_note: Mapped[str | None] = mapped_column(String(1000))

    __table_args__ = (
        ForeignKeyConstraint(["visitor_id", "visit_id"], ["visit.organisation_id", "visit.id"]),
        Index("ix_follow_up_visit", "visitor_id", "visit_id"),
        Index("ix_follow_up_due", "organisation_id", "state", "due_on"),
        CLUSTERED,
    )


class Practice(Base):
    """A closed hazard told as a typical case 典型案例 (R-14, R-16…R-20, R-65)."""

    __tablename__ = "practice"

    #: The enterprise it is about.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    #: nominated | consented | reworded | vetted | published | declined | withdrawn
    state: Mapped[str] = mapped_column(String(16))
    #: Of the words, from 1; and the one the enterprise agreed to.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    agreed_version: Mapped[int | None]
    #: Of the six: human, machine, material, environment, management, culture (R-17).
    dimensions: Mapped[list[Any]] = mapped_column(default=list)
    sector: Mapped[str] = mapped_column(String(32))
    #: background, action, effect, data, replicable: paragraphs by key.
    story: Mapped[dict[str, Any]] = mapped_column(default=dict)
    photos: Mapped[list[Any]] = mapped_column(default=list)
    is_named: Mapped[bool] = mapped_column(default=False)
    #: district | city | nation
    level: Mapped[str] = mapped_column(String(16), default="district")
    nominated_at: Mapped[datetime]
    nominated_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: Consent of the enterprise; secrecy check and vetting by two people.
    consented_at: Mapped[datetime | None]
    consented_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    secrecy_at: Mapped[datetime | None]
    secrecy_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    vetted_at: Mapped[datetime | None]
    vetted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime | None]
    #: The unit that published it; None where nobody noted it.
    published_from: Mapped[UUID | None]
    #: The name in its public address.
    slug: Mapped[str | None] = mapped_column(String(24), unique=True)
    ended_reason: Mapped[str | None] = mapped_column(String(500))
    #: When it was declined or withdrawn; None where nobody noted it.
    ended_at: Mapped[datetime | None]
    #: When and by whom it was handed to the city (R-65).
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_practice_state", "state", "published_at"), CLUSTERED)


class PracticeUse(Base):
    """An enterprise read a typical case, or took it over (R-19)."""

    __tablename__ = "practice_use"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_owner_id: Mapped[UUID]
    practice_id: Mapped[UUID]
    #: studied | checklist | process
    kind: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_owner_id", "practice_id"], ["practice.organisation_id", "practice.id"]
        ),
        Index("ix_practice_use_practice", "practice_owner_id", "practice_id"),
        CLUSTERED,
    )


class TrainingSession(Base):
    """A lesson for principals, fire-safety responsible persons, verifiers or staff (R-42)."""

    __tablename__ = "training_session"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(200))
    #: principal | fire_safety | safety_officer | verifier | staff
    audience: Mapped[str] = mapped_column(String(24))
    sectors: Mapped[list[Any]] = mapped_column(default=list)
    held_on: Mapped[date]
    #: Minutes of teaching.
    minutes: Mapped[int]
    place: Mapped[str | None] = mapped_column(String(200))
    #: Ids of attachments.
    materials: Mapped[list[Any]] = mapped_column(default=list)
    #: The code of its sign-in sheet, while it is open.
    code: Mapped[str | None] = mapped_column(String(16), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_training_session_time", "organisation_id", "held_on"), CLUSTERED)


class Attendance(Base):
    """One person at one lesson, for one enterprise."""

    __tablename__ = "attendance"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(100))
    #: As the audience of a session.
    position: Mapped[str] = mapped_column(String(24))
    #: imported | signed | confirmed
    origin: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "session_id"],
            ["training_session.organisation_id", "training_session.id"],
        ),
        Index("ix_attendance_enterprise", "enterprise_id", "position"),
        CLUSTERED,
    )


class ScoreScheme(Base):
    """How organisations are scored in a year: indicators, weights, bonus (R-55), as data."""

    __tablename__ = "score_scheme"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    #: enterprise | department | town | group: whom it scores
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        Index(
            "ix_score_scheme_key",
            "organisation_id",
            "key",
            "kind",
            "year",
            "version",
            unique=True,
        ),
        CLUSTERED,
    )


class ScoreSheet(Base):
    """One organisation's score by one scheme; frozen when it is signed."""

    __tablename__ = "score_sheet"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme_id: Mapped[UUID] = mapped_column(primary_key=True)
    scored_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: draft | signed
    state: Mapped[str] = mapped_column(String(16))
    #: Indicator → value, points, evidence, and what a person added with a reason.
    items: Mapped[dict[str, Any]]
    #: Hundredths of a point.
    total: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "scheme_id"], ["score_scheme.organisation_id", "score_scheme.id"]
        ),
        Index("ix_score_sheet_scored", "scored_id"),
        CLUSTERED,
    )


class SafetyConsent(Base):
    """A person agrees that their own safety record is shown to those who appraise (R-30)."""

    __tablename__ = "safety_consent"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    #: counts | counts_and_amounts | all_counts | all_counts_and_amounts: with `all_`, what was
    #: reported in confidence is counted, too.
    scope: Mapped[str] = mapped_column(String(24))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (CLUSTERED,)
