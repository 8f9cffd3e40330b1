"""What the doctor asks of decided campaigns: do kept points and places follow from the sheets?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.campaigns.placing import placed
from engine.campaigns.plan import FEWEST_REVIEWERS
from engine.store import tables as t

_DECIDED = ("decided", "published")


def examine_campaigns(session: Session, organisation_id: UUID | None) -> Iterator[tuple[UUID, str]]:
    """Yield for each fault of a decided campaign whose it is, and what is wrong."""
    statement = select(t.Campaign).where(t.Campaign.state.in_(_DECIDED))
    if organisation_id is not None:
        statement = statement.where(t.Campaign.organisation_id == organisation_id)
    for campaign in session.scalars(statement.order_by(t.Campaign.organisation_id, t.Campaign.id)):
        for fault in _faults(session, campaign):
            yield campaign.organisation_id, f"the campaign {campaign.title}: {fault}"


def _faults(session: Session, campaign: t.Campaign) -> Iterator[str]:
    entry, review = t.CampaignEntry, t.CampaignReview
    own = (
        entry.organisation_id == campaign.organisation_id,
        entry.campaign_id == campaign.id,
    )
    rows = session.scalars(select(entry).where(*own, entry.state == "entered")).all()
    given = {
        row[0]: (int(row[1] or 0), int(row[2]))
        for row in session.execute(
            select(review.entry_id, func.sum(review.total), func.count())
            .where(
                review.organisation_id == campaign.organisation_id,
                review.entry_id.in_(select(entry.id).where(*own)),
                review.state == "given",
            )
            .group_by(review.entry_id)
        )
    }
    kept = [row for row in rows if row.place is not None]
    for row in kept:
        if given.get(row.id, (0, 0)) != (row.points, row.sheets):
            yield f"the points of entry {row.id} are not those of its sheets"
        if (row.sheets or 0) < FEWEST_REVIEWERS:
            yield f"entry {row.id} was judged by too few"
    order = placed((row.id, row.points or 0, row.sheets or 1) for row in kept)
    places = {one.entry_id: one.place for one in order}
    for row in kept:
        if places[row.id] != row.place:
            yield f"entry {row.id} is not on the place that its points give"
    most = {one["key"]: one["count"] for one in campaign.awards}
    for award, count in Counter(row.award for row in rows if row.award).items():
        if count > most.get(award, 0):
            yield f"the award {award} was given {count} times"
