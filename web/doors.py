"""The door to a case's history: who comes from above states a ground, and leaves a trace.

Every page, file and answer that tells one case goes through here (engine/auditing/grounds.py says
which those are). The look is written before anything is told: what cannot be put on record is not
shown.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from engine import instances
from engine.actors import Actor
from engine.auditing import looks, named
from web import db
from web.access import current_actor


def enter(instance_id: UUID, what: str = "history") -> Any:
    """Give a case's columns to the visitor, once their look at it is on record.

    Args:
        what: a key of `engine.auditing.looks.WAYS`.

    Raises:
        NotFound: there is none, or it is not theirs to see.
        GroundNeeded: they look from above and have stated no ground.
    """
    actor = current_actor()
    row = instances.get_instance(db.session(), instance_id, actor=actor, sight="both")
    if not leave_trace(row.organisation_id, row.id, what, actor=actor):
        return row
    # The chain is longer by the look.
    return instances.get_instance(db.session(), instance_id, actor=actor, sight="both")


def enter_granted(ground_id: UUID, instance_id: UUID, what: str) -> tuple[Any, Any, Actor]:
    """Give a case that its enterprise granted the visitor's organisation by name.

    Args:
        what: a key of `engine.auditing.looks.WAYS`.

    Returns:
        The ground, the case's columns, and as whom it is read: one with no role of the house.

    Raises:
        NotFound: the grant does not hold, or it does not cover that case.
    """
    session, actor = db.session(), current_actor()
    ground, row = named.open_case(session, ground_id, instance_id, actor=actor)
    reader = named.reader(ground, actor)
    look = looks.look_as_granted(session, ground, row.id, what, actor=actor)
    if look is None or not db.execute(looks.note, look, actor=named.looker(actor)):
        return ground, row, reader
    # The chain is longer by the look, and the grant may have been withdrawn meanwhile.
    return *named.open_case(db.session(), ground_id, instance_id, actor=actor), reader


def take_file(organisation_id: UUID, instance_id: UUID) -> None:
    """Put on record that a case's audit file is taken, by whoever's house it is, too."""
    actor = current_actor()
    if actor.organisation_id == organisation_id:
        db.execute(looks.note_own_file, organisation_id, instance_id)


def leave_trace(
    organisation_id: UUID, instance_id: UUID, what: str = "history", *, actor: Actor
) -> bool:
    """Put a look at a case on record; say whether anything had to be written. Raises as `enter`."""
    look = looks.look_into(db.session(), organisation_id, instance_id, what, actor=actor)
    if look is None:
        return False
    return db.execute(looks.note, look, actor=actor)
