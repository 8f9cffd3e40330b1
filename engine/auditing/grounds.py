"""The ground on which somebody above an enterprise looks into its histories (R-41; domain.md C6).

An inspection law asks for a plan or a reason before an enterprise is looked into (安法 65; the
district's inspection plans); here it is stated once, for a while, and every look cites it. A ground
is personal; a grant comes from the enterprise and holds for everybody of the organisation.

What needs one: everything that tells one case's history — its page, print, diagram, answers,
papers, photos, audit file, and the same over the API. What does not: ledgers, lists and figures.
They show rows and counts that the enterprise has to report anyway (安法 41, R-57), and a duty that
falls due every month needs no reason each time; who goes from a row into the case is asked there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.errors import GroundNeeded, InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.store import new_id, visible_to
from engine.store import tables as t

#: Kind → its name. A grant is not stated by who looks, but given (engine/auditing/grants.py).
KINDS: Final[Mapping[str, Message]] = {
    "plan": Message("检查计划", "Inspection plan"),
    "campaign": Message("专项行动", "Campaign"),
    "complaint": Message("投诉举报", "Complaint"),
    "accident": Message("事故调查", "Accident"),
    "month_end": Message("月度核对", "Check of a month"),
    "other": Message("其他法定职责", "Other duty by law"),
    "grant": Message("企业授权", "Granted by the enterprise"),
    # To one it names, for some of its cases (engine/auditing/named.py): never a ground to look
    # from above.
    "named": Message("企业指名授权", "Granted by the enterprise, by name"),
}
GIVEN: Final = ("grant", "named")
STATED: Final = tuple(kind for kind in KINDS if kind not in GIVEN)
#: No ground holds longer: who still needs one states it again.
LONGEST_DAYS: Final = 30
REFERENCE_LENGTH: Final = 200
PURPOSE_LENGTH: Final = 500
#: The kinds of organisations that look from above.
ABOVE: Final = ("office", "department", "town", "group")


def looks_from_above(actor: Actor, organisation_id: UUID) -> bool:
    """Say whether for this actor the histories of that organisation need a ground."""
    return actor.organisation_kind in ABOVE and actor.organisation_id != organisation_id


def state(
    session: Session,
    *,
    kind: str,
    reference: str,
    purpose: str = "",
    enterprise_id: UUID | None = None,
    expires_on: date | None = None,
    actor: Actor,
) -> t.AuditGround:
    """State a ground for oneself; it holds from now to the end of a day.

    Args:
        reference: the number of the plan, the campaign, the complaint; the enterprise sees it.
        enterprise_id: the one enterprise it is about; None for all the actor may see.
        expires_on: its last day, by default today.

    Raises:
        NotAllowed: the actor looks on no enterprise. InvalidAnswers: something is missing.
        NotFound: the enterprise is not the actor's to see.
    """
    require(actor, "auditing:state")
    last = expires_on or clock.local_date()
    problems = _problems(kind, reference.strip(), purpose.strip(), enterprise_id, last)
    if problems:
        raise InvalidAnswers(problems)
    if enterprise_id is not None:
        _require_enterprise(session, enterprise_id, actor)
    row = t.AuditGround(
        organisation_id=actor.organisation_id,
        id=new_id(),
        user_id=actor.user_id,
        kind=kind,
        reference=reference.strip(),
        purpose=purpose.strip() or None,
        enterprise_id=enterprise_id,
        stated_at=clock.now(),
        expires_at=end_of(last),
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, ground_id: UUID, *, actor: Actor) -> None:
    """End one's own ground before its day; what was looked at under it stays on record.

    Raises:
        NotFound: it is not the actor's, or has ended.
    """
    require(actor, "auditing:state")
    row = session.get(t.AuditGround, (actor.organisation_id, ground_id))
    if row is None or row.user_id != actor.user_id or row.kind in GIVEN:
        raise NotFound()
    end_now(row)


def end_now(row: t.AuditGround) -> None:
    """End a ground that still holds.

    Raises:
        NotFound: it has ended already.
    """
    now = clock.now()
    if row.expires_at <= now:
        raise NotFound()
    row.expires_at = now


def find_in_force(
    session: Session, organisation_id: UUID | None, *, actor: Actor
) -> t.AuditGround | None:
    """Give the ground the actor has for that enterprise now, the nearest to it first, or None.

    Args:
        organisation_id: the enterprise; None asks for a ground that covers all.
    """
    ground = t.AuditGround
    found: t.AuditGround | None = session.scalar(
        select(ground)
        .where(
            ground.organisation_id == actor.organisation_id,
            _is_theirs(actor),
            ground.expires_at > clock.now(),
            or_(ground.enterprise_id.is_(None), ground.enterprise_id == organisation_id),
        )
        .order_by(
            case((ground.enterprise_id.is_(None), 1), else_=0), ground.stated_at.desc(), ground.id
        )
        .limit(1)
    )
    return found


def require_ground(
    session: Session, organisation_id: UUID | None, *, actor: Actor
) -> t.AuditGround | None:
    """Give the ground under which the actor may look; None where none is needed.

    Args:
        organisation_id: the enterprise; None for all of them, as an analysis of histories does.

    Raises:
        GroundNeeded: one has to be stated first.
    """
    if actor.organisation_kind not in ABOVE or actor.organisation_id == organisation_id:
        return None
    if organisation_id is not None and not _is_enterprise(session, organisation_id):
        # What those above do among themselves, such as guidance visits, is their own business.
        return None
    found = find_in_force(session, organisation_id, actor=actor)
    if found is None:
        raise GroundNeeded(organisation_id=str(organisation_id) if organisation_id else None)
    return found


def list_own(session: Session, *, actor: Actor, limit: int = 50) -> Sequence[Any]:
    """Give the actor's grounds, those granted to their organisation too, the latest first.

    Columns: the ground's, `enterprise` (its name, or None), `stated_by`.
    """
    require(actor, "auditing:state")
    ground = t.AuditGround
    return session.execute(
        select(
            *ground.__table__.c,
            t.Organisation.name.label("enterprise"),
            t.User.name.label("stated_by"),
            (ground.expires_at > clock.now()).label("holds"),
        )
        .outerjoin(t.Organisation, t.Organisation.id == ground.enterprise_id)
        .join(t.User, t.User.id == ground.user_id)
        .where(ground.organisation_id == actor.organisation_id, _is_theirs(actor))
        .order_by(ground.expires_at.desc(), ground.id.desc())
        .limit(limit)
    ).all()


def find_enterprise(session: Session, text: str, *, actor: Actor) -> t.Organisation | None:
    """Give the enterprise somebody means by its name, code or credit code, if they may see it."""
    wanted = text.strip()
    organisation = t.Organisation
    statement = select(organisation).where(
        organisation.kind == "enterprise",
        or_(
            organisation.name == wanted,
            organisation.code == wanted.upper(),
            organisation.uscc == wanted.upper(),
        ),
    )
    found = session.scalars(visible_to(actor, statement, sight="both").limit(2)).all()
    return found[0] if len(found) == 1 else None


def end_of(day: date) -> datetime:
    """Give the moment at which a day ends in China."""
    end = datetime.combine(day + timedelta(days=1), time(), clock.LOCAL_ZONE)
    return end.astimezone(UTC)


def _is_enterprise(session: Session, organisation_id: UUID) -> bool:
    kind = session.scalar(select(t.Organisation.kind).where(t.Organisation.id == organisation_id))
    return kind == "enterprise"


def _is_theirs(actor: Actor) -> ColumnElement[bool]:
    # Who granted by name in one organisation may work in the other, and looks on no such ground.
    stated = and_(t.AuditGround.user_id == actor.user_id, t.AuditGround.kind.not_in(GIVEN))
    return or_(stated, t.AuditGround.kind == "grant")


def _require_enterprise(session: Session, enterprise_id: UUID, actor: Actor) -> None:
    statement = select(func.count()).select_from(t.Organisation)
    statement = statement.where(
        t.Organisation.id == enterprise_id, t.Organisation.kind == "enterprise"
    )
    if not session.scalar(visible_to(actor, statement, sight="both")):
        raise NotFound()


def _problems(
    kind: str, reference: str, purpose: str, enterprise_id: UUID | None, last: date
) -> dict[str, list[Message]]:
    today = clock.local_date()
    found = {
        "kind": kind not in STATED
        and Message("请选择依据的种类。", "Choose what kind of ground it is."),
        "reference": not 0 < len(reference) <= REFERENCE_LENGTH
        and Message(
            "请填写文号、计划编号或受理编号，不超过 200 个字。",
            "Give the number of the plan, the document or the complaint, up to 200 characters.",
        ),
        "purpose": len(purpose) > PURPOSE_LENGTH
        and Message("目的不超过 500 个字。", "The purpose takes up to 500 characters."),
        "expires_on": not today <= last <= today + timedelta(days=LONGEST_DAYS - 1)
        and Message(
            "有效期从今天起，最长 30 天。", "It holds from today on, for 30 days at the most."
        ),
    }
    if not purpose and (kind == "other" or enterprise_id is None):
        found["purpose"] = Message(
            "依据为“其他”或范围为全部企业时，请写明查阅目的。",
            "Say what for, when the ground is another one or covers all enterprises.",
        )
    return {field: [problem] for field, problem in found.items() if problem}
