"""Campaigns and their entries, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from engine.actors import Actor
from engine.campaigns.asking import offices_over
from engine.campaigns.plan import STATES, award_name
from engine.errors import NotFound
from engine.permissions import allows, require
from engine.statistics.paging import Page, newest_first
from engine.store import organisations_of
from engine.store import tables as t

_CAMPAIGN, _ENTRY = t.Campaign, t.CampaignEntry
#: So many places and names a page, a paper or a decision holds.
MOST: Final = 1000


@dataclass(frozen=True)
class Honour:
    """An award of a published campaign."""

    award: str
    campaign: str
    office: str
    year: int


def listed(
    session: Session, *, actor: Actor, state: str = "", after: str | None = None, limit: int = 20
) -> Page[Any]:
    """Give a page of the campaigns the actor may see, the newest first.

    Columns: those of the campaign, `office` (its name).
    """
    require(actor, "campaign:read")
    chosen: Any = select(_CAMPAIGN.organisation_id, _CAMPAIGN.id).where(_visible(actor))
    if state in STATES:
        chosen = chosen.where(_CAMPAIGN.state == state)
    return newest_first(
        session, _with_office(), chosen, _CAMPAIGN.created_at, after, limit, few=True
    )


def get(session: Session, campaign_id: UUID, *, actor: Actor) -> Any:
    """Give a campaign with the name of its office as `office`; NotFound unless it is theirs."""
    require(actor, "campaign:read")
    statement = _with_office().where(_CAMPAIGN.id == campaign_id, _visible(actor))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row


def get_own(session: Session, campaign_id: UUID, *, actor: Actor) -> Any:
    """Give a campaign that the actor is one of those who run; NotFound otherwise."""
    row = get(session, campaign_id, actor=actor)
    if not runs(row, actor):
        raise NotFound()
    return row


def runs(campaign: Any, actor: Actor) -> bool:
    """Say whether the actor is one of those who run this campaign."""
    return campaign.organisation_id == actor.organisation_id and allows(actor, "campaign:manage")


def entries(
    session: Session,
    campaign: Any,
    *,
    actor: Actor,
    unit_id: UUID | None = None,
    state: str = "entered",
    after: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Give a page of a campaign's entries, the newest first; to units and enterprises their own.

    Columns: those of the entry; of its case `title`, `case_state`, `version`, `agreed_version`,
    `is_named`, `dimensions`, `sector`, `story`, `slug`; `owner`, `entrant` and `recommender`
    (names); `sender` is who handed it in 报送单位.

    Args:
        unit_id: only those that this organisation entered or recommended.
        state: "" for all.
    """
    chosen: Any = select(_ENTRY.organisation_id, _ENTRY.id).where(
        _ENTRY.organisation_id == campaign.organisation_id,
        _ENTRY.campaign_id == campaign.id,
        _own(campaign, actor),
    )
    if state:
        chosen = chosen.where(_ENTRY.state == state)
    if unit_id is not None:
        chosen = chosen.where(or_(_ENTRY.entrant_id == unit_id, _ENTRY.recommender_id == unit_id))
    return newest_first(session, shown(), chosen, _ENTRY.entered_at, after, limit, few=True)


def get_entry(session: Session, entry_id: UUID, *, actor: Actor) -> tuple[Any, Any]:
    """Give (campaign, entry) with the columns of `get` and `entries`; NotFound unless theirs."""
    require(actor, "campaign:read")
    row = session.execute(shown().where(_ENTRY.id == entry_id)).one_or_none()
    if row is None:
        raise NotFound()
    campaign = get(session, row.campaign_id, actor=actor)
    allowed = select(_ENTRY.id).where(_ENTRY.id == entry_id, _own(campaign, actor))
    if session.scalar(allowed) is None:
        raise NotFound()
    return campaign, row


def in_play(session: Session, campaign: Any) -> Sequence[Any]:
    """Give the entries that stand, whose enterprises agree to the words of their cases."""
    statement = shown().where(
        _ENTRY.organisation_id == campaign.organisation_id,
        _ENTRY.campaign_id == campaign.id,
        _ENTRY.state == "entered",
    )
    rows = session.execute(statement.order_by(_ENTRY.entered_at, _ENTRY.id).limit(MOST)).all()
    return [row for row in rows if stands(row)]


def stands(entry: Any) -> bool:
    """Say whether an entry can be judged and honoured: not ended, and agreed to as it reads."""
    agreed = entry.agreed_version == entry.version
    return bool(entry.state == "entered" and agreed and entry.is_live)


def is_gone(entry: Any) -> bool:
    """Say whether an entry's case was taken back by its enterprise, or taken down."""
    return entry.case_state in ("withdrawn", "declined")


