"""Typical cases given to the press (R-20): what was given to whom, and who has to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base


class PressExport(Base):
    """One parcel of typical cases for one outlet."""

    __tablename__ = "press_export"

    #: The unit that published them.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: To whom it is given, such as the district's media centre 区融媒体中心.
    outlet: Mapped[str] = mapped_column(String(200))
    #: The month in which they were published, for a month's cases; None for one case.
    month: Mapped[str | None] = mapped_column(String(7))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_press_export_time", "organisation_id", "made_at"), CLUSTERED)


class PressExportCase(Base):
    """A case in a parcel, as its enterprise agreed to it then."""

    __tablename__ = "press_export_case"

    #: The enterprise.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    practice_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    export_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Which words, which photos, and whether the enterprise was named.
    version: Mapped[int]
    photos: Mapped[list[Any]] = mapped_column(default=list)
    is_named: Mapped[bool]
    #: When and by whom the outlet was told that the case is no longer published.
    told_at: Mapped[datetime | None]
    told_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "practice_id"], ["practice.organisation_id", "practice.id"]
        ),
        ForeignKeyConstraint(
            ["from_organisation_id", "export_id"],
            ["press_export.organisation_id", "press_export.id"],
        ),
        Index("ix_press_export_case_export", "from_organisation_id", "export_id"),
        CLUSTERED,
    )
