"""The job that takes a long sheet of enterprises in, a transaction a piece."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.jobs import Job, handler
from engine.registry import importing
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
    # They were allowed to when they confirmed it; what happens to their account since is no matter.
    actor = Actor(
        user_id=UUID(job.payload["by"]),
        name="",
        organisation_id=job.organisation_id,
        organisation_kind=job.payload["kind"],
    )
    return importing.go_on(session, batch, actor=actor)
