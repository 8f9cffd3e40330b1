"""Whom a campaign asks, and who of them has sent how many cases 报送."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.campaigns.plan import ASKED
from engine.errors import Invalid, NotFound
from engine.statistics.paging import Page
from engine.store import organisations_of
from engine.store import tables as t
from engine.store.visibility import is_under

_ORG = t.Organisation


@dataclass(frozen=True)
class Told:
    """One kind of those asked: how many there are, how many have sent something."""

    kind: str
    asked: int
    sent: int

    @property
    def missing(self) -> int:
        """Give how many have sent nothing."""
        return self.asked - self.sent


def offices_over(actor: Actor) -> Select[Any]:
    """Select the offices whose campaigns concern the actor's organisation."""
    own = select(_ORG.id).where(_ORG.id == actor.organisation_id)
    if actor.organisation_kind == "office":
        return own
    if actor.organisation_kind in ("department", "town"):
        return select(_ORG.parent_id).where(_ORG.id == actor.organisation_id)
    enterprises = own if actor.organisation_kind == "enterprise" else organisations_of(actor)
    over = [
        select(column).where(_ORG.id.in_(enterprises), _ORG.kind == "enterprise")
        for column in (_ORG.department_id, _ORG.town_id)
    ]
    node = t.Organisation.__table__.alias("node")
    found = select(node.c.parent_id).where(or_(*(node.c.id.in_(one) for one in over)))
    if actor.organisation_kind == "group":
        parent = select(_ORG.parent_id).where(_ORG.id == actor.organisation_id)
        return select(union(found, parent).subquery().c[0])
    return found


def itself(office_id: UUID) -> Actor:
    """Give an actor who sees what an office sees and may do nothing."""
    return Actor(user_id=None, name="", organisation_id=office_id, organisation_kind="office")


def in_district(office_id: UUID) -> Select[Any]:
    """Select the enterprises of an office's district."""
    return select(_ORG.id).where(
        _ORG.kind == "enterprise",
        or_(is_under(itself(office_id), _ORG), _ORG.parent_id == office_id),
    )


def asked(campaign: Any, kind: str) -> ColumnElement[bool]:
    """Say in SQL that an organisation of this kind is asked by a campaign.

    Groups are those that stand under the office, and the tops of others with enterprises here.
    """
    office = campaign.organisation_id
    match kind:
        case "department" | "town":
            which: ColumnElement[bool] = _ORG.parent_id == office
        case "group":
            here = t.Organisation.__table__.alias("here")
            owners = (
                select(here.c.group_id)
                .where(here.c.id.in_(in_district(office)), here.c.group_id.is_not(None))
                .distinct()
            )
            below = t.Organisation.__table__.alias("below")
            tops = select(below.c.parent_id).where(below.c.id.in_(owners))
            outside = and_(_ORG.parent_id.is_(None), or_(_ORG.id.in_(owners), _ORG.id.in_(tops)))
            which = or_(_ORG.parent_id == office, outside)
        case _:
            which = or_(is_under(itself(office), _ORG), _ORG.parent_id == office)
            if campaign.sectors:
                which = and_(which, _ORG.sector.in_(campaign.sectors))
    return and_(_ORG.kind == kind, _ORG.status == "active", which)


def is_asked(session: Session, campaign: Any, actor: Actor) -> bool:
    """Say whether the actor's own organisation is asked."""
    kind = actor.organisation_kind
    if kind not in campaign.kinds:
        return False
    own = select(_ORG.id).where(_ORG.id == actor.organisation_id, asked(campaign, kind))
    return session.scalar(own) is not None


