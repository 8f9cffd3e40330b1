"""Deciding on an honour, and what the honoured person says to it; nobody decides their own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.errors import NotFound, SeparationOfDuties
from engine.honours import proof, rules
from engine.honours.proposing import facts_of, locked, only_in
from engine.permissions import require
from engine.store import User
from engine.store import tables as t


def decide(session: Session, honour_id: UUID, *, actor: Actor) -> None:
    """Give an honour: a team has it at once, a person is asked first.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Conflict: it is decided already.
        SeparationOfDuties: whoever proposed it, or is honoured, does not decide.
    """
    row = _to_decide(session, honour_id, actor, "proposed")
    row.decided_at, row.decided_by = clock.now(), actor.user_id
    if row.user_id is None:
        _award(session, row, row.team or "")
        return
    row.state = "decided"
    notifications.tell_people(
        session,
        organisation_id=row.organisation_id,
        instance_id=None,
        people=[row.user_id],
        key="honour_decided",
        facts=facts_of(row),
    )


def decline(session: Session, honour_id: UUID, *, reason: str, actor: Actor) -> None:
    """Say that a proposal is not followed, and why.

    Raises:
        as `decide`. InvalidAnswers: no reason.
    """
    row = _to_decide(session, honour_id, actor, "proposed")
    row.ended_reason = rules.clean_reason(reason)
    row.state, row.ended_at, row.ended_by = "declined", clock.now(), actor.user_id


def revoke(session: Session, honour_id: UUID, *, reason: str, actor: Actor) -> None:
    """Take an honour back; its certificate is void from now on, its number is not given again.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Conflict: it is not given, or over.
        InvalidAnswers: no reason.
    """
    require(actor, "honour:decide")
    row = locked(session, honour_id, actor)
    only_in(row, "decided", "awarded")
    row.ended_reason = rules.clean_reason(reason)
    row.state, row.ended_at, row.ended_by = "revoked", clock.now(), actor.user_id
    if row.user_id is not None:
        notifications.tell_people(
            session,
            organisation_id=row.organisation_id,
            instance_id=None,
            people=[row.user_id],
            key="honour_revoked",
            facts=facts_of(row, reason=row.ended_reason),
        )


def agree(session: Session, honour_id: UUID, *, actor: Actor) -> None:
    """Agree, as the honoured person, that the honour is shown; or that it is shown again.

    Raises:
        NotFound: it is not the actor's own. Conflict: it is not decided, or over.
    """
    row = _own(session, honour_id, actor)
    only_in(row, "decided", "awarded")
    if row.state == "decided":
        _award(session, row, session.get_one(User, row.user_id).name)
    row.hidden_at = None


def refuse(session: Session, honour_id: UUID, *, actor: Actor) -> None:
    """Say, as the honoured person, that one does not want it; nobody is told why.

    Raises:
        NotFound: it is not the actor's own. Conflict: it is not waiting for them.
    """
    row = _own(session, honour_id, actor)
    only_in(row, "decided")
    row.state, row.ended_at, row.ended_by = "refused", clock.now(), actor.user_id


def hide(session: Session, honour_id: UUID, *, actor: Actor) -> None:
    """Take one's agreement back: the honour is no longer shown; its certificate stays good.

    Raises:
        NotFound: it is not the actor's own. Conflict: it is not given.
    """
    row = _own(session, honour_id, actor)
    only_in(row, "awarded")
    row.hidden_at = row.hidden_at or clock.now()


def _award(session: Session, row: t.Honour, recipient: str) -> None:
    row.state, row.awarded_at = "awarded", clock.now()
    proof.issue(session, row, recipient)


def _to_decide(session: Session, honour_id: UUID, actor: Actor, state: str) -> t.Honour:
    require(actor, "honour:decide")
    row = locked(session, honour_id, actor)
    only_in(row, state)
    if actor.user_id in (row.proposed_by, row.user_id):
        raise SeparationOfDuties(
            "推荐的人和受表彰的人不能自己决定，请由另一位主要负责人决定。",
            "Whoever proposed it or is honoured does not decide; another principal has to.",
        )
    return row


def _own(session: Session, honour_id: UUID, actor: Actor) -> t.Honour:
    require(actor, "naming:own")
    row = locked(session, honour_id, actor)
    if row.user_id is None or row.user_id != actor.user_id:
        raise NotFound()
    return row
