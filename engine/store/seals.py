"""What a day of history came to: seals, never changed and never removed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class Seal(Base):
    """One organisation's day: a Merkle root over where its chains stood, signed and chained."""

    __tablename__ = "seal"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: The day in China whose events it covers.
    day: Mapped[date] = mapped_column(primary_key=True)
    root: Mapped[bytes]
    #: How many chains moved on that day, and where each stood at its end (engine/seals.py).
    count: Mapped[int]
    leaves: Mapped[bytes]
    #: The hash of the organisation's seal before; empty for its first.
    previous: Mapped[bytes]
    #: SHA-256 over everything above but the leaves, which the root stands for.
    hash: Mapped[bytes]
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[bytes]
    sealed_at: Mapped[datetime]

    __table_args__ = (CLUSTERED,)