def counts(session: Session, campaign: Any) -> list[Told]:
    """Give for each kind that is asked how many are, and how many have sent something."""
    wanted = or_(*(asked(campaign, kind) for kind in campaign.kinds))
    of_kind = select(_ORG.kind, func.count()).where(wanted).group_by(_ORG.kind)
    all_of = {row[0]: row[1] for row in session.execute(of_kind)}
    sent_of = {
        row[0]: row[1] for row in session.execute(of_kind.where(_ORG.id.in_(_senders(campaign))))
    }
    return [
        Told(kind, all_of.get(kind, 0), sent_of.get(kind, 0))
        for kind in ASKED
        if kind in campaign.kinds
    ]


def units(
    session: Session,
    campaign: Any,
    *,
    kind: str,
    missing: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """Give a page of those of a kind that are asked, by name.

    Columns: id, name, `sent` (how many cases), opened_at and reminded_at (when they were told).

    Args:
        missing: only those that have sent nothing.

    Raises:
        Invalid: the cursor is not one that was given out.
    """
    statement = (
        select(
            _ORG.id,
            _ORG.name,
            _sent(campaign).label("sent"),
            t.CampaignNotice.opened_at,
            t.CampaignNotice.reminded_at,
        )
        .outerjoin(t.CampaignNotice, notice_of(campaign))
        .where(asked(campaign, kind))
    )
    if missing:
        statement = statement.where(has_sent_nothing(campaign))
    if after is not None:
        name, unit_id = _cursor(after)
        later = or_(_ORG.name > name, and_(_ORG.name == name, _ORG.id > unit_id))
        statement = statement.where(_ORG.name >= name, later)
    rows = session.execute(statement.order_by(_ORG.name, _ORG.id).limit(limit + 1)).all()
    shown = rows[:limit]
    more = f"{shown[-1].id.hex}.{shown[-1].name}" if len(rows) > limit else None
    return Page(shown, more)


def name_of(session: Session, campaign: Any, unit_id: UUID) -> str:
    """Give the name of one of those asked; NotFound for anybody else."""
    wanted = or_(*(asked(campaign, kind) for kind in campaign.kinds))
    name = session.scalar(select(_ORG.name).where(_ORG.id == unit_id, wanted))
    if name is None:
        raise NotFound()
    return name


def has_sent_nothing(campaign: Any) -> ColumnElement[bool]:
    """Say in SQL that an organisation neither entered nor recommended a case."""
    entry = t.CampaignEntry
    return and_(
        *(
            ~select(entry.id).where(*of(campaign), column == _ORG.id).correlate(_ORG).exists()
            for column in (entry.entrant_id, entry.recommender_id)
        )
    )


def notice_of(campaign: Any) -> ColumnElement[bool]:
    """Join an organisation to what it was told."""
    return and_(
        t.CampaignNotice.organisation_id == campaign.organisation_id,
        t.CampaignNotice.campaign_id == campaign.id,
        t.CampaignNotice.unit_id == _ORG.id,
    )


def of(campaign: Any) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL that an entry stands in a campaign."""
    return (
        t.CampaignEntry.organisation_id == campaign.organisation_id,
        t.CampaignEntry.campaign_id == campaign.id,
        t.CampaignEntry.state == "entered",
    )


def _senders(campaign: Any) -> Select[Any]:
    entry = t.CampaignEntry
    both = union(
        select(entry.entrant_id).where(*of(campaign)),
        select(entry.recommender_id).where(*of(campaign), entry.recommender_id.is_not(None)),
    ).subquery()
    return select(both.c[0])


def _sent(campaign: Any) -> Any:
    entry = t.CampaignEntry
    mine = or_(entry.entrant_id == _ORG.id, entry.recommender_id == _ORG.id)
    return select(func.count()).where(*of(campaign), mine).correlate(_ORG).scalar_subquery()


def _cursor(after: str) -> tuple[str, UUID]:
    hexed, _, name = after.partition(".")
    try:
        return name, UUID(hex=hexed)
    except ValueError as error:
        raise Invalid(
            "翻页位置不对，请回到第一页。",
            "The page cursor is wrong; go back to the first page.",
            field="after",
        ) from error
