"""What is running now. Task, job and incident rows are derived from the instance's state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import CLUSTERED, Base

_OPEN = text("state = 'open'")
_WAITING = text("state = 'waiting'")


def _to_instance() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organisation_id", "instance_id"], ["instance.organisation_id", "instance.id"]
    )


class Instance(Base):
    """A process instance: pinned to its definition, one writer at a time."""

    __tablename__ = "instance"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    key: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    #: active | suspended | completed | cancelled
    state: Mapped[str] = mapped_column(String(16))
    #: Raised by every step; compared and set.
    revision: Mapped[int] = mapped_column(default=0)
    #: The engine's state (engine/spiff/codec.py).
    blob: Mapped[bytes]
    #: named | confidential | anonymous; who it is lies in the vault alone.
    identity_mode: Mapped[str] = mapped_column(String(16), default="named")
    business_key: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: When the state next has something to do by itself (the timer job's moment).
    due_at: Mapped[datetime | None]
    #: How many events the history holds, and the hash of the last: the end of the chain.
    event_count: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[bytes] = mapped_column(default=b"")
    #: Copied from the enterprise at reporting time (domain.md C1 52).
    department_id: Mapped[UUID | None]
    town_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("organisation_id", "key", "business_key"),
        Index(None, "organisation_id", "state", "started_at"),
        CLUSTERED,
    )


class Task(Base):
    """A user task, open or done."""

    __tablename__ = "task"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID]
    #: The element's id in the diagram: the modeller's name for the step.
    key: Mapped[str] = mapped_column(String(64))
    #: "process:element" in a called process, else the same as key.
    element: Mapped[str] = mapped_column(String(130))
    name: Mapped[str] = mapped_column(String(100))
    candidate_group: Mapped[str] = mapped_column(String(32))
    assignee_id: Mapped[UUID | None]
    #: open | completed | cancelled
    state: Mapped[str] = mapped_column(String(16))
    form_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None]

    __table_args__ = (
        _to_instance(),
        Index("ix_task_instance", "organisation_id", "instance_id", "state"),
        Index(
            "ix_task_group",
            "organisation_id",
            "candidate_group",
            "created_at",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_task_mine",
            "assignee_id",
            "created_at",
            sqlite_where=text("state = 'open' and assignee_id is not null"),
            postgresql_where=text("state = 'open' and assignee_id is not null"),
        ),
        Index(
            "ix_task_done",
            "completed_by",
            "completed_at",
            sqlite_where=text("completed_by is not null"),
            postgresql_where=text("completed_by is not null"),
        ),
        CLUSTERED,
    )


class Draft(Base):
    """A half-filled task form; its owner alone sees it."""

    __tablename__ = "draft"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]

    __table_args__ = (CLUSTERED,)


class Vote(Base):
    """One voter's word where several decide. Never changed: another round is another row."""

    __tablename__ = "vote"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: The voter's own task.
    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: As `Task.element`; one round of it is one multi-instance activity.
    element: Mapped[str] = mapped_column(String(130))
    round_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    #: for | against
    choice: Mapped[str] = mapped_column(String(16))
    opinion: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime]

    __table_args__ = (
        _to_instance(),
        UniqueConstraint("organisation_id", "round_id", "user_id"),
        CLUSTERED,
    )


class Job(Base):
    """Work due at a moment: a timer, a service task to run again, something to send or render."""

    __tablename__ = "job"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: A timer has its instance's id: an instance has one next moment.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID | None]
    task_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(32))
    #: waiting | held (its instance is suspended) | failed (out of retries: there is an incident)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(String(2000))
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_job_due", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_job_instance", "organisation_id", "instance_id"),
        CLUSTERED,
    )


class Incident(Base):
    """A job out of retries; an operator has to look. Never an accident."""

    __tablename__ = "incident"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID]
    instance_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(32))
    element: Mapped[str | None] = mapped_column(String(130))
    error: Mapped[str] = mapped_column(String(2000))
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]

    __table_args__ = (
        Index(
            "ix_incident_open",
            "organisation_id",
            "opened_at",
            sqlite_where=text("resolved_at is null"),
            postgresql_where=text("resolved_at is null"),
        ),
        CLUSTERED,
    )


class Idempotency(Base):
    """What a request with an Idempotency-Key was answered with."""

    __tablename__ = "idempotency"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    #: Keyed by actor, operation and key.
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    request_digest: Mapped[bytes]
    response: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (CLUSTERED,)


class Counter(Base):
    """The last number given out in a series."""

    __tablename__ = "counter"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]

    __table_args__ = (CLUSTERED,)
