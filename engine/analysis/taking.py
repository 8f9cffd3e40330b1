"""Taking histories away: an event log tells single cases, so it needs a ground and is noted (R-41).

Sums and lists need none: they show counts and rows that have to be reported anyway.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.analysis.filters import Question, id_of
from engine.auditing.grounds import require_ground
from engine.auditing.looks import look_over
from engine.store import tables as t


def ground_for(session: Session, question: Question) -> Any:
    """Give the ground under which the question's histories may be taken; None needs none.

    Raises:
        GroundNeeded: the actor looks from above and has stated none that covers them.
    """
    return require_ground(session, _only_enterprise(session, question), actor=question.actor)


def note(session: Session, question: Question, ground: Any, *, actor: Actor) -> None:
    """Write for every enterprise that its cases were taken, by whom and on what ground."""
    cases = question.cases().subquery()
    owners = session.scalars(select(cases.c.organisation_id).distinct()).all()
    if owners:
        look_over(session, owners, "export", ground=ground, actor=actor)


def _only_enterprise(session: Session, question: Question) -> UUID | None:
    """Give the one enterprise the filters name, None when they leave several."""
    if not question.filters.unit:
        return None
    unit = session.get(t.Organisation, id_of("unit", question.filters.unit))
    return unit.id if unit is not None and unit.kind == "enterprise" else None
