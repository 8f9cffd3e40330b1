"""A case is no longer published: whose outlets have to be told (R-20), and who awarded it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import notifications
from engine.store import tables as t

RECALLED: Final = "practice_recalled"


def tell(session: Session, row: t.Practice) -> None:
    """Tell the units that gave a case to outlets, and the offices that awarded it."""
    _tell_units(session, row)
    _tell_offices(session, row)


def _tell_offices(session: Session, row: t.Practice) -> None:
    entry, campaign = t.CampaignEntry, t.Campaign
    same = (campaign.organisation_id == entry.organisation_id) & (campaign.id == entry.campaign_id)
    found = session.execute(
        select(campaign.organisation_id, campaign.title, campaign.awards, entry.award)
        .join(entry, same)
        .where(
            entry.practice_owner_id == row.organisation_id,
            entry.practice_id == row.id,
            entry.award.is_not(None),
            entry.revoked_at.is_(None),
            campaign.state == "published",
        )
        .order_by(campaign.organisation_id, campaign.id)
    )
    for office_id, title, awards, key in found:
        name = next((one["name"] for one in awards if one["key"] == key), key)
        notifications.notify(
            session,
            organisation_id=office_id,
            roles=("director",),
            key="campaign_case_gone",
            facts={"title": row.title[:60], "campaign": title[:60], "award": name},
        )


def _tell_units(session: Session, row: t.Practice) -> None:
    case, export = t.PressExportCase, t.PressExport
    found = session.execute(
        select(export.organisation_id, export.outlet)
        .join(
            case,
            (case.from_organisation_id == export.organisation_id) & (case.export_id == export.id),
        )
        .where(case.organisation_id == row.organisation_id, case.practice_id == row.id)
        .distinct()
        .order_by(export.organisation_id, export.outlet)
    )
    for unit_id, outlet in found:
        notifications.notify(
            session,
            organisation_id=unit_id,
            roles=("director", "officer"),
            key=RECALLED,
            facts={"title": row.title[:60], "outlet": outlet[:60]},
        )
