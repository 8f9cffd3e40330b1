"""Rows derived from history events: the hazard ledger, the reward ledger, the month."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base

#: Who asks must write it the same way, or the index is not used.
_OPEN = text("state in ('verified', 'rectified')")
_MAJOR = text("level = 'major' and registered_at is not null")


class Hazard(Base):
    """One case in the ledger 事故隐患台账 (domain.md C1); its id is its instance's."""

    __tablename__ = "hazard"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_number: Mapped[str] = mapped_column(String(40))
    #: Given only when verified true (隐患上账); never reused.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    #: hazard | suggestion
    kind: Mapped[str] = mapped_column(String(16))
    #: reported | verified | rectified | closed | dismissed | cancelled
    state: Mapped[str] = mapped_column(String(16))
    #: general | major
    level: Mapped[str | None] = mapped_column(String(16))
    #: human | object | environment | management
    category: Mapped[str | None] = mapped_column(String(16))
    finding: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20), default="staff")
    #: By which way it came in (C1 23); unknown for reports from before that was noted.
    channel: Mapped[str] = mapped_column(String(20), default="unknown", server_default="unknown")
    place: Mapped[str | None] = mapped_column(String(200))
    part: Mapped[str | None] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    checklist_item: Mapped[str | None] = mapped_column(String(32))
    imminent: Mapped[bool] = mapped_column(default=False)
    fixed_on_spot: Mapped[bool] = mapped_column(default=False)
    control_type: Mapped[str | None] = mapped_column(String(20))
    rectifier_id: Mapped[UUID | None]
    #: How often acceptance has failed.
    rounds: Mapped[int] = mapped_column(default=0)
    #: When it was found, as the report says (C1 6); None: when it was reported.
    found_at: Mapped[datetime | None]
    reported_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    registered_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    rectified_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closure_number: Mapped[str | None] = mapped_column(String(40))
    dismissed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    #: What the register of majors asks (R-52): determined condition by condition, planned in six
    #: elements, made safe until it is fixed, reported to the authority and to the congress.
    determined_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    guarded_at: Mapped[datetime | None]
    authority_on: Mapped[date | None]
    congress_on: Mapped[date | None]
    #: Since when an authority supervises it 挂牌; None again once every one struck it off 核销.
    supervised_on: Mapped[date | None]
    department_id: Mapped[UUID | None]
    town_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    sector: Mapped[str] = mapped_column(String(32), default="general")

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_hazard_reported", "organisation_id", "reported_at", "id"),
        Index("ix_hazard_state", "organisation_id", "state", "reported_at", "id"),
        # Lists over many enterprises are read in order of time, and the rest skipped.
        Index("ix_hazard_time", "reported_at", "id"),
        # Covers the count of what is overdue, so that no row is looked at for it.
        Index(
            "ix_hazard_due",
            "organisation_id",
            "due_on",
            "registered_at",
            "kind",
            "source",
            "state",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_hazard_registered",
            "organisation_id",
            "registered_at",
            sqlite_where=text("registered_at is not null"),
            postgresql_where=text("registered_at is not null"),
        ),
        Index(
            "ix_hazard_closed",
            "organisation_id",
            "closed_at",
            sqlite_where=text("closed_at is not null"),
            postgresql_where=text("closed_at is not null"),
        ),
        # Majors are few: all that one may see are found here, and sorted.
        Index(
            "ix_hazard_major",
            "organisation_id",
            "registered_at",
            "id",
            "state",
            "closed_at",
            "due_on",
            sqlite_where=_MAJOR,
            postgresql_where=_MAJOR,
        ),
        CLUSTERED,
    )


