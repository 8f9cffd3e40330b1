"""Who judges: the reviewers of a campaign."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.campaigns import asking, running
from engine.campaigns.trail import note
from engine.errors import NotFound, SeparationOfDuties
from engine.store import tables as t

#: So many may be chosen from; a district has some dozens of units.
MOST: Final = 300
_ROLES: Final = ("officer", "director")


def candidates(
    session: Session, campaign: Any, words: str = "", *, only: Collection[UUID] | None = None
) -> Sequence[Any]:
    """Give who could judge: officers and directors of the office and of the units beside it.

    Columns: user_id, person, unit_id, unit, kind; by unit and name.

    Args:
        only: of these people alone.
    """
    organisation = t.Organisation
    beside = or_(
        organisation.id == campaign.organisation_id,
        *(asking.asked(campaign, kind) for kind in ("department", "town", "group")),
    )
    statement = (
        select(
            t.User.id.label("user_id"),
            t.User.name.label("person"),
            organisation.id.label("unit_id"),
            organisation.name.label("unit"),
            organisation.kind,
        )
        .join(t.Membership, t.Membership.user_id == t.User.id)
        .join(organisation, organisation.id == t.Membership.organisation_id)
        .where(beside, t.Membership.role.in_(_ROLES), t.User.disabled_at.is_(None))
        .distinct()
        .order_by(organisation.kind, organisation.name, t.User.name, t.User.id)
        .limit(MOST)
    )
    if only is not None:
        statement = statement.where(t.User.id.in_(only))
    for word in words.split()[:3]:
        statement = statement.where(
            or_(
                t.User.name.contains(word, autoescape=True),
                organisation.name.contains(word, autoescape=True),
            )
        )
    return session.execute(statement).all()


def reviewers(session: Session, campaign: Any) -> Sequence[Any]:
    """Give the reviewers of a campaign: user_id, person, unit_id, unit; by unit and name."""
    row = t.CampaignReviewer
    return session.execute(
        select(
            row.user_id,
            t.User.name.label("person"),
            row.unit_id,
            t.Organisation.name.label("unit"),
            t.User.disabled_at,
        )
        .join(t.User, t.User.id == row.user_id)
        .join(t.Organisation, t.Organisation.id == row.unit_id)
        .where(row.organisation_id == campaign.organisation_id, row.campaign_id == campaign.id)
        .order_by(t.Organisation.name, t.User.name, row.user_id)
    ).all()


def add(
    session: Session, campaign_id: UUID, picked: Iterable[tuple[UUID, UUID]], *, actor: Actor
) -> int:
    """Take people into the panel; gives how many are new.

    Args:
        picked: (person, the unit as whose member they judge).

    Raises:
        NotAllowed, NotFound: not theirs to run, or nobody who could judge.
        Conflict: it is decided. SeparationOfDuties: who decides does not judge.
    """
    campaign = running.own(session, campaign_id, actor)
    running.only_in(campaign, "open", "judging")
    wanted = list(picked)[:MOST]
    found = candidates(session, campaign, only={person for person, _unit in wanted})
    known = {(one.user_id, one.unit_id): one for one in found}
    there = {one.user_id for one in reviewers(session, campaign)}
    names = []
    for person, unit in wanted:
        if (person, unit) not in known:
            raise NotFound()
        if person == actor.user_id:
            raise SeparationOfDuties(
                "结果由您决定，您不能同时评审。", "You decide the result; you cannot judge as well."
            )
        if person in there:
            continue
        there.add(person)
        names.append(known[person, unit].person)
        session.add(
            t.CampaignReviewer(
                organisation_id=campaign.organisation_id,
                campaign_id=campaign.id,
                user_id=person,
                unit_id=unit,
                added_at=clock.now(),
                added_by=actor.user_id,
            )
        )
    if names:
        note(session, campaign, "panel", actor, added=names)
    return len(names)


def remove(session: Session, campaign_id: UUID, user_id: UUID, *, actor: Actor) -> None:
    """Take somebody off the panel, with the sheets they have not given; what they gave stays.

    Raises:
        NotAllowed, NotFound: not theirs to run, or not on the panel. Conflict: it is decided.
    """
    campaign = running.own(session, campaign_id, actor)
    running.only_in(campaign, "open", "judging")
    row = session.get(t.CampaignReviewer, (campaign.organisation_id, campaign_id, user_id))
    if row is None:
        raise NotFound()
    own = select(t.CampaignEntry.id).where(
        t.CampaignEntry.organisation_id == campaign.organisation_id,
        t.CampaignEntry.campaign_id == campaign_id,
    )
    session.execute(
        delete(t.CampaignReview).where(
            t.CampaignReview.organisation_id == campaign.organisation_id,
            t.CampaignReview.entry_id.in_(own),
            t.CampaignReview.reviewer_id == user_id,
            t.CampaignReview.state == "asked",
        )
    )
    session.delete(row)
    name = session.get_one(t.User, user_id).name
    note(session, campaign, "panel", actor, removed=[name])
