"""An authority's supervision 挂牌督办 of a major, and its end 核销.

Both stand apart from the closure 销号: only the authority strikes off, and what the enterprise
closed stays on the register until then (order 16 arts. 18, 23; domain.md 0.3 (7)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import Conflict, NotFound
from engine.majors import asked, own
from engine.majors.files import take
from engine.majors.standing import open_count
from engine.store import new_id
from engine.store.tables import Membership, Supervision


def put_under_supervision(
    session: Session,
    instance_id: UUID,
    *,
    authority: str,
    case_number: str,
    listed_on: date | None,
    due_on: date | None = None,
    note: str = "",
    files: Sequence[str] = (),
    actor: Actor,
) -> Supervision:
    """Note that an authority supervises a major 挂牌督办: by itself, or by the enterprise.

    Raises:
        NotAllowed, NotFound: not the actor's to do; a group lists nothing.
        InvalidAnswers: field by field; the enterprise shows the authority's notice.
        Conflict: this authority supervises it already.
    """
    row = own.watched(session, instance_id, actor)
    wrong = asked.Wrong()
    wrong.need("authority", authority, 200)
    wrong.need("case_number", case_number, 60)
    wrong.past("listed_on", listed_on)
    wrong.most("note", note, 500)
    if due_on is not None and listed_on is not None and due_on < listed_on:
        wrong.at("due_on", "督办期限不能早于挂牌日期。", "It cannot be due before it was listed.")
    if own.is_own(row, actor):
        wrong.document("files", files)
    wrong.stop()
    for one in _rows(session, row):
        if one.authority == authority.strip() and one.cancelled_on is None:
            raise Conflict(
                f"{one.authority}已挂牌督办（{one.case_number}），不用再登记。",
                f"{one.authority} supervises it already ({one.case_number}).",
            )
    entry = Supervision(
        organisation_id=row.organisation_id,
        id=new_id(),
        instance_id=row.id,
        authority=authority.strip(),
        case_number=case_number.strip(),
        listed_on=listed_on,
        due_on=due_on,
        files=take(session, row, files, actor=actor),
        note=note.strip() or None,
        entered_at=clock.now(),
        entered_by=actor.user_id,
    )
    session.add(entry)
    data = {
        **_facts(entry),
        "listed_on": str(listed_on),
        "due_on": str(due_on) if due_on else None,
        "files": entry.files,
        "note": entry.note,
    }
    own.note(session, row, "supervision:listed", data, actor, "major:supervise")
    return entry


def apply_for_check(
    session: Session,
    instance_id: UUID,
    supervision_id: UUID,
    *,
    applied_on: date | None,
    files: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Note that the enterprise asked the authority to check and strike off (order 16 art. 18).

    Raises:
        NotAllowed, NotFound: not the actor's to do. InvalidAnswers: the day is wrong.
        Conflict: it is struck off already.
    """
    row = own.own(session, instance_id, actor, "major:supervise")
    entry = _supervision(session, row, supervision_id)
    wrong = asked.Wrong()
    wrong.past("applied_on", applied_on, since=entry.listed_on)
    wrong.stop()
    _require_listed(entry)
    entry.applied_on = applied_on
    entry.files = [*entry.files, *take(session, row, files, actor=actor)]
    data = {**_facts(entry), "applied_on": str(applied_on), "files": list(files)}
    own.note(session, row, "supervision:applied", data, actor, "major:supervise")


def strike_off(
    session: Session,
    instance_id: UUID,
    supervision_id: UUID,
    *,
    cancelled_on: date | None,
    cancelled_by: str,
    files: Sequence[str] = (),
    actor: Actor,
) -> None:
    """Note that the authority struck a major off 核销; this closes nothing.

    Args:
        cancelled_by: who decided, or the number of the decision.

    Raises:
        NotAllowed, NotFound: not the actor's to do, such as another authority's entry.
        InvalidAnswers: field by field; the enterprise shows the decision.
        Conflict: it is struck off already.
    """
    row = own.watched(session, instance_id, actor)
    entry = _supervision(session, row, supervision_id)
    require_authority(session, row, supervision_id, actor=actor)
    wrong = asked.Wrong()
    wrong.past("cancelled_on", cancelled_on, since=entry.listed_on)
    wrong.need("cancelled_by", cancelled_by, 100)
    if own.is_own(row, actor):
        wrong.document("files", files)
    wrong.stop()
    _require_listed(entry)
    entry.cancelled_on, entry.cancelled_by = cancelled_on, cancelled_by.strip()
    entry.files = [*entry.files, *take(session, row, files, actor=actor)]
    session.flush()
    data = {
        **_facts(entry),
        "cancelled_on": str(cancelled_on),
        "cancelled_by": entry.cancelled_by,
        "files": list(files),
        "remaining": open_count(session, row),
    }
    own.note(session, row, "supervision:cancelled", data, actor, "major:supervise")


def may_strike_off(session: Session, row: Any, supervision_id: UUID, *, actor: Actor) -> bool:
    """Say whether the unit that listed a major is the actor's, not another that sees it too.

    The office keeps the district's list; what the enterprise entered from a notice it was sent is
    struck off by it, with the decision, or by whoever watches over it.
    """
    if own.is_own(row, actor) or actor.organisation_kind == "office":
        return True
    homes = session.scalars(
        select(Membership.organisation_id)
        .join(Supervision, Supervision.entered_by == Membership.user_id)
        .where(Supervision.organisation_id == row.organisation_id, Supervision.id == supervision_id)
    )
    return not {actor.organisation_id, row.organisation_id}.isdisjoint(homes)


def require_authority(session: Session, row: Any, supervision_id: UUID, *, actor: Actor) -> None:
    """Raise NotAllowed unless `may_strike_off`."""
    if not may_strike_off(session, row, supervision_id, actor=actor):
        raise asked.not_yours(
            "这条挂牌督办由其他部门登记，请由该部门登记核销。",
            "Another authority entered this supervision; that authority strikes it off.",
            row.id,
        )


def _rows(session: Session, row: Any) -> Sequence[Supervision]:
    return session.scalars(
        select(Supervision).where(
            Supervision.organisation_id == row.organisation_id, Supervision.instance_id == row.id
        )
    ).all()


def _supervision(session: Session, row: Any, supervision_id: UUID) -> Supervision:
    found = session.get(Supervision, (row.organisation_id, supervision_id), with_for_update=True)
    if found is None or found.instance_id != row.id:
        raise NotFound()
    return found


def _require_listed(entry: Supervision) -> None:
    if entry.cancelled_on is not None:
        raise Conflict(
            f"{entry.authority}已于 {entry.cancelled_on} 核销。",
            f"{entry.authority} struck it off on {entry.cancelled_on}.",
        )


def _facts(entry: Supervision) -> dict[str, Any]:
    return {
        "supervision": str(entry.id),
        "authority": entry.authority,
        "case_number": entry.case_number,
    }
