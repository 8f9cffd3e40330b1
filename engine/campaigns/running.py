"""Running a campaign: planned, opened, extended, judged, published, cancelled; by a director."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.campaigns import finding, telling
from engine.campaigns.plan import Plan, award_name, clean
from engine.campaigns.trail import note
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.hazards import deadlines
from engine.permissions import require
from engine.practices.nominating import note as note_case
from engine.store import new_id
from engine.store import tables as t
from engine.values.signs import writable

#: Working days for which a published result is open to objections 公示期 (ours, as is usual).
HEARD_DAYS: Final = 5
_LONGEST_REASON: Final = 500


def draft(session: Session, plan: Plan, *, actor: Actor) -> t.Campaign:
    """Begin a campaign of the actor's office, as a draft that nobody else sees.

    Raises:
        NotAllowed: the role, or no office. InvalidAnswers: field by field.
    """
    require(actor, "campaign:manage")
    if actor.organisation_kind != "office" or actor.user_id is None:
        raise NotAllowed("征集评选由安委办发起。", "Campaigns are run by the office of a district.")
    found = clean(plan, today=clock.local_date())
    _only_title(session, actor.organisation_id, found.title)
    row = t.Campaign(
        organisation_id=actor.organisation_id,
        id=new_id(),
        state="draft",
        created_at=clock.now(),
        created_by=actor.user_id,
        **_columns(found),
    )
    session.add(row)
    session.flush()
    note(session, row, "drafted", actor)
    return row


def change(session: Session, campaign_id: UUID, plan: Plan, *, actor: Actor) -> None:
    """Change a draft.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is open already.
        InvalidAnswers: field by field.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "draft")
    found = clean(plan, today=clock.local_date())
    _only_title(session, row.organisation_id, found.title, but=row.id)
    for name, value in _columns(found).items():
        setattr(row, name, value)
    note(session, row, "changed", actor)


def open_it(session: Session, campaign_id: UUID, *, actor: Actor) -> None:
    """Open a draft: it no longer changes, and all who are asked are told.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is open already, or its last day is over.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "draft")
    if clock.local_date() > row.closes_on:
        raise Conflict("截止日期已过，请先修改。", "Its last day is over; change it first.")
    row.state, row.opened_at = "open", clock.now()
    note(session, row, "opened", actor, closes_on=row.closes_on.isoformat())
    telling.begin(session, row)


def extend(
    session: Session, campaign_id: UUID, closes_on: date | None, *, reason: str, actor: Actor
) -> None:
    """Give those asked more time; also after the last day, as long as judging has not begun.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is not open.
        InvalidAnswers: no later day, or no reason.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "open")
    said = reason_of(reason)
    if closes_on is None or closes_on <= row.closes_on or closes_on < clock.local_date():
        raise InvalidAnswers.at(
            "closes_on", "新的截止日期要晚于原来的，也不早于今天。",
            "The new last day has to be later than the old one, and not before today.",
        )  # fmt: skip
    if closes_on.year > clock.local_date().year + 1:
        raise InvalidAnswers.at("closes_on", "最晚到明年年底。", "Not later than next year.")
    was, row.closes_on = row.closes_on, closes_on
    data: dict[str, Any] = {"from": was.isoformat(), "to": closes_on.isoformat()}
    note(session, row, "extended", actor, reason=said, **data)
    telling.extended(session, row, said)


def judge(session: Session, campaign_id: UUID, *, actor: Actor) -> None:
    """End the taking of cases; those of a selection are judged from now on.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is not open, its last day is not over, or
        there is nothing to judge.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "open")
    if clock.local_date() <= row.closes_on:
        raise Conflict(
            f"还没有截止：{row.closes_on} 以后才能结束征集。",
            f"It is still open: it can be ended after {row.closes_on}.",
        )
    count = len(finding.in_play(session, row))
    if not count:
        raise Conflict(
            "没有可以评审的案例：请延长截止日期，或者取消。",
            "There is no case to judge: extend it, or cancel it.",
        )
    row.state = "judging"
    note(session, row, "judging", actor, count=count)


def reopen(session: Session, campaign_id: UUID, *, reason: str, actor: Actor) -> None:
    """Go back from a decision that is not published to judging.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: nothing is decided, or it is published.
        InvalidAnswers: no reason.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "decided")
    said = reason_of(reason)
    row.state, row.decided_at, row.decided_by = "judging", None, None
    for entry in session.scalars(_entries(row)):
        entry.points = entry.sheets = entry.place = None
        entry.award = entry.award_reason = None
    note(session, row, "reopened", actor, reason=said)