def result(session: Session, campaign: Any) -> Sequence[Any]:
    """Give the entries a decision was made about, the awarded first, then by place."""
    statement = shown().where(
        _ENTRY.organisation_id == campaign.organisation_id,
        _ENTRY.campaign_id == campaign.id,
        _ENTRY.state == "entered",
        or_(_ENTRY.award.is_not(None), _ENTRY.place.is_not(None)),
    )
    rows = session.execute(statement.limit(MOST)).all()
    rank: Mapping[str, int] = {one["key"]: n for n, one in enumerate(campaign.awards)}
    last = len(rank)
    return sorted(
        rows, key=lambda row: (rank.get(row.award, last), row.place or 0, row.entered_at, row.id)
    )


def of_case(session: Session, owner_id: UUID, practice_id: UUID, *, actor: Actor) -> Sequence[Any]:
    """Give the campaigns a case is in, of those the actor may see, the newest first.

    Columns: entry_id, title and state (of the campaign).
    """
    if not allows(actor, "campaign:read"):
        return []
    return session.execute(
        select(_ENTRY.id.label("entry_id"), _CAMPAIGN.title, _CAMPAIGN.state)
        .join(_CAMPAIGN, _same())
        .where(
            _ENTRY.practice_owner_id == owner_id,
            _ENTRY.practice_id == practice_id,
            _ENTRY.state == "entered",
            _visible(actor),
        )
        .order_by(_ENTRY.entered_at.desc(), _ENTRY.id)
        .limit(20)
    ).all()


def honours(session: Session, practices: Collection[tuple[UUID, UUID]]) -> dict[UUID, list[Honour]]:
    """Give the awards of cases in campaigns whose result is published, by the case's id.

    Args:
        practices: (the enterprise, the case).
    """
    if not practices:
        return {}
    statement = (
        select(
            _ENTRY.practice_id,
            _ENTRY.award,
            _CAMPAIGN.title,
            _CAMPAIGN.awards,
            _CAMPAIGN.opens_on,
            t.Organisation.name,
        )
        .join(_CAMPAIGN, _same())
        .join(t.Organisation, t.Organisation.id == _CAMPAIGN.organisation_id)
        .where(
            _ENTRY.practice_owner_id.in_({owner for owner, _ in practices}),
            _ENTRY.practice_id.in_({practice for _, practice in practices}),
            _ENTRY.award.is_not(None),
            _ENTRY.revoked_at.is_(None),
            _ENTRY.state == "entered",
            _CAMPAIGN.state == "published",
        )
        .order_by(_CAMPAIGN.published_at, _ENTRY.id)
    )
    found: dict[UUID, list[Honour]] = {}
    for row in session.execute(statement):
        name = award_name(row.awards, row.award)
        one = Honour(name, row.title, row.name, row.opens_on.year)
        found.setdefault(row.practice_id, []).append(one)
    return found


def shown() -> Select[Any]:
    """Select entries with what is told of them."""
    owner, entrant, recommender = (aliased(t.Organisation) for _ in range(3))
    practice = t.Practice
    same = and_(
        practice.organisation_id == _ENTRY.practice_owner_id, practice.id == _ENTRY.practice_id
    )
    return (
        select(
            *_ENTRY.__table__.c,
            practice.title,
            practice.state.label("case_state"),
            practice.state.in_(("consented", "vetted", "published")).label("is_live"),
            practice.version,
            practice.agreed_version,
            practice.is_named,
            practice.dimensions,
            practice.sector,
            practice.story,
            practice.photos,
            practice.level,
            practice.slug,
            practice.ended_at.label("case_ended_at"),
            owner.name.label("owner"),
            entrant.name.label("entrant"),
            recommender.name.label("recommender"),
        )
        .join(practice, same)
        .join(owner, owner.id == _ENTRY.practice_owner_id)
        .join(entrant, entrant.id == _ENTRY.entrant_id)
        .outerjoin(recommender, recommender.id == _ENTRY.recommender_id)
    )


def sender(entry: Any) -> str:
    """Give the name of who handed an entry in 报送单位: who recommends it, or who entered it."""
    return str(entry.recommender or entry.entrant)


def _own(campaign: Any, actor: Actor) -> ColumnElement[bool]:
    if campaign.organisation_id == actor.organisation_id:
        return _ENTRY.organisation_id == actor.organisation_id
    mine = actor.organisation_id
    return or_(
        _ENTRY.entrant_id == mine,
        _ENTRY.recommender_id == mine,
        _ENTRY.practice_owner_id.in_(organisations_of(actor)),
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    own = _CAMPAIGN.organisation_id == actor.organisation_id
    if actor.organisation_kind == "office":
        return own
    return and_(_CAMPAIGN.organisation_id.in_(offices_over(actor)), _CAMPAIGN.state != "draft")


def _with_office() -> Select[Any]:
    name = t.Organisation.name.label("office")
    return select(*_CAMPAIGN.__table__.c, name).join(
        t.Organisation, t.Organisation.id == _CAMPAIGN.organisation_id
    )


def _same() -> ColumnElement[bool]:
    return and_(
        _CAMPAIGN.organisation_id == _ENTRY.organisation_id, _CAMPAIGN.id == _ENTRY.campaign_id
    )
