"""Revoking an award after its result was published, for a reason; the award stays as history.

An enterprise that takes its case back keeps what it won, and everybody reads that the case is gone;
whether the award goes too, the office says, with a reason (decision 32).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.campaigns import running
from engine.campaigns.plan import award_name
from engine.campaigns.trail import note
from engine.errors import Conflict, NotFound
from engine.permissions import require
from engine.practices.nominating import note as note_case
from engine.store import tables as t


def revoke(session: Session, entry_id: UUID, *, reason: str, actor: Actor) -> None:
    """Revoke the award of an entry in a campaign whose result is published.

    Raises:
        NotAllowed, NotFound: not theirs to run, or it has no award. Conflict: nothing is published
        yet, or it is revoked already. InvalidAnswers: no reason.
    """
    require(actor, "campaign:manage")
    campaign_id = session.scalar(
        select(t.CampaignEntry.campaign_id).where(
            t.CampaignEntry.organisation_id == actor.organisation_id, t.CampaignEntry.id == entry_id
        )
    )
    if campaign_id is None:
        raise NotFound()
    campaign = running.own(session, campaign_id, actor)
    running.only_in(campaign, "published")
    row = session.get_one(
        t.CampaignEntry, (campaign.organisation_id, entry_id), with_for_update=True,
        populate_existing=True,
    )  # fmt: skip
    if row.award is None:
        raise NotFound()
    if row.revoked_at is not None:
        raise Conflict("这个奖项已经撤销。", "This award has been revoked already.")
    row.revoked_reason = running.reason_of(reason)
    row.revoked_at, row.revoked_by = clock.now(), actor.user_id
    award = award_name(campaign.awards, row.award)
    note(
        session, campaign, "revoked", actor, entry_id=row.id, award=award, reason=row.revoked_reason
    )
    case = session.get_one(t.Practice, (row.practice_owner_id, row.practice_id))
    said = {"campaign": campaign.title, "award": award, "reason": row.revoked_reason}
    note_case(session, case, "campaign:revoked", actor, "campaign:manage", **said)
    _tell(session, row, campaign, case, award)


def _tell(
    session: Session, row: t.CampaignEntry, campaign: t.Campaign, case: t.Practice, award: str
) -> None:
    facts = {
        "title": case.title[:60],
        "campaign": campaign.title[:60],
        "award": award,
        "reason": (row.revoked_reason or "")[:150],
    }
    for unit_id in {row.practice_owner_id, row.entrant_id, row.recommender_id} - {None}:
        notifications.notify(
            session,
            organisation_id=UUID(str(unit_id)),
            roles=("principal", "director", "officer"),
            key="campaign_revoked",
            facts=facts,
        )
