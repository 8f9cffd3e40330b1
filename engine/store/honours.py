"""Names that may be said, and what people and teams are honoured for (R-30)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class NamingConsent(Base):
    """Somebody agreed that an enterprise says their name where it tells of what they reported.

    It says nothing of what they reported: that is in the vault.
    """

    __tablename__ = "naming_consent"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (CLUSTERED,)


class NamingChoice(Base):
    """What the reporter of one case said of their name, whoever they are; never the name."""

    __tablename__ = "naming_choice"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Yes or no to this case; None: only the standing consent speaks.
    agreed: Mapped[bool | None]
    chosen_at: Mapped[datetime | None]
    #: When the name first went on a paper since it was agreed to.
    printed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        CLUSTERED,
    )


class Honour(Base):
    """One honour of one person or team for a period: proposed, decided, agreed to, shown."""

    __tablename__ = "honour"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: "2026-11", "2026-Q4" or "2026".
    period: Mapped[str] = mapped_column(String(8))
    #: person | team
    kind: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: The team's name; and which it is, where the enterprise keeps a register of teams.
    team: Mapped[str | None] = mapped_column(String(100))
    team_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    #: What was counted when it was proposed, by key; empty where nothing was.
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: What comes with it, in words.
    reward: Mapped[str | None] = mapped_column(String(200))
    #: proposed | decided | awarded | declined | dropped | refused | revoked
    state: Mapped[str] = mapped_column(String(16))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    #: When it was awarded: a person's with their agreement.
    awarded_at: Mapped[datetime | None]
    #: Since when the person no longer wants it to be shown.
    hidden_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    ended_reason: Mapped[str | None] = mapped_column(String(200))
    #: RY-<org>-YYYY-NNNNN, and what the certificate under it says, signed.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    code: Mapped[str | None] = mapped_column(String(16), unique=True)
    statement: Mapped[str | None] = mapped_column(Text)
    statement_digest: Mapped[bytes | None]
    key_id: Mapped[str | None] = mapped_column(String(16))
    signature: Mapped[bytes | None]

    __table_args__ = (
        Index("ix_honour_proposed", "organisation_id", "proposed_at", "id"),
        Index("ix_honour_awarded", "organisation_id", "awarded_at", "id"),
        Index("ix_honour_user", "organisation_id", "user_id"),
        CLUSTERED,
    )
