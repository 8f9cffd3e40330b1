"""Self-checks 自查: a round through the checklist at one place, signed by who made it (R-53)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class SelfCheck(Base):
    """One round: which items were looked at, what was found; all clear is a record, too."""

    __tablename__ = "self_check"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(100))
    #: The items as they were in force when it began, in order.
    items: Mapped[list[Any]]
    #: Code of an item → {"found": ok | hazard | not_here, "note": what was seen}.
    results: Mapped[dict[str, Any]] = mapped_column(default=dict)
    begun_at: Mapped[datetime]
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None]
    #: Of the results, once it is signed: items looked at, and hazards among them.
    looked_at: Mapped[int | None]
    hazards: Mapped[int | None]

    __table_args__ = (Index("ix_self_check_time", "organisation_id", "begun_at"), CLUSTERED)