def publish(session: Session, campaign_id: UUID, *, actor: Actor) -> None:
    """Publish the result to everybody concerned, and hear objections for some days.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: nothing is decided; or an awarded case was
        taken back meanwhile.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "decided")
    awarded = [one for one in finding.result(session, row) if one.award]
    gone = [one.title for one in awarded if not finding.stands(one)]
    if gone:
        raise Conflict(
            f"“{gone[0]}”已经撤回，或者企业还没有同意新的文字。请退回评审，重新决定。",
            f"“{gone[0]}” was taken back, or its new words are not agreed to; go back to "
            "judging and decide anew.",
        )
    for one in awarded:
        case = session.get_one(t.Practice, (one.practice_owner_id, one.practice_id))
        said = {"campaign": row.title, "award": award_name(row.awards, one.award)}
        note_case(session, case, "campaign:awarded", actor, "campaign:manage", **said)
    row.state, row.published_at = "published", clock.now()
    row.heard_until = deadlines.add_working_days(clock.local_date(), HEARD_DAYS)
    note(session, row, "published", actor, heard_until=row.heard_until.isoformat())
    telling.published(session, row)


def cancel(session: Session, campaign_id: UUID, *, reason: str, actor: Actor) -> None:
    """Give a campaign up, at any time before its result is published.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: it is over. InvalidAnswers: no reason.
    """
    row = own(session, campaign_id, actor)
    only_in(row, "draft", "open", "judging", "decided")
    was, row.state, row.cancelled_reason = row.state, "cancelled", reason_of(reason)
    note(session, row, "cancelled", actor, reason=row.cancelled_reason)
    if was != "draft":
        telling.cancelled(session, row)


def own(session: Session, campaign_id: UUID, actor: Actor) -> t.Campaign:
    """Give a campaign of the actor's own office, locked; NotFound otherwise."""
    require(actor, "campaign:manage")
    row = session.get(
        t.Campaign, (actor.organisation_id, campaign_id), with_for_update=True,
        populate_existing=True,
    )  # fmt: skip
    if row is None:
        raise NotFound()
    return row


def held(session: Session, campaign_id: UUID, office_id: UUID) -> t.Campaign:
    """Give a campaign whose state stays until the transaction ends; others may hold it, too."""
    return session.get_one(
        t.Campaign, (office_id, campaign_id), with_for_update={"read": True},
        populate_existing=True,
    )  # fmt: skip


def only_in(row: t.Campaign, *states: str) -> None:
    """Raise Conflict unless the campaign is in one of these states."""
    if row.state not in states:
        raise Conflict(
            "这个活动已经走到别的一步，请刷新后再看。",
            "This campaign has moved on; reload to see where it is.",
        )


def reason_of(text: str, field: str = "reason") -> str:
    """Give a reason as it is kept; InvalidAnswers when there is none, or it is too long."""
    said = " ".join(writable(text).split())
    if not said or len(said) > _LONGEST_REASON:
        raise InvalidAnswers.at(
            field, "请写明理由，最多 500 个字。", "Say why, in at most 500 characters."
        )
    return said


def is_taking(campaign: Any, today: date) -> bool:
    """Say whether cases are taken on that day: both its first and its last day count."""
    return bool(campaign.state == "open" and campaign.opens_on <= today <= campaign.closes_on)


def count_of_entries(session: Session, campaign: Any) -> int:
    """Give how many cases stand in a campaign."""
    counted = select(func.count()).select_from(_entries(campaign).subquery())
    return session.scalar(counted) or 0


def _entries(campaign: Any) -> Any:
    return select(t.CampaignEntry).where(
        t.CampaignEntry.organisation_id == campaign.organisation_id,
        t.CampaignEntry.campaign_id == campaign.id,
        t.CampaignEntry.state == "entered",
    )


def _only_title(
    session: Session, office_id: UUID | None, title: str, but: UUID | None = None
) -> None:
    """Raise InvalidAnswers when one that goes on has this title: a second click begins none."""
    # One after the other, or two at once would not see each other.
    session.execute(
        select(t.Organisation.id).where(t.Organisation.id == office_id).with_for_update()
    )
    same = select(t.Campaign.id).where(
        t.Campaign.organisation_id == office_id,
        t.Campaign.title == title,
        t.Campaign.state.in_(("draft", "open", "judging", "decided")),
    )
    if any(one != but for one in session.scalars(same)):
        raise InvalidAnswers.at(
            "title", "已有同名的活动没有结束，请换一个名称。",
            "There is one of this name that has not ended; choose another.",
        )  # fmt: skip


def _columns(plan: Plan) -> dict[str, Any]:
    said = asdict(plan)
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
    }
