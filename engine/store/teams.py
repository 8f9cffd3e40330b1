"""Workshops and teams 车间、班组 of an enterprise, who was in them when, and their areas."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base

_PRESENT = text("until_on is null")


class Team(Base):
    """A workshop, or a team in one: a tree of at most three levels. Closed, never removed."""

    __tablename__ = "team"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(50))
    #: How many work there, with those below and those without an account; None: the accounts.
    head_count: Mapped[int | None]
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "parent_id"], ["team.organisation_id", "team.id"]),
        CLUSTERED,
    )


class TeamMember(Base):
    """Somebody was in a team from one day up to another; in one team at a time."""

    __tablename__ = "team_member"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    #: The first day on which they were no longer there.
    until_on: Mapped[date | None]
    team_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "team_id"], ["team.organisation_id", "team.id"]),
        Index(
            "ix_team_member_present",
            "organisation_id",
            "user_id",
            unique=True,
            sqlite_where=_PRESENT,
            postgresql_where=_PRESENT,
        ),
        Index("ix_team_member_team", "organisation_id", "team_id"),
        CLUSTERED,
    )


class TeamArea(Base):
    """A place, by the name that reports give it, that a team looks after."""

    __tablename__ = "team_area"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(100), primary_key=True)
    team_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "team_id"], ["team.organisation_id", "team.id"]),
        CLUSTERED,
    )


class TeamChange(Base):
    """What was changed of a team: by whom, when, from what to what."""

    __tablename__ = "team_change"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID]
    #: opened | changed | closed | reopened | joined | left | area_added | area_removed
    kind: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "team_id"], ["team.organisation_id", "team.id"]),
        Index("ix_team_change_team", "organisation_id", "team_id", "at", "id"),
        CLUSTERED,
    )
