"""An enterprise lets an organisation it names read histories of its own, until a day (R-41).

Whoever stands above an enterprise sees its cases anyway and needs only a ground (engine/auditing/
grants.py). An organisation named here, such as an assessing body or an insurer, sees nothing else
of the enterprise: not its ledgers, lists, papers, photos or people, only the history, the replay
and the audit file of the cases it was granted, as somebody with no role in the house reads them.

Organisations are named by their full name or their unified social credit code and never listed;
one that is not there and one that cannot be granted get the same answer, and pages count tries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import GRANTEE, Actor
from engine.auditing import telling
from engine.auditing.grants import number_of, problems_of
from engine.auditing.grounds import ABOVE, end_of
from engine.errors import InvalidAnswers, Message, NotFound
from engine.exactly import find_exactly
from engine.permissions import require
from engine.store import new_id
from engine.store import tables as t

#: The kind of such a ground.
NAMED: Final = "named"
#: The longest name or number that is looked for.
_LONGEST: Final = 200


def grant(
    session: Session,
    organisation: str,
    *,
    purpose: str,
    expires_on: date,
    case_number: str | None = None,
    actor: Actor,
) -> t.AuditGround:
    """Let an organisation of the installation read cases of the actor's enterprise.

    Args:
        organisation: its full name or its unified social credit code.
        expires_on: the last day, within a year.
        case_number: the report's number of the one case; None for all cases.

    Raises:
        NotAllowed: the actor may not grant. InvalidAnswers: something is missing, the organisation
            is not found or the enterprise has no such case.
    """
    require(actor, "auditing:grant")
    own = session.get_one(t.Organisation, actor.organisation_id)
    problems = problems_of(purpose.strip(), expires_on)
    target = find_exactly(session, organisation, kinds=(*ABOVE, "enterprise"), but=own.id)
    if target is None:
        problems["organisation"] = [_NOT_FOUND]
    case = None
    if case_number is not None:
        case = _case_numbered(session, own.id, case_number)
        if case is None:
            problems["case_number"] = [_NO_CASE]
    if problems or target is None:
        raise InvalidAnswers(problems)
    row = t.AuditGround(
        organisation_id=target.id,
        id=new_id(),
        user_id=actor.user_id,
        kind=NAMED,
        reference=number_of(session, own),
        purpose=purpose.strip(),
        enterprise_id=own.id,
        instance_id=case,
        stated_at=clock.now(),
        expires_at=end_of(expires_on),
    )
    session.add(row)
    session.flush()
    telling.given(session, row)
    return row


def held(session: Session, *, actor: Actor, limit: int = 100) -> Sequence[Any]:
    """Give what the actor's organisation was granted by name, what holds first.

    Columns: the ground's, `enterprise`, `number` (of the one case, or None), `holds`.

    Raises:
        NotAllowed: the actor does not read what was granted.
    """
    require(actor, "auditing:granted")
    ground = t.AuditGround
    return session.execute(
        select(
            *ground.__table__.c,
            t.Organisation.name.label("enterprise"),
            t.Instance.number,
            (ground.expires_at > clock.now()).label("holds"),
        )
        .join(t.Organisation, t.Organisation.id == ground.enterprise_id)
        .outerjoin(
            t.Instance,
            (t.Instance.organisation_id == ground.enterprise_id)
            & (t.Instance.id == ground.instance_id),
        )
        .where(ground.organisation_id == actor.organisation_id, ground.kind == NAMED)
        .order_by(ground.expires_at.desc(), ground.id.desc())
        .limit(limit)
    ).all()


def in_force(session: Session, ground_id: UUID, *, actor: Actor) -> t.AuditGround:
    """Give a ground that the actor's organisation was granted by name and that holds now.

    Raises:
        NotAllowed: the actor does not read what was granted.
        NotFound: there is none, it has ended or was withdrawn, or it is another organisation's.
    """
    require(actor, "auditing:granted")
    ground = t.AuditGround
    found: t.AuditGround | None = session.scalar(
        select(ground).where(
            ground.organisation_id == actor.organisation_id,
            ground.id == ground_id,
            ground.kind == NAMED,
            ground.expires_at > clock.now(),
        )
    )
    if found is None:
        raise NotFound()
    return found


def cases(
    session: Session,
    ground_id: UUID,
    *,
    actor: Actor,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Any]:
    """Give the cases that a grant covers, the newest first: id, number, title, state, started_at.

    Args:
        after: the last id of the page before.

    Raises:
        NotAllowed, NotFound: as `in_force`.
    """
    ground = in_force(session, ground_id, actor=actor)
    case = t.Instance
    statement = select(case.id, case.number, case.title, case.state, case.started_at)
    statement = statement.where(_covers(ground))
    if after is not None:
        statement = statement.where(case.id < after)
    return session.execute(statement.order_by(case.id.desc()).limit(limit)).all()


def open_case(
    session: Session, ground_id: UUID, instance_id: UUID, *, actor: Actor
) -> tuple[t.AuditGround, Any]:
    """Give the ground and the columns of a case that it covers.

    Raises:
        NotAllowed: the actor does not read what was granted.
        NotFound: the grant does not hold, or it does not cover that case.
    """
    ground = in_force(session, ground_id, actor=actor)
    columns = [column for column in t.Instance.__table__.c if column.key != "blob"]
    row = session.execute(
        select(*columns).where(_covers(ground), t.Instance.id == instance_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return ground, row


def enterprise_of(session: Session, ground: t.AuditGround) -> str:
    """Give the name of the enterprise that granted."""
    return session.scalars(
        select(t.Organisation.name).where(t.Organisation.id == ground.enterprise_id)
    ).one()


def looker(actor: Actor) -> Actor:
    """Give whoever looks as the case's chain names them: of their own organisation, as a guest."""
    return replace(actor, roles=frozenset({GRANTEE}))


def reader(ground: t.AuditGround, actor: Actor) -> Actor:
    """Give whoever looks as one who reads the enterprise's case with no role of the house."""
    return Actor(
        user_id=actor.user_id,
        name=actor.name,
        organisation_id=ground.enterprise_id,
        organisation_kind="enterprise",
        roles=frozenset({GRANTEE}),
    )


def _covers(ground: t.AuditGround) -> ColumnElement[bool]:
    covered: ColumnElement[bool] = t.Instance.organisation_id == ground.enterprise_id
    if ground.instance_id is not None:
        covered = covered & (t.Instance.id == ground.instance_id)
    return covered


def _case_numbered(session: Session, own_id: UUID, text: str) -> UUID | None:
    wanted = text.strip()
    if not 0 < len(wanted) <= _LONGEST:
        return None
    return session.scalar(
        select(t.Instance.id)
        .where(t.Instance.organisation_id == own_id, t.Instance.number == wanted)
        .limit(1)
    )


_NOT_FOUND: Final = Message(
    "不能授权给这个单位。请核对全称或统一社会信用代码，须与对方在本系统登记的完全一致。",
    "This organisation cannot be granted. Check its full name or unified social credit code: it "
    "has to be exactly as entered in this system.",
)
_NO_CASE: Final = Message(
    "本单位没有这个编号的事项。请填写报告编号。",
    "Your enterprise has no case of this number. Give the number of its report.",
)
