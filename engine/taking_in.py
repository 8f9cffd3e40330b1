"""The jobs of a long sheet of enterprises: it is read, and taken in a transaction a piece."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands import execute
from engine.jobs import Job, handler
from engine.registry import importing, receiving
from engine.store.tables import ImportBatch


@handler(importing.JOB)
def take_in(session: Session, job: Job) -> bool:
    """Take the next rows in; says whether there are more. Who confirmed it is noted in each."""
    batch = session.scalar(
        select(ImportBatch)
        .where(
            ImportBatch.organisation_id == job.organisation_id,
            ImportBatch.id == UUID(job.payload["batch_id"]),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None or batch.state != "importing":
        return False
    return importing.go_on(session, batch, actor=_sender(job))


def _read(session: Session, job: Job) -> Any:
    """Read a sheet, for long; nobody waits for it but its sender, who sees how far it is."""
    owner, batch_id = job.organisation_id, UUID(job.payload["batch_id"])

    def tell(count: int) -> None:
        execute(session, receiving.tell, owner, batch_id, count)

    return receiving.read(session, batch_id, actor=_sender(job), tell=tell)


@handler(receiving.JOB, prepare=_read)
def settle(session: Session, job: Job) -> None:
    """Keep what was read, to be looked at."""
    if job.prepared is not None:
        batch_id = UUID(job.payload["batch_id"])
        receiving.settle(session, job.organisation_id, batch_id, job.prepared)


def _sender(job: Job) -> Actor:
    """Give who sent or confirmed it: they were allowed to then.

    What happens to their account since is no matter.
    """
    return Actor(
        user_id=UUID(job.payload["by"]),
        name="",
        organisation_id=job.organisation_id,
        organisation_kind=job.payload["kind"],
    )
