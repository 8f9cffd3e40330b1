"""Organisations, the people in them, and how they prove who they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base


class Organisation(Base):
    """An office, department, town, group or enterprise (R-01: three parallel axes)."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: office | department | town | group | enterprise
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    #: Short Latin code used inside numbers, unique: "CN001".
    code: Mapped[str] = mapped_column(String(16), unique=True)
    #: Unified social credit code (GB 32100-2015), or none.
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    #: The office of a department or town; the parent in a group's tree.
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: An enterprise's one primary department (R-08), its town, and at most one group.
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    town_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: Sector key: general, hazchem, construction, gas, industry, education, medical, …
    sector: Mapped[str] = mapped_column(String(32), default="general")
    #: Small class of GB/T 4754-2017 with its section: "C2614".
    industry: Mapped[str | None] = mapped_column(String(8))
    #: district_soe | municipal_soe | central_soe | collective | private | foreign | public
    ownership: Mapped[str | None] = mapped_column(String(24))
    staff_count: Mapped[int | None]
    #: GB/T 2260, or the statistics bureau's code of a town; empty where that of a node above holds.
    region_code: Mapped[str | None] = mapped_column(String(12))
    #: Level of its major hazard source: one … four; oil in store: yes | no; whether a platform
    #: monitors it: yes | partly | no (R-47).
    hazard_source: Mapped[str | None] = mapped_column(String(8))
    oil_storage: Mapped[str | None] = mapped_column(String(8))
    monitoring: Mapped[str | None] = mapped_column(String(8))
    #: What it is standardised in, to which grade, until when (R-67).
    standard_sector: Mapped[str | None] = mapped_column(String(24))
    standard_grade: Mapped[str | None] = mapped_column(String(8))
    standard_until: Mapped[date | None]
    #: active | suspended | closed
    status: Mapped[str] = mapped_column(String(16), default="active")
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: Everything else of domain.md C2: addresses, contacts, flags, grade, source of the data.
    profile: Mapped[dict[str, Any] | None]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_organisation_parent_id_kind", "parent_id", "kind"),
        Index(None, "department_id", "kind"),
        Index(None, "town_id", "kind"),
        Index(None, "group_id", "kind"),
        # The register is read in order of name.
        Index("ix_organisation_name", "kind", "name", "id"),
    )


class User(Base):
    """A person who signs in."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_digest: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    disabled_at: Mapped[datetime | None]
    #: Raised to end every session at once.
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Membership(Base):
    """One role of one person in one organisation."""

    __tablename__ = "membership"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)

    __table_args__ = (Index(None, "organisation_id", "role"),)


class Token(Base):
    """A key for the API; only its digest is kept."""

    __tablename__ = "token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "user_id"),)


class Place(Base):
    """A place with a QR poster (R-27). The code gives context, never rights."""

    __tablename__ = "place"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    part: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("organisation_id", "name", "part"),)
