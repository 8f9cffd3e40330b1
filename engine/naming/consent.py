"""Agreeing to be named, and taking it back: for all one's reports by name, or for one case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import clock, history, progress, reporters
from engine.actors import Actor
from engine.errors import Conflict, NotFound
from engine.naming.signing import is_own, people, put
from engine.permissions import require
from engine.store import Reporter, upsert
from engine.store import tables as t


@dataclass(frozen=True)
class Choice:
    """What a reporter said about their name on one case."""

    #: Whether the name may be said now.
    agreed: bool
    #: What was said of this case alone; None when nothing was.
    own: bool | None
    #: Whether they agreed for all of their reports.
    standing: bool
    #: Whether they may agree from where they are: not with the code of a report that somebody
    #: else typed in, and who has seen it.
    may_agree: bool


def standing(session: Session, *, actor: Actor) -> t.NamingConsent | None:
    """Give the actor's consent for all their reports by name; None when there is none."""
    require(actor, "naming:own")
    row = session.get(t.NamingConsent, (actor.organisation_id, actor.user_id))
    return row if row is not None and row.withdrawn_at is None else None


def agree(session: Session, *, actor: Actor) -> None:
    """Agree to be named for all one's reports by name in the actor's enterprise, until withdrawn.

    Raises:
        NotAllowed: the role. NotFound: whoever has no account agrees case by case.
    """
    require(actor, "naming:own")
    if actor.user_id is None:
        raise NotFound()
    if standing(session, actor=actor) is not None:
        return
    statement = upsert(session)(t.NamingConsent.__table__).values(
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        given_at=clock.now(),
        withdrawn_at=None,
    )
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "user_id"],
            set_={"given_at": statement.excluded.given_at, "withdrawn_at": None},
        )
    )


def withdraw(session: Session, *, actor: Actor) -> None:
    """Take it all back: the standing consent, single cases, and the honours that are shown.

    What is printed later bears no name of theirs. A paper that hangs already is paper.
    """
    require(actor, "naming:own")
    if actor.user_id is None:
        raise NotFound()
    now, own = clock.now(), (actor.organisation_id, actor.user_id)
    row = session.get(t.NamingConsent, own, with_for_update=True)
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = now
    theirs = (t.Honour.organisation_id == own[0], t.Honour.user_id == own[1])
    shown = (t.Honour.state == "awarded", t.Honour.hidden_at.is_(None))
    session.execute(update(t.Honour).where(*theirs, *shown).values(hidden_at=now))
    session.execute(update(t.Honour).where(*theirs).values(basis={}))
    ids = reporters.own_ids(session, actor=actor)
    agreed = select(t.NamingChoice.instance_id).where(
        t.NamingChoice.organisation_id == own[0],
        t.NamingChoice.instance_id.in_(ids),
        t.NamingChoice.agreed.is_(True),
    )
    for instance_id in session.scalars(agreed.order_by(t.NamingChoice.instance_id)).all():
        choose(session, instance_id, False, actor=actor)


def choice(session: Session, row: Any, *, actor: Actor) -> Choice | None:
    """Give what the reporter of a case said of their name; None unless they reported by name.

    Args:
        row: the case as `engine.progress.get_own` gives it, to its reporter alone.
    """
    require(actor, "naming:own")
    if row.identity_mode != "named":
        return None
    said = session.get(t.NamingChoice, (row.organisation_id, row.id))
    own = said.agreed if said is not None else None
    sent = _sent_by_reporter(session, row)
    if actor.user_id is not None:
        always = sent and standing(session, actor=actor) is not None
    else:
        always = sent and _stands(session, row)
    may_agree = sent or actor.user_id is not None
    return Choice(always if own is None else own, own, always, may_agree)


def choose(session: Session, instance_id: UUID, agreed: bool, *, actor: Actor) -> None:
    """Agree, or not, to be named for one case, by account or receipt code; the last word counts.

    Raises:
        NotFound: it is not the actor's report. Conflict: it was not made by name, or somebody
            typed it in for the reporter, who therefore agrees with their account alone.
    """
    require(actor, "naming:own")
    row = progress.get_own(session, instance_id, actor=actor)
    if row.identity_mode != "named":
        raise Conflict(
            "这份报告不是实名的，任何时候都不会署名。",
            "This report was not made by name; it never bears one.",
        )
    if agreed and actor.user_id is None and not _sent_by_reporter(session, row):
        raise Conflict(
            "这份报告是别人代填的，凭证码可能有别人看过，不能凭码同意署名。有账号的请登录后同意。",
            "Somebody typed this report in and may have seen its code, so the code is not enough "
            "to agree. With an account, sign in and agree there.",
        )
    key = (row.organisation_id, row.id)
    said = session.get(t.NamingChoice, key, with_for_update=True)
    if said is not None and said.agreed is agreed:
        return
    values = {"agreed": agreed, "chosen_at": clock.now(), "printed_at": None}
    put(session, key, values)
    event = history.Event(tag="naming:agreed" if agreed else "naming:declined", role="reporter")
    history.append(session, *key, [event], actor=actor, role="reporter")
    if said is not None:
        session.expire(said)


def _sent_by_reporter(session: Session, row: Any) -> bool:
    return bool(session.scalar(select(is_own(row.organisation_id, row.id))))


def _stands(session: Session, row: Any) -> bool:
    """Say whether the reporter who comes with a code agreed for all of their reports."""
    reporter = session.get(Reporter, (row.organisation_id, row.id))
    if reporter is None or reporter.user_digest is None:
        return False
    person = people(session, row.organisation_id).get(reporter.user_digest)
    return person is not None and person.agrees
