"""Honours as they are looked for: those that are shown to all, those being worked on, one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import NotFound
from engine.honours import rules
from engine.honours.candidates import members_of
from engine.permissions import allows, require
from engine.statistics.paging import Page, newest_first
from engine.store import User
from engine.store import tables as t

#: A list is paper; no period has more.
MOST_ON_PAPER: Final = 300
_PAGE: Final = 30
#: Everybody may have it.
_OF_A_TEAM: Final = ("team", "awarded")


def shown(
    session: Session,
    *,
    actor: Actor,
    period: str = "",
    after: str | None = None,
    limit: int = _PAGE,
) -> Page[Any]:
    """Give a page of the honours of the actor's enterprise that are shown, the newest first.

    Columns: those of the honour, and the person's `name`. A person's is among them as long as
    they agree and work there: whoever left can take nothing back any more.

    Raises:
        NotAllowed: the role.
    """
    require(actor, "honour:read")
    chosen = _keys(actor).where(_is_shown(actor))
    if rules.is_period(period):
        chosen = chosen.where(t.Honour.period == period)
    return newest_first(session, _columns(), chosen, t.Honour.awarded_at, after, limit)  # type: ignore[arg-type]


def at_work(
    session: Session, *, actor: Actor, state: str = "", after: str | None = None, limit: int = _PAGE
) -> Page[Any]:
    """Give a page of all proposals and what became of them, the newest first.

    Raises:
        NotAllowed: the actor neither proposes nor decides.
    """
    _require_work(actor)
    chosen = _keys(actor)
    if state in rules.STATES:
        chosen = chosen.where(t.Honour.state == state)
    return newest_first(session, _columns(), chosen, t.Honour.proposed_at, after, limit)


def on_paper(session: Session, period: str, *, actor: Actor) -> Sequence[Any]:
    """Give the honours of one period that are shown: people first, then teams, the oldest first."""
    require(actor, "honour:read")
    statement = (
        _columns()
        .where(
            t.Honour.organisation_id == actor.organisation_id,
            t.Honour.period == period,
            _is_shown(actor),
        )
        .order_by(t.Honour.kind, t.Honour.awarded_at, t.Honour.id)
        .limit(MOST_ON_PAPER)
    )
    return session.execute(statement).all()


def periods(session: Session, *, actor: Actor) -> list[str]:
    """Give the periods for which honours are shown, the latest first."""
    require(actor, "honour:read")
    statement = select(t.Honour.period).where(
        t.Honour.organisation_id == actor.organisation_id, _is_shown(actor)
    )
    return sorted(session.scalars(statement.distinct()), reverse=True)


def own(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give the actor's own honours, also those that wait for their word or are not shown."""
    require(actor, "naming:own")
    if actor.user_id is None:
        return []
    statement = (
        _columns()
        .where(
            t.Honour.organisation_id == actor.organisation_id,
            t.Honour.user_id == actor.user_id,
            t.Honour.state.in_(("decided", "awarded", "revoked")),
        )
        .order_by(t.Honour.proposed_at.desc(), t.Honour.id.desc())
    )
    return session.execute(statement).all()


def titles_of(session: Session, people: Sequence[UUID], *, actor: Actor) -> dict[UUID, list[Any]]:
    """Give the honours that are shown of some people, by person, the newest first; one statement.

    Columns: user_id, title, period.
    """
    found: dict[UUID, list[Any]] = {}
    if not people:
        return found
    statement = (
        select(t.Honour.user_id, t.Honour.title, t.Honour.period)
        .where(
            t.Honour.organisation_id == actor.organisation_id,
            t.Honour.user_id.in_(people),
            t.Honour.state == "awarded",
            t.Honour.hidden_at.is_(None),
        )
        .order_by(t.Honour.awarded_at.desc(), t.Honour.id.desc())
    )
    for row in session.execute(statement):
        found.setdefault(row.user_id, []).append(row)
    return found


def get(session: Session, honour_id: UUID, *, actor: Actor) -> Any:
    """Give one honour: to those who propose and decide, to the person, and when shown to all.

    Raises:
        NotAllowed: the role. NotFound: there is none, or it is not theirs to see.
    """
    require(actor, "honour:read")
    mine: ColumnElement[bool] = and_(
        t.Honour.user_id == actor.user_id, t.Honour.state.in_(("decided", "awarded", "revoked"))
    )
    seen = or_(_is_shown(actor), mine)
    statement = _columns().where(
        t.Honour.organisation_id == actor.organisation_id, t.Honour.id == honour_id
    )
    if not works(actor):
        statement = statement.where(seen)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def certificate(session: Session, honour_id: UUID, *, actor: Actor) -> t.Honour:
    """Give an honour whose certificate the actor may have: the person's own, or while it is shown.

    A person's certificate that is no longer shown is theirs alone; a revoked one is also for those
    who decide.

    Raises:
        NotAllowed: the role. NotFound: there is none, or it is not theirs to see.
    """
    row = get(session, honour_id, actor=actor)
    mine = row.user_id is not None and row.user_id == actor.user_id
    for_all = row.hidden_at is None and (works(actor) or (row.kind, row.state) == _OF_A_TEAM)
    if row.number is None or not (mine or for_all):
        raise NotFound()
    return session.get_one(t.Honour, (row.organisation_id, row.id))


def works(actor: Actor) -> bool:
    """Say whether the actor proposes honours or decides on them."""
    return allows(actor, "honour:propose") or allows(actor, "honour:decide")


def _require_work(actor: Actor) -> None:
    if not allows(actor, "honour:decide"):
        require(actor, "honour:propose")


def _keys(actor: Actor) -> Any:
    keys = select(t.Honour.organisation_id, t.Honour.id)
    return keys.where(t.Honour.organisation_id == actor.organisation_id)


def _is_shown(actor: Actor) -> ColumnElement[bool]:
    open_accounts = select(User.id).where(User.disabled_at.is_(None))
    present = and_(t.Honour.user_id.in_(members_of(actor)), t.Honour.user_id.in_(open_accounts))
    return and_(
        t.Honour.state == "awarded",
        t.Honour.hidden_at.is_(None),
        or_(t.Honour.kind == "team", present),
    )


def _columns() -> Select[Any]:
    return select(*t.Honour.__table__.c, User.name.label("name")).outerjoin(
        User, User.id == t.Honour.user_id
    )
