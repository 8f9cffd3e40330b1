"""Who was invited comes into the register, or turns out to be in it: the relation finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, NotAllowed, NotFound
from engine.permissions import require
from engine.relations import codes, rules, telling, trail
from engine.store import organisations_of
from engine.store import tables as t

_MOST_LISTED = 200


def waiting(session: Session, *, actor: Actor, limit: int = _MOST_LISTED) -> Sequence[Any]:
    """Give the invited enterprises that the actor's unit is asked to enter, the oldest first.

    A department or town is asked by name; the office is asked for all of its district. Columns:
    those of the relation, `host`, `keeper`, and `known_id` of the enterprise that has its code.

    Raises:
        NotAllowed: the role, or an enterprise.
    """
    _require_keeper(actor)
    host, keeper, known = (t.Organisation.__table__.alias() for _ in range(3))
    own = t.Relation
    return session.execute(
        select(*own.__table__.c, host.c.name.label("host"), keeper.c.name.label("keeper"),
               known.c.id.label("known_id"))
        .join(host, host.c.id == own.organisation_id)
        .outerjoin(keeper, keeper.c.id == own.keeper_id)
        .outerjoin(known, known.c.uscc == own.uscc)
        .where(_asked(actor), own.state == "invited", own.expires_at > clock.now())
        .order_by(own.proposed_at, own.id)
        .limit(limit)
    ).all()  # fmt: skip


def get_invited(session: Session, relation_id: UUID, *, actor: Actor) -> t.Relation:
    """Give an invitation that the actor's unit is asked to follow.

    Raises:
        NotAllowed: the role, or an enterprise. NotFound: there is none, or not for them.
    """
    _require_keeper(actor)
    own = t.Relation
    found = session.scalar(
        select(own)
        .where(
            own.id == relation_id,
            own.state == "invited",
            own.expires_at > clock.now(),
            _asked(actor),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound()
    return found


def bind(
    session: Session, relation_id: UUID, organisation: t.Organisation, *, actor: Actor
) -> None:
    """Bind an invitation to an enterprise the actor keeps, which is then asked to confirm.

    Raises:
        NotAllowed, NotFound: as `get_invited`. Conflict: it was another one that was invited.
    """
    row = get_invited(session, relation_id, actor=actor)
    if not is_invited(row, organisation):
        raise _another()
    _bind(session, row, organisation, actor)


def bind_known(session: Session, relation_id: UUID, *, actor: Actor) -> None:
    """Bind an invitation to the enterprise of its credit code, in the register already."""
    row = get_invited(session, relation_id, actor=actor)
    found = row.uscc and session.scalar(
        select(t.Organisation).where(
            t.Organisation.uscc == row.uscc, t.Organisation.kind == "enterprise"
        )
    )
    if not found:
        raise NotFound()
    _bind(session, row, found, actor)


def find_invited(session: Session, organisations: Sequence[t.Organisation], *, actor: Actor) -> int:
    """Bind the invitations that name the code of one that was just entered; says how many."""
    by_code = {one.uscc: one for one in organisations if one.uscc}
    if not by_code:
        return 0
    own = t.Relation
    rows = session.scalars(
        select(own)
        .where(own.uscc.in_(by_code), own.state == "invited", own.expires_at > clock.now())
        .with_for_update()
    ).all()
    done = 0
    for row in rows:
        if row.uscc is not None and row.organisation_id != by_code[row.uscc].id:
            _bind(session, row, by_code[row.uscc], actor)
            done += 1
    return done


def open_invitation(session: Session, code: str) -> t.Relation | None:
    """Give the invitation of a code while it holds: not answered, withdrawn or expired."""
    row = codes.find(session, code)
    if row is None or row.state not in ("invited", "proposed") or row.expires_at is None:
        return None
    return row if row.expires_at > clock.now() else None


def accept(session: Session, code: str, *, actor: Actor) -> UUID:
    """Confirm an invitation by its code, as the principal of the enterprise that was invited.

    Raises:
        NotAllowed: the role, or no enterprise. NotFound: no such invitation.
        Conflict: it was another enterprise that was invited, or the same was proposed meanwhile.
    """
    require(actor, "relation:answer")
    row = open_invitation(session, code)
    if row is None or actor.organisation_kind != "enterprise":
        raise NotFound()
    session.refresh(row, with_for_update=True)
    if row.state not in ("invited", "proposed"):
        raise NotFound()
    own = session.get_one(t.Organisation, actor.organisation_id)
    bound = row.related_id is not None
    if row.related_id != own.id and (bound or not is_invited(row, own)):
        raise _another()
    if not bound:
        _bind(session, row, own, actor, tell=False)
    if row.state != "proposed":
        raise Conflict(
            "邀请方已经直接向本单位提出同一项关系，请在“相关方”里确认那一项。",
            "The host has proposed the same relation to you directly; answer that one under "
            "“Related parties”.",
        )
    row.state, row.answered_at = "in_force", clock.now()
    trail.note(session, row, "confirmed", actor)
    telling.tell(
        session, row, row.organisation_id, "relation_confirmed", telling.KEEPERS, name=own.name
    )
    return row.id


def is_invited(row: Any, organisation: Any) -> bool:
    """Say whether an invitation means this enterprise: by its code, or without one by its name."""
    if row.organisation_id == organisation.id:
        return False
    if row.uscc:
        return bool(row.uscc == organisation.uscc)
    return bool(row.name == organisation.name)


def prefilled(row: Any) -> Mapping[str, Any]:
    """Give what an invitation says for the form of the register."""
    return {"name": row.name, "uscc": row.uscc or ""}


def _bind(
    session: Session, row: t.Relation, organisation: t.Organisation, actor: Actor, *,
    tell: bool = True,
) -> None:  # fmt: skip
    own = t.Relation
    same = exists().where(
        own.organisation_id == row.organisation_id,
        own.party == organisation.id.hex,
        own.kind == row.kind,
        own.subject == row.subject,
        own.state.in_(rules.OPEN),
    )
    if session.scalar(select(same)):
        # It was proposed to them meanwhile; one is enough.
        row.state, row.ended_at = "withdrawn", clock.now()
        trail.note(session, row, "withdrawn", actor, data={"reason": "已有同一项关系"})
        return
    row.related_id, row.party = organisation.id, organisation.id.hex
    row.name, row.uscc, row.state = organisation.name, organisation.uscc, "proposed"
    trail.note(session, row, "entered", actor)
    if tell:
        telling.proposed(session, row, telling.name_of(session, row.organisation_id))


def _asked(actor: Actor) -> Any:
    own = t.Relation
    if actor.organisation_kind != "office":
        return own.keeper_id == actor.organisation_id
    below = and_(own.organisation_id.in_(organisations_of(actor)))
    return or_(below, own.keeper_id.in_(organisations_of(actor)))


def _require_keeper(actor: Actor) -> None:
    require(actor, "registry:manage")
    if actor.organisation_kind == "enterprise":
        raise NotAllowed(
            "受邀单位由区安委办、主管部门或街镇登记。",
            "Those above enterprises enter who was invited.",
        )


def _another() -> Conflict:
    return Conflict(
        "邀请的不是这家单位：统一社会信用代码或名称不一致。请邀请方核对后重新邀请。",
        "Another enterprise was invited: code or name differ. The host has to invite anew.",
    )