class Reward(Base):
    """One reward in the reward ledger 奖励台账 (R-29, domain.md C4). All amounts in fen."""

    __tablename__ = "reward"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    #: proposed | approved | paid | received | refused
    state: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str | None] = mapped_column(String(64))
    rule_version: Mapped[str | None] = mapped_column(String(64))
    computed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    computation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    approved_fen: Mapped[int | None] = mapped_column(BigInteger)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    change_reason: Mapped[str | None] = mapped_column(String(500))
    #: Where it is charged, for example 财资〔2022〕136号 art. 5(4).
    funding_line: Mapped[str | None] = mapped_column(String(40))
    voucher: Mapped[str | None] = mapped_column(String(60))
    #: In money; 0 where something else was given.
    paid_fen: Mapped[int | None] = mapped_column(BigInteger)
    #: What it is worth that was given instead of money; None where money was paid.
    noncash_fen: Mapped[int | None] = mapped_column(BigInteger)
    #: How many points, and how many stand for one yuan (积分及折算率).
    points: Mapped[int | None] = mapped_column(BigInteger)
    points_rate: Mapped[float | None] = mapped_column(Double)
    #: What was given: goods, days off, an honour.
    gift: Mapped[str | None] = mapped_column(String(200))
    paid_on: Mapped[date | None]
    paid_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    #: wage | transfer | cash, or what `engine.hazards.rewards.NONCASH` names.
    method: Mapped[str | None] = mapped_column(String(20))
    proposed_at: Mapped[datetime]
    department_id: Mapped[UUID | None]
    town_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_reward_instance", "organisation_id", "instance_id"),
        Index("ix_reward_proposed", "organisation_id", "proposed_at", "id"),
        Index("ix_reward_time", "proposed_at", "id"),
        Index(
            "ix_reward_paid",
            "organisation_id",
            "paid_at",
            sqlite_where=text("paid_at is not null"),
            postgresql_where=text("paid_at is not null"),
        ),
        CLUSTERED,
    )


class Month(Base):
    """One enterprise's month: counters that must always equal a recount of the history."""

    __tablename__ = "month"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: "2026-11", counted in China.
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    reported: Mapped[int] = mapped_column(default=0)
    reported_suggestions: Mapped[int] = mapped_column(default=0)
    verified: Mapped[int] = mapped_column(default=0)
    verified_major: Mapped[int] = mapped_column(default=0)
    category_human: Mapped[int] = mapped_column(default=0)
    category_object: Mapped[int] = mapped_column(default=0)
    category_environment: Mapped[int] = mapped_column(default=0)
    category_management: Mapped[int] = mapped_column(default=0)
    dismissed: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    closed_major: Mapped[int] = mapped_column(default=0)
    adopted: Mapped[int] = mapped_column(default=0)
    approved_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    approved_count: Mapped[int] = mapped_column(default=0)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_count: Mapped[int] = mapped_column(default=0)
    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    max_paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Given instead of money (domain.md C5 14): what it is worth, how often, the dearest.
    noncash_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    noncash_count: Mapped[int] = mapped_column(default=0, server_default="0")
    max_noncash_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    reporters: Mapped[int] = mapped_column(default=0)
    rewarded: Mapped[int] = mapped_column(default=0)
    #: Registered hazards withdrawn because their case was cancelled; no longer in `verified`.
    withdrawn: Mapped[int] = mapped_column(default=0)
    #: From iot and ai, and from inspections: counted beside the indicator (domain.md C5 17).
    signals: Mapped[int] = mapped_column(default=0)
    signals_verified: Mapped[int] = mapped_column(default=0)
    signals_closed: Mapped[int] = mapped_column(default=0)
    others: Mapped[int] = mapped_column(default=0)
    others_verified: Mapped[int] = mapped_column(default=0)
    others_closed: Mapped[int] = mapped_column(default=0)
    #: Of the hazards that were overdue when the month ended, those closed since.
    late_closed: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_month_month", "month"), CLUSTERED)


class MonthPerson(Base):
    """A person counted once in a month, known only by a keyed digest.

    A person's months lie side by side, so that who was there in a year is counted by reading on.
    """

    __tablename__ = "month_person"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: reporter | rewarded
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    #: Whether the digest is of one case alone, so that nobody can say whether they came before.
    anonymous: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (CLUSTERED,)
