"""Sample closures that an enterprise hands in as evidence (R-66)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.permissions import require
from engine.store import tables as t

_SAMPLES: Final = 10


def closures(session: Session, *, actor: Actor) -> Sequence[t.Certificate]:
    """Give the latest closure certificates of the actor's enterprise that are printed and hold."""
    require(actor, "certificate:read")
    wanted = (
        select(t.Certificate)
        .where(
            t.Certificate.organisation_id == actor.organisation_id,
            t.Certificate.kind == "closure",
            t.Certificate.state == "ready",
        )
        .order_by(t.Certificate.id.desc())
        .limit(_SAMPLES)
    )
    return session.scalars(wanted).all()
