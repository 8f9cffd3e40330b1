"""Incidents with what an operator asks first: whose case, which job, who dealt with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.permissions import require
from engine.store import Incident, Instance, Job, Organisation, User, visible_to

_COLUMNS: Final = (
    *Incident.__table__.c,
    Organisation.name.label("owner"),
    Instance.number,
    Instance.title,
    Instance.definition_id,
    Job.state.label("job_state"),
    Job.attempts,
    Job.due_at,
    User.name.label("resolver"),
)


def entries(
    session: Session, *, actor: Actor, state: str = "open", limit: int = 100
) -> Sequence[Any]:
    """Give incidents the actor may see, newest first; `state` is open or resolved.

    Columns: those of the incident; owner (the enterprise), number, title and definition_id of its
    case; job_state, attempts and due_at of its job, None once that is done; resolver.
    """
    require(actor, "incident:read")
    resolved = Incident.resolved_at
    order = Incident.opened_at if state == "open" else resolved
    statement = (
        select(*_COLUMNS)
        .select_from(Incident)
        .join(Organisation, Organisation.id == Incident.organisation_id)
        .outerjoin(Instance, _same(Instance, Instance.id == Incident.instance_id))
        .outerjoin(Job, _same(Job, Job.id == Incident.job_id))
        .outerjoin(User, User.id == Incident.resolved_by)
        .where(resolved.is_(None) if state == "open" else resolved.is_not(None))
        .order_by(order.desc(), Incident.id.desc())
        .limit(limit)
    )
    return session.execute(visible_to(actor, statement)).all()


def _same(table: Any, condition: Any) -> Any:
    return and_(table.organisation_id == Incident.organisation_id, condition)
