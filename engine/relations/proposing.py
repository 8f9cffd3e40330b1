"""A host proposes a relation to an enterprise of the register, or invites one that is not in it.

The other side is named by its full name or its credit code and never listed; one that is not there
and one that cannot be named get the same answer, and pages count tries (docs/decisions/0028).
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import clock, organisations
from engine.actors import Actor
from engine.errors import Conflict, InvalidAnswers, Message, NotAllowed, NotFound
from engine.exactly import find_exactly
from engine.permissions import require
from engine.relations import codes, rules, telling, trail
from engine.relations.rules import Terms
from engine.store import new_id
from engine.store import tables as t

_KEEPERS: Final = ("department", "town")


def propose(session: Session, other: str, terms: Terms, *, actor: Actor) -> t.Relation:
    """Propose a relation; its other side's principal is told and decides.

    Args:
        other: the full name or the social credit code of an enterprise of the register.

    Raises:
        NotAllowed: the role, or no enterprise. InvalidAnswers: field by field; also when nobody
        of that name can be asked, or the same was proposed already.
    """
    host = _host(session, actor)
    found = find_exactly(session, other, kinds=("enterprise",), but=host.id)
    problems = _problems(terms)
    if found is None:
        problems["organisation"] = [_NOT_FOUND]
    if problems or found is None:
        raise InvalidAnswers(problems)
    row = _write(
        session, host, rules.clean_terms(terms), "proposed", found.name, found.uscc, actor,
        related_id=found.id,
    )  # fmt: skip
    telling.proposed(session, row, host.name)
    return row


def invite(
    session: Session,
    name: str,
    uscc: str,
    terms: Terms,
    *,
    keeper_id: UUID | None = None,
    actor: Actor,
) -> t.Relation:
    """Invite an enterprise that is not in the register yet.

    Args:
        uscc: its social credit code; empty for the self-employed who have none.
        keeper_id: the department or town asked to enter it; None for the office.

    Raises:
        NotAllowed: the role, or no enterprise. InvalidAnswers: field by field.
        Conflict: too many invitations wait already.
    """
    host = _host(session, actor)
    problems = _problems(terms)
    name = rules.plain(name)
    if not 2 <= len(name) <= rules.LONGEST["name"]:
        problems["name"] = [Message("请填写对方的全称。", "Give the full name of the other side.")]
    try:
        code = organisations.clean_uscc(uscc)
    except InvalidAnswers as wrong:
        problems |= wrong.errors
        code = None
    if keeper_id is not None and keeper_id not in {one.id for one in keepers(session, actor=actor)}:
        problems["keeper"] = [Message("请重新选择由谁登记。", "Choose again who is to enter it.")]
    if (code and code == host.uscc) or name == host.name:
        problems["name"] = [Message("不能邀请本单位。", "That is your own enterprise.")]
    if problems:
        raise InvalidAnswers(problems)
    _refuse_flood(session, host)
    row = _write(
        session, host, rules.clean_terms(terms), "invited", name, code, actor,
        keeper_id=keeper_id, expires_at=clock.now() + rules.INVITED_FOR,
    )  # fmt: skip
    row.code_digest = codes.digest(session, codes.code_of(session, row))
    session.flush()
    asked = [keeper_id] if keeper_id else offices_of(session, host)
    telling.keepers(session, row, host.name, asked)
    return row


def keepers(session: Session, *, actor: Actor) -> list[t.Organisation]:
    """Give the departments and towns of the actor's district that may be asked to enter."""
    host = session.get_one(t.Organisation, actor.organisation_id)
    own = t.Organisation
    return list(
        session.scalars(
            select(own)
            .where(own.parent_id.in_(offices_of(session, host)), own.kind.in_(_KEEPERS))
            .order_by(own.kind.desc(), own.name, own.id)
        )
    )


