"""Incidents: jobs out of retries, for an operator to look at and retry."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import clock, history
from engine.actors import SYSTEM, Actor
from engine.errors import Conflict, NotFound
from engine.permissions import require
from engine.store import new_id, visible_to
from engine.store import tables as t


def open_incident(
    session: Session,
    *,
    organisation_id: UUID,
    job_id: UUID,
    instance_id: UUID | None,
    kind: str,
    element: str | None,
    error: str,
) -> UUID:
    """Note that a job is out of retries; give the incident's id."""
    incident_id = new_id()
    session.execute(
        insert(t.Incident).values(
            organisation_id=organisation_id,
            id=incident_id,
            job_id=job_id,
            instance_id=instance_id,
            kind=kind,
            element=element,
            error=error[:2000],
            opened_at=clock.now(),
        )
    )
    if instance_id is not None:
        event = history.Event(
            tag="incident:opened", element=element, data={"kind": kind, "error": error[:500]}
        )
        history.append(session, organisation_id, instance_id, [event], actor=SYSTEM)
    return incident_id


def list_incidents(
    session: Session, *, actor: Actor, state: str = "open", limit: int = 200
) -> Sequence[t.Incident]:
    """Give incidents the actor may see, newest first; state is open or resolved."""
    require(actor, "incident:read")
    resolved = t.Incident.resolved_at
    statement = (
        select(t.Incident)
        .where(resolved.is_(None) if state == "open" else resolved.is_not(None))
        .order_by(t.Incident.opened_at.desc())
        .limit(limit)
    )
    return session.scalars(visible_to(actor, statement)).all()


def retry(session: Session, incident_id: UUID, *, actor: Actor) -> None:
    """Give the job of an incident a fresh set of tries, now or once its case is resumed.

    Raises:
        NotAllowed, NotFound: not the actor's. Conflict: it was retried already.
    """
    require(actor, "incident:retry")
    statement = select(t.Incident).where(t.Incident.id == incident_id).with_for_update()
    incident = session.scalars(visible_to(actor, statement)).one_or_none()
    if incident is None:
        raise NotFound()
    if incident.resolved_at is not None:
        raise Conflict("这个故障已经处理过。", "This incident was already dealt with.")
    incident.resolved_at = clock.now()
    incident.resolved_by = actor.user_id
    session.execute(
        update(t.Job)
        .where(
            t.Job.organisation_id == incident.organisation_id,
            t.Job.id == incident.job_id,
            t.Job.state == "failed",
        )
        .values(
            state=_state_after(session, incident),
            attempts=0,
            due_at=clock.now(),
            lease_until=None,
            error=None,
        )
    )
    if incident.instance_id is not None:
        event = history.Event(tag="incident:retried", element=incident.element)
        history.append(
            session, incident.organisation_id, incident.instance_id, [event], actor=actor
        )


def _state_after(session: Session, incident: t.Incident) -> str:
    """Give the state in which the job waits: a suspended instance's is held."""
    state = session.scalar(
        select(t.Instance.state)
        .where(
            t.Instance.organisation_id == incident.organisation_id,
            t.Instance.id == incident.instance_id,
        )
        .with_for_update()
    )
    return "held" if state == "suspended" else "waiting"
