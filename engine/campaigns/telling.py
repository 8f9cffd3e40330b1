"""Telling those whom a campaign asks: that it begins, that they are awaited, what came of it.

A district may ask sixty thousand enterprises: they are told by a job, some hundreds at a time, and
what each was told is kept, so that nobody is told twice, nor reminded twice on one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.campaigns import asking
from engine.campaigns.trail import note
from engine.errors import Conflict, NotFound
from engine.jobs import Job, handler
from engine.permissions import require
from engine.store import new_id, upsert
from engine.store import tables as t

TELL: Final = "tell_campaign"
#: So many organisations in one transaction.
AT_ONCE: Final = 500
#: Days before the last one on which those above an enterprise are reminded by themselves.
AHEAD: Final = (3, 0)
_HOUR: Final = time(8)
_ABOVE: Final = ("department", "town", "group")
_ROLES: Final = {"enterprise": ("principal", "administrator")}
_OVERSEERS: Final = ("director", "officer")


def begin(session: Session, campaign: t.Campaign) -> None:
    """Let all who are asked be told, and those above enterprises be reminded before the end."""
    _queue(session, campaign, "opened", clock.now())
    _remind_ahead(session, campaign)


def extended(session: Session, campaign: t.Campaign, reason: str) -> None:
    """Tell those above enterprises of the new last day; reminders move with it.

    Enterprises that sent nothing are reminded of it, so many at a time.
    """
    facts = {"title": campaign.title, "closes_on": campaign.closes_on, "reason": reason[:200]}
    _tell_above(session, campaign, "campaign_extended", facts)
    _remind_ahead(session, campaign)
    if "enterprise" in campaign.kinds:
        _queue(session, campaign, "reminder", clock.now(), kinds=["enterprise"])


def cancelled(session: Session, campaign: t.Campaign) -> None:
    """Tell those above enterprises, and who entered something, that it is given up."""
    facts = {"title": campaign.title, "reason": (campaign.cancelled_reason or "")[:200]}
    _tell_above(session, campaign, "campaign_cancelled", facts)
    _tell_entrants(session, campaign, "campaign_cancelled", facts)


def published(session: Session, campaign: t.Campaign) -> None:
    """Tell those above enterprises, and who entered something, that there is a result."""
    facts = {"title": campaign.title}
    _tell_above(session, campaign, "campaign_result", facts)
    _tell_entrants(session, campaign, "campaign_result", facts)


def remind(session: Session, campaign_id: UUID, *, actor: Actor) -> None:
    """Let all who are asked and have sent nothing be reminded, once a day each.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: no cases are taken today, or all have sent some.
    """
    require(actor, "campaign:manage")
    row = session.get(t.Campaign, (actor.organisation_id, campaign_id), with_for_update=True)
    if row is None:
        raise NotFound()
    today = clock.local_date()
    if row.state != "open" or not row.opens_on <= today <= row.closes_on:
        raise Conflict(
            "现在不在征集期内，不用提醒。", "No cases are taken now; nobody is to be reminded."
        )
    if not any(one.missing for one in asking.counts(session, row)):
        raise Conflict("都已报送，没有需要提醒的单位。", "All have sent some; nobody to remind.")
    note(session, row, "reminded", actor)
    _queue(session, row, "reminder", clock.now(), kinds=list(row.kinds))


@handler(TELL)
def tell(session: Session, job: Job) -> bool:
    """Tell the next hundreds; True while there are more."""
    campaign = session.get(t.Campaign, (job.organisation_id, UUID(job.payload["campaign"])))
    if campaign is None or campaign.state != "open":
        return False
    what, closes_on = job.payload["what"], job.payload.get("closes_on")
    today = clock.local_date()
    if what == "reminder" and (
        not campaign.opens_on <= today <= campaign.closes_on
        or closes_on not in (None, campaign.closes_on.isoformat())
    ):
        # The last day was moved, and reminders with it.
        return False
    kinds = [kind for kind in job.payload.get("kinds") or campaign.kinds if kind in campaign.kinds]
    for kind in kinds:
        found = _next(session, campaign, kind, what)
        if found:
            _note(session, campaign, found, what)
            _write(session, campaign, kind, found, what)
            return True
    return False


def _next(session: Session, campaign: t.Campaign, kind: str, what: str) -> Sequence[UUID]:
    notice, organisation = t.CampaignNotice, t.Organisation
    statement = (
        select(organisation.id)
        .outerjoin(notice, asking.notice_of(campaign))
        .where(asking.asked(campaign, kind))
        .order_by(organisation.id)
        .limit(AT_ONCE)
    )
    if what == "opened":
        return session.scalars(statement.where(notice.opened_at.is_(None))).all()
    start = datetime.combine(clock.local_date(), time(0), clock.LOCAL_ZONE)
    awaited = or_(notice.reminded_at.is_(None), notice.reminded_at < start)
    return session.scalars(statement.where(and_(awaited, asking.has_sent_nothing(campaign)))).all()


def _note(session: Session, campaign: t.Campaign, found: Sequence[UUID], what: str) -> None:
    column = "opened_at" if what == "opened" else "reminded_at"
    made = upsert(session)(t.CampaignNotice.__table__)
    now = clock.now()
    rows = [
        {
            "organisation_id": campaign.organisation_id,
            "campaign_id": campaign.id,
            "unit_id": one,
            "opened_at": None,
            "reminded_at": None,
            column: now,
        }
        for one in found
    ]
    keys = ["organisation_id", "campaign_id", "unit_id"]
    statement = made.on_conflict_do_update(
        index_elements=keys, set_={column: made.excluded[column]}
    )
    session.connection().execute(statement, rows)


def _write(
    session: Session, campaign: t.Campaign, kind: str, found: Sequence[UUID], what: str
) -> None:
    by = session.get_one(t.Organisation, campaign.organisation_id).name
    facts = {
        "by": by, "title": campaign.title,
        "opens_on": campaign.opens_on, "closes_on": campaign.closes_on,
    }  # fmt: skip
    roles = _ROLES.get(kind, _OVERSEERS)
    key = f"campaign_{what}"
    notifications.tell_organisations(session, found, key, facts, roles=roles)


def _tell_above(session: Session, campaign: t.Campaign, key: str, facts: dict[str, Any]) -> None:
    for kind in _ABOVE:
        if kind in campaign.kinds:
            wanted = select(t.Organisation.id).where(asking.asked(campaign, kind))
            found = session.scalars(wanted.limit(AT_ONCE)).all()
            notifications.tell_organisations(session, found, key, facts, roles=_OVERSEERS)


def _tell_entrants(session: Session, campaign: t.Campaign, key: str, facts: dict[str, Any]) -> None:
    owners = select(t.CampaignEntry.practice_owner_id).where(*asking.of(campaign)).distinct()
    found = session.scalars(owners.limit(1000)).all()
    notifications.tell_organisations(session, found, key, facts, roles=_ROLES["enterprise"])


def _remind_ahead(session: Session, campaign: t.Campaign) -> None:
    above = [kind for kind in campaign.kinds if kind in _ABOVE]
    for days in AHEAD if above else ():
        moment = _morning(campaign.closes_on - timedelta(days=days))
        if moment > clock.now():
            closes_on = campaign.closes_on.isoformat()
            _queue(session, campaign, "reminder", moment, kinds=above, closes_on=closes_on)


def _morning(day: date) -> datetime:
    return datetime.combine(day, _HOUR, clock.LOCAL_ZONE)


def _queue(session: Session, campaign: t.Campaign, what: str, at: datetime, **more: Any) -> None:
    session.add(
        t.Job(
            organisation_id=campaign.organisation_id,
            id=new_id(),
            kind=TELL,
            state="waiting",
            due_at=at,
            payload={"campaign": str(campaign.id), "what": what, **more},
            created_at=clock.now(),
        )
    )
    session.flush()
