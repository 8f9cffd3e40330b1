"""The checklist of guidance visits as an enterprise can use it for itself (domain.md C7 no. 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from engine import clock, definitions, statistics
from engine.actors import Actor
from engine.errors import Message, NotFound
from engine.guidance.planning import KEY
from engine.guidance.services import FOUND
from engine.permissions import require
from engine.statistics.monthly import line as line_of
from engine.store import tables as t


@dataclass(frozen=True)
class SelfCheck:
    """What an enterprise looks at by itself, and what is known already."""

    organisation: str
    #: (group, question) in the order of the form.
    items: Sequence[tuple[Message, Message]]
    established_on: date | None
    implemented_on: date | None
    year: int
    reported: int
    verified: int
    closed: int
    paid_fen: int
    noncash_fen: int
    version: int


def self_check(session: Session, *, actor: Actor) -> SelfCheck:
    """Give the self-assessment of the actor's enterprise, by the checklist its department uses.

    Raises:
        NotAllowed: the role. NotFound: not an enterprise, or no checklist is deployed above it.
    """
    require(actor, "guidance:read")
    own = session.get(t.Organisation, actor.organisation_id)
    if own is None or own.kind != "enterprise":
        raise NotFound()
    definition = definitions.get_latest(session, own, KEY)
    loaded = definitions.load(session, definition.id)
    record = session.get(t.MechanismRecord, own.id)
    month = statistics.present_month()
    line = line_of(session, actor=actor, month=month, by="enterprise", key=str(own.id))
    year = line.year if line else {}
    nothing = Message("", "")
    return SelfCheck(
        organisation=own.name,
        items=[
            (field.group or nothing, field.label)
            for form in loaded.forms.values()
            for field in form.fields
            if field.key.startswith(FOUND)
        ],
        established_on=record.established_on if record else None,
        implemented_on=record.implemented_on if record else None,
        year=clock.local_date().year,
        reported=year.get("reported", 0),
        verified=year.get("verified", 0),
        closed=year.get("closed", 0),
        paid_fen=year.get("paid_fen", 0),
        noncash_fen=year.get("noncash_fen", 0),
        version=loaded.version,
    )
