"""Judging: each reviewer for themselves, blind to the others until all have given their sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.campaigns import assigning, finding, running
from engine.campaigns.placing import clean_sheet
from engine.campaigns.plan import FEWEST_REVIEWERS
from engine.campaigns.trail import note
from engine.errors import AlreadyDone, Conflict, NotFound, SeparationOfDuties
from engine.permissions import require
from engine.store import tables as t

#: A reviewer's list shows so many.
MOST: Final = 300
_REVIEW, _ENTRY = t.CampaignReview, t.CampaignEntry


@dataclass(frozen=True)
class Sheet:
    """One reviewer's sheet, as far as it may be seen."""

    reviewer_id: UUID
    person: str
    #: asked | given | stepped_back; "stale" when the case's words changed after it was given.
    state: str
    done_at: datetime | None
    reason: str | None
    #: None as long as it may not be seen.
    total: int | None
    scores: Mapping[str, int]
    notes: Mapping[str, str]


def mine(session: Session, *, actor: Actor) -> Sequence[Any]:
    """Give the entries the actor is asked to judge or has judged, what waits for them first.

    Columns: entry_id, title, owner, campaign_id, campaign, campaign_state, review_state, total,
    `waits`.
    """
    require(actor, "campaign:review")
    waits = or_(_REVIEW.state == "asked", _REVIEW.version != t.Practice.version)
    waiting = and_(
        t.Campaign.state == "judging",
        _ENTRY.state == "entered",
        _REVIEW.state != "stepped_back",
        waits,
    )
    return session.execute(
        select(
            _REVIEW.entry_id,
            _REVIEW.state.label("review_state"),
            _REVIEW.total,
            t.Practice.title,
            t.Practice.sector,
            t.Organisation.name.label("owner"),
            t.Campaign.id.label("campaign_id"),
            t.Campaign.title.label("campaign"),
            t.Campaign.state.label("campaign_state"),
            case((waiting, 1), else_=0).label("waits"),
        )
        .join(_ENTRY, _of_entry())
        .join(
            t.Campaign,
            and_(
                t.Campaign.organisation_id == _ENTRY.organisation_id,
                t.Campaign.id == _ENTRY.campaign_id,
            ),
        )
        .join(
            t.Practice,
            and_(
                t.Practice.organisation_id == _ENTRY.practice_owner_id,
                t.Practice.id == _ENTRY.practice_id,
            ),
        )
        .join(t.Organisation, t.Organisation.id == _ENTRY.practice_owner_id)
        .where(_REVIEW.reviewer_id == actor.user_id, t.Campaign.state != "cancelled")
        .order_by(case((waiting, 0), else_=1), _REVIEW.assigned_at.desc(), _REVIEW.entry_id)
        .limit(MOST)
    ).all()


