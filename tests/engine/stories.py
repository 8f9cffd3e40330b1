"""How stories about instances begin: deployed, started, and who does the next task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import certificates, clock, definitions, jobs, starting, tasks
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from engine.reporters import identity_of
from engine.store import tables as t
from tests.cast import Cast
from tests.flows import bundle


def deploy(session: Session, cast: Cast) -> None:
    """Deploy the small diagrams for 甲 and for the one-person firm."""
    for organisation_id in (cast.enterprise_id, cast.one_person_firm_id):
        execute(
            session, definitions.deploy, bundle(), organisation_id=organisation_id, actor=SYSTEM
        )


def begin(session: Session, actor: Actor, key: str, **kwargs: Any) -> UUID:
    """Start an instance as `actor`; give its id."""
    return start(session, actor, key, **kwargs).instance_id


def start(session: Session, actor: Actor, key: str, **kwargs: Any) -> starting.Started:
    """Start an instance as `actor`."""
    kwargs.setdefault("answers", {"note": "开始"})
    return execute(
        session,
        starting.start,
        definition_key=key,
        actor=actor,
        identity=identity_of(actor, mode=kwargs.pop("mode", "named")),
        **kwargs,
    )


def open_task(session: Session, instance_id: UUID, key: str) -> UUID:
    """Give the id of the instance's open task `key`; there is exactly one."""
    session.rollback()
    return session.scalars(
        select(t.Task.id).where(
            t.Task.instance_id == instance_id, t.Task.key == key, t.Task.state == "open"
        )
    ).one()


def open_keys(session: Session, instance_id: UUID) -> list[str]:
    """Give the keys of the instance's open tasks, sorted."""
    session.rollback()
    return sorted(
        session.scalars(
            select(t.Task.key).where(t.Task.instance_id == instance_id, t.Task.state == "open")
        )
    )


def do(
    session: Session, actor: Actor, instance_id: UUID, key: str, **answers: Any
) -> tasks.Outcome:
    """Complete the instance's open task `key` as `actor`."""
    task_id = open_task(session, instance_id, key)
    return execute(session, tasks.complete, task_id, answers, actor=actor)


def tags(session: Session, instance_id: UUID) -> list[str]:
    """Give the tags of the instance's events in order."""
    session.rollback()
    return list(
        session.scalars(
            select(t.Event.tag).where(t.Event.instance_id == instance_id).order_by(t.Event.sequence)
        )
    )


def state_of(session: Session, instance_id: UUID) -> str:
    """Give the instance's state."""
    session.rollback()
    return session.scalars(select(t.Instance.state).where(t.Instance.id == instance_id)).one()


def run_jobs(session: Session) -> None:
    """Do what is due; papers are printed elsewhere."""
    session.rollback()
    due = (
        select(t.Job.organisation_id, t.Job.id)
        .where(t.Job.state == "waiting", t.Job.kind != certificates.JOB)
        .where(t.Job.due_at <= clock.now())
    )
    while job := session.execute(due.limit(1)).one_or_none():
        jobs.run(session, job.organisation_id, job.id)
