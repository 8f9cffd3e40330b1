"""Which cases somebody may hand in to a campaign, and why not."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.campaigns import asking, running
from engine.errors import Conflict, NotAllowed, NotFound
from engine.permissions import allows, require
from engine.statistics.paging import Page, newest_first
from engine.store import organisations_of
from engine.store import tables as t

#: States of a case that its enterprise has agreed to.
_LIVE: Final = ("consented", "vetted", "published")


def may_enter(session: Session, campaign: Any, *, actor: Actor) -> bool:
    """Say whether the actor may hand a case in: their role, their unit, the day."""
    role = permission(actor)
    return (
        allows(actor, role)
        and running.is_taking(campaign, clock.local_date())
        and asking.is_asked(session, campaign, actor)
    )


def choices(
    session: Session,
    campaign: Any,
    *,
    actor: Actor,
    words: str = "",
    after: str | None = None,
    limit: int = 20,
) -> Page[Any]:
    """Give a page of the cases the actor could hand in, the newest first.

    Columns: id, organisation_id, title, owner, sector, consented_at.

    Raises:
        NotAllowed: the role.
    """
    require(actor, permission(actor))
    practice = t.Practice
    chosen: Any = (
        select(practice.organisation_id, practice.id)
        .join(t.Organisation, t.Organisation.id == practice.organisation_id)
        .where(_may_be_entered(campaign, actor))
    )
    for word in words.split()[:3]:
        chosen = chosen.where(
            practice.title.contains(word, autoescape=True)
            | t.Organisation.name.contains(word, autoescape=True)
        )
    shown: Any = select(
        practice.organisation_id,
        practice.id,
        practice.title,
        practice.sector,
        practice.nominated_at,
        t.Organisation.name.label("owner"),
    ).join(t.Organisation, t.Organisation.id == practice.organisation_id)
    return newest_first(session, shown, chosen, practice.nominated_at, after, limit, few=True)


def choice(session: Session, campaign: Any, practice_id: UUID, *, actor: Actor) -> Any:
    """Give a case the actor could hand in, with its owner's name; NotFound otherwise."""
    require(actor, permission(actor))
    statement = (
        select(*t.Practice.__table__.c, t.Organisation.name.label("owner"))
        .join(t.Organisation, t.Organisation.id == t.Practice.organisation_id)
        .where(t.Practice.id == practice_id, _may_be_entered(campaign, actor))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def choice_or_why(session: Session, campaign: Any, practice_id: UUID, actor: Actor) -> Any:
    """Give a case that may be handed in today, or say why one that is the actor's may not.

    Raises:
        NotFound: it is not theirs. NotAllowed: their organisation is not asked.
        Conflict: no cases are taken today, it is in already, or not agreed to as it reads.
    """
    case = session.scalars(
        select(t.Practice).where(
            t.Practice.id == practice_id, t.Practice.organisation_id.in_(organisations_of(actor))
        )
    ).one_or_none()
    if case is None:
        raise NotFound()
    only_taking(session, campaign, actor)
    try:
        return choice(session, campaign, practice_id, actor=actor)
    except NotFound:
        raise _why_not(session, campaign, case) from None


def _why_not(session: Session, campaign: Any, case: t.Practice) -> Conflict:
    if session.scalar(select(t.CampaignEntry.id).where(*asking.of(campaign), _is(case))):
        return Conflict("这个案例已经报送过。", "This case is in the campaign already.")
    if case.state not in _LIVE or case.agreed_version != case.version:
        return Conflict(
            "企业还没有同意这个案例现在的文字，不能报送。",
            "The enterprise has not agreed to this case as it reads; it cannot be handed in.",
        )
    return Conflict(
        "这次征集不包括这家企业或它的行业。", "This campaign is not about that enterprise."
    )


def _may_be_entered(campaign: Any, actor: Actor) -> ColumnElement[bool]:
    practice = t.Practice
    taken = (
        select(t.CampaignEntry.id)
        .where(
            *asking.of(campaign),
            t.CampaignEntry.practice_owner_id == practice.organisation_id,
            t.CampaignEntry.practice_id == practice.id,
        )
        .correlate(practice)
    )
    about = practice.sector.in_(campaign.sectors) if campaign.sectors else true()
    return and_(
        practice.organisation_id.in_(organisations_of(actor)),
        practice.organisation_id.in_(asking.in_district(campaign.organisation_id)),
        practice.state.in_(_LIVE),
        practice.agreed_version == practice.version,
        about,
        ~taken.exists(),
    )


def only_taking(session: Session, campaign: Any, actor: Actor) -> None:
    """Raise unless cases are taken today, from the actor's organisation.

    Raises:
        Conflict: not yet, or no more. NotAllowed: it is not asked.
    """
    today = clock.local_date()
    if campaign.state == "open" and today < campaign.opens_on:
        raise Conflict(
            f"还没有开始：{campaign.opens_on} 起可以报送。",
            f"It has not begun: cases are taken from {campaign.opens_on} on.",
        )
    if not running.is_taking(campaign, today):
        raise Conflict(
            f"征集已于 {campaign.closes_on} 截止，不能再报送或改动。",
            f"It closed on {campaign.closes_on}; nothing can be handed in or changed any more.",
        )
    if not asking.is_asked(session, campaign, actor):
        raise NotAllowed(
            "这次没有向本单位征集。", "Your organisation is not among those asked this time."
        )


def permission(actor: Actor) -> str:
    """Give the permission by which an actor of that kind of organisation hands cases in."""
    own = actor.organisation_kind == "enterprise"
    return "campaign:enter" if own else "campaign:recommend"


def _is(case: t.Practice) -> ColumnElement[bool]:
    entry = t.CampaignEntry
    return and_(entry.practice_owner_id == case.organisation_id, entry.practice_id == case.id)
