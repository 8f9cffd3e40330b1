"""Proposing an honour, and taking the proposal back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.honours import crews, rules
from engine.honours.candidates import basis_of, enterprise_of, members_of
from engine.permissions import require
from engine.store import Organisation, User, new_id
from engine.store import tables as t


def propose(
    session: Session,
    *,
    period: str,
    given: Mapping[str, str],
    user_id: UUID | None = None,
    team: str = "",
    actor: Actor,
) -> t.Honour:
    """Propose a person or a team of the actor's enterprise for an honour.

    What it is based on is counted here, never typed; of a person only if they agreed to be named.

    Args:
        period: "2026-11", "2026-Q4" or "2026".
        given: title, reason and reward, in words.
        user_id: the member; None for a team, which `team` names.

    Raises:
        NotAllowed: the role, or it is the actor themselves. NotFound: no member of the enterprise.
        Conflict: they are proposed or honoured for it already.
        InvalidAnswers: field by field. Invalid: the period.
    """
    require(actor, "honour:propose")
    own = enterprise_of(actor)
    rules.span_of(period)
    words = rules.clean(given)
    team = "" if user_id is not None else _clean_team(team)
    crew = crews.find(session, team, actor=actor) if user_id is None else None
    # A team of the register is called by its path, however it was typed.
    team = crew.path if crew is not None else team
    if user_id is not None:
        get_member(session, user_id, actor=actor)
    _keep_unnamed(session, actor, words, user_id)
    # One after the other, so that the same honour is not proposed twice at the same moment.
    session.execute(
        select(Organisation.id).where(Organisation.id == own).with_for_update(key_share=True)
    )
    _refuse_double(session, own, period, words["title"], user_id, team)
    row = t.Honour(
        organisation_id=own,
        id=new_id(),
        period=period,
        kind="team" if user_id is None else "person",
        user_id=user_id,
        team=team or None,
        team_id=crew.id if crew is not None else None,
        title=words["title"],
        reason=words["reason"],
        basis=basis_of(session, period, user_id=user_id, team=team, actor=actor),
        reward=words["reward"] or None,
        state="proposed",
        proposed_at=clock.now(),
        proposed_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    notifications.notify(
        session,
        organisation_id=own,
        roles=["principal"],
        key="honour_proposed",
        facts=facts_of(row),
    )
    return row


def get_member(session: Session, user_id: UUID, *, actor: Actor) -> User:
    """Give a member whom the actor may propose.

    Raises:
        NotAllowed: the role, or it is the actor themselves. NotFound: they do not work there.
    """
    require(actor, "honour:propose")
    if user_id == actor.user_id:
        raise NotAllowed("不能推荐自己。", "Nobody proposes themselves.")
    statement = select(User).where(
        User.id == user_id, User.id.in_(members_of(actor)), User.disabled_at.is_(None)
    )
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def drop(session: Session, honour_id: UUID, *, actor: Actor) -> None:
    """Take a proposal back before it is decided.

    Raises:
        NotAllowed: the role. NotFound: not theirs. Conflict: it is decided.
    """
    require(actor, "honour:propose")
    row = locked(session, honour_id, actor)
    only_in(row, "proposed")
    row.state, row.ended_at, row.ended_by = "dropped", clock.now(), actor.user_id


def facts_of(row: t.Honour, **more: str) -> dict[str, str]:
    """Give what notices say of an honour; never who is honoured."""
    period = rules.period_words(row.period)
    return {"title": row.title, "period": period.zh, "period_en": period.en, **more}


def locked(session: Session, honour_id: UUID, actor: Actor) -> t.Honour:
    """Give an honour of the actor's enterprise, locked; NotFound otherwise."""
    row = session.get(t.Honour, (actor.organisation_id, honour_id), with_for_update=True)
    if row is None:
        raise NotFound()
    return row


def only_in(row: t.Honour, *states: str) -> None:
    """Raise Conflict unless an honour stands in one of `states`."""
    if row.state not in states:
        raise Conflict(
            f"这项荣誉现在是“{rules.STATES[row.state].zh}”，请刷新后再看。",
            f"This honour is now “{rules.STATES[row.state].en}”; reload to see where it is.",
        )


def _clean_team(text: str) -> str:
    team = " ".join(text.split())
    if not team or len(team) > rules.LONGEST["team"] or not team.isprintable():
        raise InvalidAnswers.at(
            "team",
            f"请填写班组或车间，最多 {rules.LONGEST['team']} 个字。",
            f"Give the team or workshop, in at most {rules.LONGEST['team']} characters.",
        )
    return team


def _refuse_double(
    session: Session, own: UUID, period: str, title: str, user_id: UUID | None, team: str
) -> None:
    whose: Any = t.Honour.team == team if user_id is None else t.Honour.user_id == user_id
    same = select(t.Honour.id).where(
        t.Honour.organisation_id == own,
        t.Honour.period == period,
        t.Honour.title == title,
        t.Honour.state.in_(rules.LIVE),
        whose,
    )
    if session.scalars(same.limit(1)).first() is not None:
        raise Conflict(
            f"“{title}”（{rules.period_words(period).zh}）已经推荐过，见推荐和决定。",
            f"“{title}” ({rules.period_words(period).en}) is proposed already; see the proposals.",
        )


def _keep_unnamed(
    session: Session, actor: Actor, words: Mapping[str, str], user_id: UUID | None
) -> None:
    """Raise InvalidAnswers when the words name somebody else, who was not asked."""
    statement = select(User.name).where(
        User.id.in_(members_of(actor)), User.id != user_id, User.disabled_at.is_(None)
    )
    names = [name for name in session.scalars(statement.distinct()) if len(name) > 1]
    for key, text in words.items():
        found = next((name for name in names if _says(text, name)), None)
        if found is not None:
            raise InvalidAnswers.at(
                key,
                f"这里写到了“{found}”，没有本人同意不能署名，请换个说法。",
                f"This names “{found}”, who was not asked; say it another way.",
            )


def _says(text: str, name: str) -> bool:
    """Say whether a text has somebody's name in it; in Latin letters only as whole words."""
    if not name.isascii():
        return name in text
    return re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", text) is not None
