"""Entering typical cases into a campaign: by their enterprises, or recommended from above 报送."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import clock, forms
from engine.actors import Actor
from engine.campaigns import choosing, finding, running
from engine.campaigns.plan import form
from engine.campaigns.trail import note
from engine.errors import Conflict, InvalidAnswers, Message, NotFound
from engine.permissions import require
from engine.practices import nominating
from engine.store import new_id, organisations_of
from engine.store import tables as t
from engine.values.signs import writable

_LONGEST: Final = 1000
#: Step of a campaign → what the history of the case says.
_TAGS: Final = {
    "entered": "campaign:entered",
    "recommended": "campaign:recommended",
    "taken_back": "campaign:taken_back",
    "refused": "campaign:refused",
}


def enter(
    session: Session,
    campaign_id: UUID,
    practice_id: UUID,
    answers: Mapping[str, Any],
    *,
    recommendation: str = "",
    actor: Actor,
) -> UUID:
    """Hand a case in: an enterprise its own, those above one of theirs, which they recommend.

    Args:
        answers: to the campaign's questions, by key.
        recommendation: why, by those above; an enterprise writes none.

    Returns:
        the entry's id.

    Raises:
        NotAllowed, NotFound: the role, the unit is not asked, or not theirs.
        Conflict: no cases are taken today, or it is in the campaign already.
        InvalidAnswers: question by question.
    """
    require(actor, choosing.permission(actor))
    seen = finding.get(session, campaign_id, actor=actor)
    campaign = running.held(session, campaign_id, seen.organisation_id)
    case = choosing.choice_or_why(session, campaign, practice_id, actor)
    if running.count_of_entries(session, campaign) >= finding.MOST:
        raise Conflict(
            f"已经报送 {finding.MOST} 个案例，不能再报。",
            f"There are {finding.MOST} cases already; no more are taken.",
        )
    own = actor.organisation_kind == "enterprise"
    errors: dict[str, list[Message]] = {}
    given: dict[str, Any] = {}
    try:
        given = forms.clean(form(campaign.questions, campaign.title), answers)
    except InvalidAnswers as wrong:
        errors |= wrong.errors
    words = "" if own else _words(recommendation, errors)
    if errors:
        raise InvalidAnswers(errors)
    now, person = clock.now(), _person(actor)
    row = t.CampaignEntry(
        organisation_id=campaign.organisation_id,
        id=new_id(),
        campaign_id=campaign.id,
        practice_owner_id=case.organisation_id,
        practice_id=case.id,
        state="entered",
        entrant_id=actor.organisation_id,
        entered_at=now,
        entered_by=person,
        answers=given,
        recommender_id=None if own else actor.organisation_id,
        recommendation=words or None,
        recommended_at=None if own else now,
        recommended_by=None if own else person,
    )
    session.add(row)
    session.flush()
    _trail(session, campaign, row, "entered" if own else "recommended", actor)
    return row.id


def recommend(session: Session, entry_id: UUID, words: str, *, actor: Actor) -> None:
    """Recommend what an enterprise entered by itself; it then counts as handed in by the actor's.

    Raises:
        NotAllowed, NotFound: the role, the unit is not asked, or not theirs.
        Conflict: no cases are taken today, or somebody recommends it already.
        InvalidAnswers: no words.
    """
    require(actor, "campaign:recommend")
    campaign, entry = _held_entry(session, entry_id, actor)
    choosing.only_taking(session, campaign, actor)
    under = organisations_of(actor).where(t.Organisation.id == entry.practice_owner_id)
    if session.scalar(under) is None:
        raise NotFound()
    if entry.state != "entered" or entry.recommender_id is not None:
        raise Conflict(
            "这个案例已有单位推荐，或者已经退出。", "It is recommended already, or was taken out."
        )
    errors: dict[str, list[Message]] = {}
    entry.recommendation = _words(words, errors)
    if errors:
        raise InvalidAnswers(errors)
    entry.recommender_id = actor.organisation_id
    entry.recommended_at, entry.recommended_by = clock.now(), _person(actor)
    _trail(session, campaign, entry, "recommended", actor)


def take_back(session: Session, entry_id: UUID, *, reason: str, actor: Actor) -> None:
    """Take an entry of one's own back, as long as cases are taken.

    Raises:
        NotAllowed, NotFound: the role, or not theirs. Conflict: taking is over, or it ended.
        InvalidAnswers: no reason.
    """
    require(actor, choosing.permission(actor))
    campaign, entry = _held_entry(session, entry_id, actor)
    if entry.entrant_id != actor.organisation_id:
        raise NotFound()
    choosing.only_taking(session, campaign, actor)
    _end(entry, "withdrawn", reason)
    _trail(session, campaign, entry, "taken_back", actor, reason=entry.ended_reason)


def refuse(session: Session, entry_id: UUID, *, reason: str, actor: Actor) -> None:
    """Leave an entry out as the one who runs the campaign, before anything is decided.

    Raises:
        NotAllowed, NotFound: not theirs. Conflict: decided, or it ended. InvalidAnswers: no reason.
    """
    require(actor, "campaign:manage")
    entry = session.get(t.CampaignEntry, (actor.organisation_id, entry_id))
    if entry is None:
        raise NotFound()
    campaign = running.own(session, entry.campaign_id, actor)
    running.only_in(campaign, "open", "judging")
    session.refresh(entry, with_for_update=True)
    _end(entry, "refused", reason)
    _trail(session, campaign, entry, "refused", actor, reason=entry.ended_reason)


def _held_entry(
    session: Session, entry_id: UUID, actor: Actor
) -> tuple[t.Campaign, t.CampaignEntry]:
    seen, _entry = finding.get_entry(session, entry_id, actor=actor)
    campaign = running.held(session, seen.id, seen.organisation_id)
    row = session.get_one(
        t.CampaignEntry, (campaign.organisation_id, entry_id), with_for_update=True,
        populate_existing=True,
    )  # fmt: skip
    return campaign, row


def _end(entry: t.CampaignEntry, state: str, reason: str) -> None:
    if entry.state != "entered":
        raise Conflict("这个案例已经退出。", "This case was taken out already.")
    entry.ended_reason = running.reason_of(reason)
    entry.state = state


def _trail(
    session: Session,
    campaign: t.Campaign,
    entry: t.CampaignEntry,
    what: str,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Write it into the campaign's trail and into the history of the case the practice tells of."""
    case = session.get_one(t.Practice, (entry.practice_owner_id, entry.practice_id))
    more = {"reason": reason} if reason else {}
    note(session, campaign, what, actor, entry_id=entry.id, title=case.title, **more)
    permission = "campaign:manage" if what == "refused" else choosing.permission(actor)
    said = {"campaign": campaign.title, **more}
    nominating.note(session, case, _TAGS[what], actor, permission, **said)


def _words(text: str, errors: dict[str, list[Message]]) -> str:
    said = writable(text).strip()
    if not said or len(said) > _LONGEST:
        errors["recommendation"] = [
            Message(
                f"请写推荐意见，最多 {_LONGEST} 个字。",
                f"Say why you recommend it, in at most {_LONGEST} characters.",
            )
        ]
    return said


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id
