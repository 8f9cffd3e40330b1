"""Enterprises that work for each other: who is whose contractor, what was passed on, templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base

_OPEN = text("state in ('invited', 'proposed', 'in_force')")
_INVITED = text("state = 'invited'")
_NOT_WITHDRAWN = text("withdrawn_at is null")


class Relation(Base):
    """A contractor, tenant, supplier or agency of a host (安法 49; R-12). Never removed."""

    __tablename__ = "enterprise_relation"

    #: The host: who gives the work, or lets the place.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: contractor | tenant | supplier | agency
    kind: Mapped[str] = mapped_column(String(16))
    #: The other side; None while it is invited and not yet in the register.
    related_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: As the host wrote it; what an invitation says.
    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    #: Who it is for the index of open ones: the id of the other side, or what was written.
    party: Mapped[str] = mapped_column(String(220))
    #: What is done or let, in a few words: "二号车间屋面维修".
    subject: Mapped[str] = mapped_column(String(200))
    #: invited | proposed | in_force | refused | withdrawn | ended
    state: Mapped[str] = mapped_column(String(16))
    from_on: Mapped[date]
    #: The last day; None: until it is ended.
    until_on: Mapped[date | None]
    #: Who coordinates the work on the host's side.
    coordinator: Mapped[str] = mapped_column(String(100))
    #: Whether reporters at the host's posters may choose it.
    is_offered: Mapped[bool] = mapped_column(default=True)
    #: The safety agreement 安全生产管理协议: its day, its last day where it has one, and ids of the
    #: host's attachments.
    agreement_on: Mapped[date | None]
    agreement_until: Mapped[date | None]
    agreement_files: Mapped[list[Any]] = mapped_column(default=list)
    #: An invitation: by what it is found, until when, and who is asked to enter the enterprise.
    code_digest: Mapped[bytes | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    keeper_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: When those concerned were last reminded that the agreement is missing, that it ends.
    missing_told_at: Mapped[datetime | None]
    ending_told_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_enterprise_relation_time", "organisation_id", "proposed_at"),
        Index("ix_enterprise_relation_related", "related_id", "proposed_at"),
        Index(
            "ix_enterprise_relation_open",
            "organisation_id",
            "party",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_enterprise_relation_invited",
            "uscc",
            sqlite_where=_INVITED,
            postgresql_where=_INVITED,
        ),
        CLUSTERED,
    )


class RelationStep(Base):
    """One thing done to a relation, by one of its two sides. Only ever added to."""

    __tablename__ = "relation_step"

    #: The host.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    relation_id: Mapped[UUID]
    at: Mapped[datetime]
    #: Who, and of which organisation; empty for the system.
    by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    #: A key of `engine.relations.trail.STEPS`.
    what: Mapped[str] = mapped_column(String(16))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "relation_id"],
            ["enterprise_relation.organisation_id", "enterprise_relation.id"],
        ),
        Index("ix_relation_step_relation", "organisation_id", "relation_id", "id"),
        CLUSTERED,
    )


class CaseRelation(Base):
    """Whose work or place a case of the host concerns. The other side never reads this."""

    __tablename__ = "case_relation"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    relation_id: Mapped[UUID]
    set_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        ForeignKeyConstraint(
            ["organisation_id", "relation_id"],
            ["enterprise_relation.organisation_id", "enterprise_relation.id"],
        ),
        Index("ix_case_relation_relation", "organisation_id", "relation_id", "set_at"),
        CLUSTERED,
    )


class PassedHazard(Base):
    """What a host released of a hazard to the one whose work it is; nothing else is shown."""

    __tablename__ = "passed_hazard"

    #: The host.
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    relation_id: Mapped[UUID]
    #: The host's case, which the other side does not see.
    instance_id: Mapped[UUID]
    #: The other side.
    to_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    place: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None]
    #: sent | taken | refused | withdrawn
    state: Mapped[str] = mapped_column(String(16))
    passed_at: Mapped[datetime]
    passed_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    #: The case that the other side began with it, in its own house.
    taken_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "relation_id"],
            ["enterprise_relation.organisation_id", "enterprise_relation.id"],
        ),
        ForeignKeyConstraint(
            ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
        ),
        Index("ix_passed_hazard_relation", "organisation_id", "relation_id", "passed_at"),
        Index("ix_passed_hazard_to", "to_id", "passed_at"),
        Index(
            "ix_passed_hazard_open",
            "organisation_id",
            "instance_id",
            unique=True,
            sqlite_where=text("state in ('sent', 'taken')"),
            postgresql_where=text("state in ('sent', 'taken')"),
        ),
        CLUSTERED,
    )


class Template(Base):
    """A mechanism that an enterprise lets others take over (R-11, R-12)."""

    __tablename__ = "mechanism_template"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: related: those it is host of; all: every enterprise, from one that leads the way 头雁
    audience: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(500))
    #: What is taken over: the version that ran on that day, and the checklists of that day.
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    #: Key → id of the resource.
    checklists: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime]
    published_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        Index(
            "ix_mechanism_template_open",
            "organisation_id",
            "definition_id",
            "audience",
            unique=True,
            sqlite_where=_NOT_WITHDRAWN,
            postgresql_where=_NOT_WITHDRAWN,
        ),
        Index("ix_mechanism_template_all", "audience", "published_at"),
        CLUSTERED,
    )


class TemplateUse(Base):
    """An enterprise took over somebody's mechanism as a draft: what came from where."""

    __tablename__ = "template_use"

    #: Who took it over.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    template_id: Mapped[UUID]
    draft_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "template_id"],
            ["mechanism_template.organisation_id", "mechanism_template.id"],
        ),
        Index("ix_template_use_template", "owner_id", "template_id"),
        Index("ix_template_use_draft", "organisation_id", "draft_id"),
        CLUSTERED,
    )
