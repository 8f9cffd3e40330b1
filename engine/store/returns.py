"""The month as it was handed in: frozen figures, the cases behind them, and what was put right."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class MonthlyReturn(Base):
    """A unit's return 月报 for a month (R-61): draft, signed, locked, submitted."""

    __tablename__ = "monthly_return"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    #: draft | signed | locking | locked | submitted
    state: Mapped[str] = mapped_column(String(16))
    #: The version of the indicators' definitions it was counted by, and their SHA-256.
    definitions_version: Mapped[str] = mapped_column(String(24))
    definitions_digest: Mapped[bytes]
    #: The totals, figure → number, adjustments counted in; final from the lock on.
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: SHA-256 over the totals and every line, from the lock on.
    digest: Mapped[bytes | None]
    note: Mapped[str | None] = mapped_column(String(500))
    #: Whether it takes another person to lock it, as the unit had it when it was signed.
    by_two: Mapped[bool] = mapped_column(default=False, server_default=false())
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: Whom it was handed to.
    submitted_to: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))

    __table_args__ = (Index("ix_monthly_return_month", "month", "state"), CLUSTERED)


class ReturnBundle(Base):
    """The evidence of a long locked month, made by a job and kept for a while."""

    __tablename__ = "return_bundle"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    #: waiting | ready
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: Of one that is ready: where it lies, how many bytes it has, when it was made and until when
    #: it is kept.
    sha256: Mapped[bytes | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    __table_args__ = (CLUSTERED,)


class ReturnLine(Base):
    """One enterprise in a locked return, with exactly the cases each of its figures counts."""

    __tablename__ = "return_line"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: Its name and where it stood when the month was locked.
    name: Mapped[str] = mapped_column(String(200))
    department_id: Mapped[UUID | None]
    town_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    sector: Mapped[str] = mapped_column(String(32))
    #: Figure → number; what is zero is left out.
    figures: Mapped[dict[str, Any]]
    #: Figure → ids, packed (engine/returns); empty when nothing happened.
    cases: Mapped[bytes] = mapped_column(default=b"")

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "month"],
            ["monthly_return.organisation_id", "monthly_return.month"],
        ),
        CLUSTERED,
    )


class Adjustment(Base):
    """What puts a locked month right: counted in a later one, with reason and signature (R-57)."""

    __tablename__ = "adjustment"

    #: Whose return it is in.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: The month it is counted in, and the locked one that was wrong.
    month: Mapped[str] = mapped_column(String(7))
    corrects: Mapped[str] = mapped_column(String(7))
    enterprise_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    figure: Mapped[str] = mapped_column(String(40))
    #: To be added, in the figure's own unit (fen for money); may be negative.
    delta: Mapped[int] = mapped_column(BigInteger)
    #: The case it is about, where it is about one.
    instance_id: Mapped[UUID | None]
    #: computed (the history says otherwise by now) | stated (told by the signer)
    origin: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(500))
    signed_at: Mapped[datetime]
    signed_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        Index("ix_adjustment_month", "organisation_id", "month", "corrects"),
        CLUSTERED,
    )


class ExportProfile(Base):
    """How another system wants the figures: columns, codes and formats, as data (domain.md C6)."""

    __tablename__ = "export_profile"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: The mapping file as it was uploaded (TOML).
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (CLUSTERED,)


class ExportEntry(Base):
    """Somebody typed a month into another system: who, when, under which number there (R-64)."""

    __tablename__ = "export_entry"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    profile: Mapped[str] = mapped_column(String(40), primary_key=True)
    reference: Mapped[str | None] = mapped_column(String(100))
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (CLUSTERED,)