def offices_of(session: Session, host: t.Organisation) -> list[UUID]:
    """Give the offices of an enterprise's district: its own, or that of who stands over it."""
    own = t.Organisation
    over = [one for one in (host.department_id, host.town_id) if one is not None]
    above = select(own.parent_id).where(own.id.in_(over))
    found = select(own.id).where(
        or_(own.id == host.parent_id, own.id.in_(above)), own.kind == "office"
    )
    return list(session.scalars(found.order_by(own.id)))


def _host(session: Session, actor: Actor) -> t.Organisation:
    require(actor, "relation:manage")
    if actor.organisation_kind != "enterprise":
        raise NotAllowed("相关方由企业自己登记。", "Enterprises say who works for them.")
    # One after the other, or two at once would not see each other.
    found = session.scalar(
        select(t.Organisation)
        .where(t.Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound()
    return found


def _problems(terms: Terms) -> dict[str, list[Message]]:
    try:
        rules.clean_terms(terms)
    except InvalidAnswers as wrong:
        return dict(wrong.errors)
    return {}


def _write(
    session: Session, host: t.Organisation, terms: Terms, state: str, name: str,
    uscc: str | None, actor: Actor, **more: Any,
) -> t.Relation:  # fmt: skip
    related = more.get("related_id")
    party = related.hex if related else f"{uscc or ''} {name}".strip()
    _refuse_double(session, host.id, party, terms, actor)
    row = t.Relation(
        organisation_id=host.id,
        id=new_id(),
        kind=terms.kind,
        name=name,
        uscc=uscc,
        party=party,
        subject=terms.subject,
        state=state,
        from_on=terms.from_on,
        until_on=terms.until_on,
        coordinator=terms.coordinator,
        is_offered=terms.is_offered,
        agreement_files=[],
        proposed_at=clock.now(),
        proposed_by=actor.user_id,
        **more,
    )
    session.add(row)
    session.flush()
    trail.note(session, row, state, actor)
    return row


def _refuse_double(session: Session, host_id: UUID, party: str, terms: Terms, actor: Actor) -> None:
    own = t.Relation
    open_ = session.scalar(
        select(func.count()).select_from(own).where(
            own.organisation_id == host_id, own.state.in_(rules.OPEN)
        )
    )  # fmt: skip
    if (open_ or 0) >= rules.MOST_OPEN:
        raise Conflict(
            "登记的相关方太多，请先结束不再往来的。", "Too many relations; end those that are over."
        )
    same = session.scalars(
        select(own).where(
            own.organisation_id == host_id,
            own.party == party,
            own.kind == terms.kind,
            own.subject == terms.subject,
            own.state.in_(rules.OPEN),
        )
    ).one_or_none()
    if same is not None and rules.state_of(same) == "expired":
        # Its time is over; the new one takes its place.
        same.state, same.ended_at = "withdrawn", clock.now()
        trail.note(session, same, "withdrawn", actor, data={"reason": "已过期，重新邀请"})
    elif same is not None:
        raise InvalidAnswers.at(
            "subject",
            "和这家单位的同一项关系已经登记，不用再提。",
            "The same relation with this enterprise is there already.",
        )


def _refuse_flood(session: Session, host: t.Organisation) -> None:
    waiting = session.scalar(
        select(func.count()).select_from(t.Relation).where(
            t.Relation.organisation_id == host.id,
            t.Relation.state == "invited",
            t.Relation.expires_at > clock.now(),
        )
    )  # fmt: skip
    if (waiting or 0) >= rules.MOST_INVITED:
        raise Conflict(
            f"已有 {rules.MOST_INVITED} 份邀请在等待登记，请先撤回不需要的。",
            f"{rules.MOST_INVITED} invitations wait already; withdraw those you do not need.",
        )


_NOT_FOUND: Final = Message(
    "没有找到可以提出的单位。请核对全称或统一社会信用代码，须与对方在本系统登记的完全一致；"
    "对方还没有登记的，请发邀请。",
    "No enterprise can be asked. Check its full name or social credit code: it has to be exactly "
    "as entered in this system. If it is not entered yet, invite it.",
)
