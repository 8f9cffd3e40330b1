"""An enterprise lets an organisation above it look into its histories, until a day (R-41)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.auditing import telling
from engine.auditing.grounds import ABOVE, GIVEN, PURPOSE_LENGTH, end_now, end_of
from engine.errors import InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.store import new_id, next_number
from engine.store import tables as t

#: The longest a grant holds; it can be given again.
LONGEST_DAYS: Final = 366
_SERIES: Final = "grant"


def grant(
    session: Session, to_organisation_id: UUID, *, purpose: str, expires_on: date, actor: Actor
) -> t.AuditGround:
    """Let everybody of an organisation who looks from above read the enterprise's histories.

    It widens nothing that the organisation may see; it is the ground on which it looks.

    Args:
        expires_on: the last day.

    Raises:
        NotAllowed: the actor may not grant. InvalidAnswers: something is missing.
        NotFound: the organisation does not stand above the enterprise.
    """
    require(actor, "auditing:grant")
    problems = problems_of(purpose.strip(), expires_on)
    if problems:
        raise InvalidAnswers(problems)
    if to_organisation_id not in {row.id for row in grantable(session, actor=actor)}:
        raise NotFound()
    own = session.get_one(t.Organisation, actor.organisation_id)
    row = t.AuditGround(
        organisation_id=to_organisation_id,
        id=new_id(),
        user_id=actor.user_id,
        kind="grant",
        reference=number_of(session, own),
        purpose=purpose.strip(),
        enterprise_id=own.id,
        stated_at=clock.now(),
        expires_at=end_of(expires_on),
    )
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, ground_id: UUID, *, actor: Actor) -> None:
    """End a grant before its day; what was looked at under it stays on record.

    Raises:
        NotFound: the enterprise has given no such grant, or it has ended.
    """
    require(actor, "auditing:grant")
    row = session.scalar(
        select(t.AuditGround).where(
            t.AuditGround.id == ground_id,
            t.AuditGround.enterprise_id == actor.organisation_id,
            t.AuditGround.kind.in_(GIVEN),
        )
    )
    if row is None:
        raise NotFound()
    end_now(row)
    if row.kind == "named":
        telling.withdrawn(session, row)


def given(session: Session, *, actor: Actor, limit: int = 100) -> Sequence[Any]:
    """Give the grants of the actor's enterprise, those that hold first.

    Columns: the ground's, `to_organisation`, `granted_by`, `number` (of the one case it covers, or
    None), `holds`.
    """
    require(actor, "auditing:seen")
    ground = t.AuditGround
    return session.execute(
        select(
            *ground.__table__.c,
            t.Organisation.name.label("to_organisation"),
            t.User.name.label("granted_by"),
            t.Instance.number,
            (ground.expires_at > clock.now()).label("holds"),
        )
        .join(t.Organisation, t.Organisation.id == ground.organisation_id)
        .join(t.User, t.User.id == ground.user_id)
        .outerjoin(
            t.Instance,
            (t.Instance.organisation_id == ground.enterprise_id)
            & (t.Instance.id == ground.instance_id),
        )
        .where(ground.enterprise_id == actor.organisation_id, ground.kind.in_(GIVEN))
        .order_by(ground.expires_at.desc(), ground.id.desc())
        .limit(limit)
    ).all()


def grantable(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give (id, name, kind) of the organisations above the actor's enterprise.

    Those are its department and those that supervise it besides, its town, its group up to the
    top, and the office over them.
    """
    require(actor, "auditing:grant")
    own = session.get_one(t.Organisation, actor.organisation_id)
    over = (
        select(t.Organisation.id, t.Organisation.parent_id)
        .where(t.Organisation.id.in_([one for one in _above(session, own) if one]))
        .cte("above", recursive=True)
    )
    parents = select(t.Organisation.id, t.Organisation.parent_id).join(
        over, t.Organisation.id == over.c.parent_id
    )
    over = over.union(parents)
    return session.execute(
        select(t.Organisation.id, t.Organisation.name, t.Organisation.kind)
        .where(t.Organisation.id.in_(select(over.c.id)), t.Organisation.kind.in_(ABOVE))
        .order_by(t.Organisation.kind, t.Organisation.name)
    ).all()


def _above(session: Session, own: t.Organisation) -> tuple[UUID | None, ...]:
    besides = select(t.CoSupervision.department_id).where(t.CoSupervision.organisation_id == own.id)
    axes = (own.department_id, own.town_id, own.group_id, own.parent_id)
    return *axes, *session.scalars(besides)


def number_of(session: Session, own: t.Organisation) -> str:
    """Give the number of an enterprise's next grant."""
    count = next_number(session, own.id, _SERIES)
    return f"SQ-{own.code}-{clock.local_date().year}-{count:05d}"


def problems_of(purpose: str, expires_on: date) -> dict[str, list[Message]]:
    """Say what is missing in a grant, by its field."""
    today = clock.local_date()
    found: dict[str, list[Message]] = {}
    if not 0 < len(purpose) <= PURPOSE_LENGTH:
        words = Message(
            "请写明为什么授权，不超过 500 个字。", "Say what for, up to 500 characters."
        )
        found["purpose"] = [words]
    if not today <= expires_on <= today + timedelta(days=LONGEST_DAYS):
        found["expires_on"] = [
            Message("截止日从今天起，最长一年。", "It ends today or later, within a year.")
        ]
    return found