def get(session: Session, entry_id: UUID, *, actor: Actor) -> tuple[t.Campaign, Any]:
    """Give (campaign, entry with the own sheet) of an entry the actor was asked to judge.

    Raises:
        NotAllowed: the role. NotFound: they were not asked, or took it off their hands.
    """
    require(actor, "campaign:review")
    statement = finding.shown().add_columns(
        _REVIEW.state.label("review_state"),
        _REVIEW.scores,
        _REVIEW.notes,
        _REVIEW.total,
        _REVIEW.version.label("judged_version"),
        _REVIEW.done_at,
        _REVIEW.reason.label("review_reason"),
    )
    row = session.execute(
        statement.join(_REVIEW, _of_entry()).where(
            _ENTRY.id == entry_id, _REVIEW.reviewer_id == actor.user_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    campaign = session.get_one(t.Campaign, (row.organisation_id, row.campaign_id))
    return campaign, row


def waits(campaign: Any, row: Any) -> bool:
    """Say whether a sheet of `get` is to be given: for the first time, or anew for new words."""
    return bool(
        campaign.state == "judging"
        and finding.stands(row)
        and row.review_state != "stepped_back"
        and (row.review_state == "asked" or row.judged_version != row.version)
    )


def give(
    session: Session,
    entry_id: UUID,
    scores: Mapping[str, Any],
    notes: Mapping[str, Any],
    *,
    version: int,
    actor: Actor,
) -> None:
    """Give the points of one's own sheet; it stays, unless the words of the case change after it.

    Args:
        scores, notes: by criterion.
        version: which words of the case were judged.

    Raises:
        NotAllowed, NotFound: not asked. SeparationOfDuties: they have to do with it by now.
        Conflict: nothing is judged now, or the words changed. AlreadyDone: it was given.
        InvalidAnswers: criterion by criterion.
    """
    campaign, row, review = _held(session, entry_id, actor)
    if review.state == "given" and review.version == row.version:
        raise AlreadyDone(
            "您已经评过这个案例。", "You have judged this case already.",
            by=actor.name, at=review.done_at,
        )  # fmt: skip
    if version != row.version:
        raise Conflict(
            "案例的文字在您阅读以后有改动，请看过新的文字再评分。",
            "The words of the case changed after you read them; read them anew, then judge.",
        )
    if actor.user_id in assigning.barred(session, [row], [_itself(actor)])[entry_id]:
        raise SeparationOfDuties(
            "您与这个案例的企业或推荐单位有关，请回避。",
            "You belong to the enterprise or to who recommends it; please step back.",
        )
    found = clean_sheet(campaign.criteria, scores, notes)
    review.scores, review.notes, review.total = found
    review.state, review.version, review.done_at = "given", row.version, clock.now()
    note(session, campaign, "given", actor, entry_id=entry_id)


def step_back(session: Session, entry_id: UUID, *, reason: str, actor: Actor) -> None:
    """Declare that one has to do with a case 回避, and leave it; those who run it are told.

    Raises:
        NotAllowed, NotFound: not asked. Conflict: nothing is judged now, or they judged it.
        InvalidAnswers: no reason.
    """
    campaign, row, review = _held(session, entry_id, actor)
    if review.state == "given" and review.version == row.version:
        raise Conflict("您已经评过这个案例。", "You have judged this case already.")
    review.reason = running.reason_of(reason)
    review.state, review.done_at = "stepped_back", clock.now()
    review.scores, review.notes, review.total, review.version = {}, {}, None, None
    note(session, campaign, "stepped_back", actor, entry_id=entry_id, reason=review.reason)
    notifications.notify(
        session,
        organisation_id=campaign.organisation_id,
        roles=("director",),
        key="campaign_stepped_back",
        facts={"reviewer": actor.name, "title": campaign.title, "entry": row.title[:60]},
    )


def sheets(session: Session, entry: Any, *, judges: bool = False) -> list[Sheet]:
    """Give the sheets of an entry; points and notes only once all who judge it have given theirs.

    Args:
        entry: a row of `finding`.
        judges: the reader judges it and sees their own elsewhere: nothing of others before that.
    """
    rows = session.execute(
        select(_REVIEW, t.User.name)
        .join(t.User, t.User.id == _REVIEW.reviewer_id)
        .where(_REVIEW.organisation_id == entry.organisation_id, _REVIEW.entry_id == entry.id)
        .order_by(_REVIEW.assigned_at, _REVIEW.reviewer_id)
    ).all()
    known = is_complete([row for row, _name in rows], entry.version)
    if judges and not known:
        return []
    return [
        Sheet(
            reviewer_id=row.reviewer_id,
            person=name,
            state=_state(row, entry.version),
            done_at=row.done_at,
            reason=row.reason,
            total=row.total if known else None,
            scores=row.scores if known else {},
            notes=row.notes if known else {},
        )
        for row, name in rows
    ]


def is_complete(rows: Sequence[Any], version: int) -> bool:
    """Say whether enough have judged these words, and nobody else is awaited."""
    active = [_state(row, version) for row in rows if row.state != "stepped_back"]
    return len(active) >= FEWEST_REVIEWERS and set(active) == {"given"}


def _state(row: Any, version: int) -> str:
    return "stale" if row.state == "given" and row.version != version else str(row.state)


def _held(
    session: Session, entry_id: UUID, actor: Actor
) -> tuple[t.Campaign, Any, t.CampaignReview]:
    """Give what a reviewer acts on, so that it stays until the transaction ends."""
    seen, _row = get(session, entry_id, actor=actor)
    campaign = running.held(session, seen.id, seen.organisation_id)
    running.only_in(campaign, "judging")
    review = session.get_one(
        t.CampaignReview, (campaign.organisation_id, entry_id, actor.user_id),
        with_for_update=True, populate_existing=True,
    )  # fmt: skip
    _campaign, row = get(session, entry_id, actor=actor)
    if not finding.stands(row) or review.state == "stepped_back":
        raise Conflict(
            "这个案例现在不用您评审：它已退出、企业没有同意现在的文字，或者您已回避。",
            "This case is not yours to judge now: it was taken out, its enterprise has not agreed "
            "to it as it reads, or you stepped back.",
        )
    return campaign, row, review


@dataclass(frozen=True)
class _Person:
    user_id: UUID | None
    unit_id: UUID | None


def _itself(actor: Actor) -> _Person:
    return _Person(actor.user_id, actor.organisation_id)


def _of_entry() -> Any:
    return and_(_ENTRY.organisation_id == _REVIEW.organisation_id, _ENTRY.id == _REVIEW.entry_id)
