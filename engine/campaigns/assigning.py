"""Which entries each reviewer is given: by hand or evenly, and never their own 回避."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, notifications
from engine.actors import Actor
from engine.campaigns import asking, finding, running
from engine.campaigns.panel import reviewers
from engine.campaigns.plan import FEWEST_REVIEWERS
from engine.campaigns.trail import note
from engine.errors import Conflict, InvalidAnswers, NotFound, SeparationOfDuties
from engine.store import tables as t

MOST_EACH: Final = 7


def assign(session: Session, entry_id: UUID, user_id: UUID, *, actor: Actor) -> None:
    """Give one entry to one reviewer of the panel.

    Raises:
        NotAllowed, NotFound: not theirs to run, or nobody of the panel. Conflict: nothing is
        judged now, or they have it. SeparationOfDuties: they have to do with it 回避.
    """
    campaign, entry = _judged(session, entry_id, actor)
    person = next((one for one in reviewers(session, campaign) if one.user_id == user_id), None)
    if person is None:
        raise NotFound()
    before = session.get(t.CampaignReview, (campaign.organisation_id, entry_id, user_id))
    if before is not None and before.state != "stepped_back":
        raise Conflict("已经派给这位评审人。", "That reviewer has it already.")
    if user_id in barred(session, [entry], [person])[entry_id]:
        raise SeparationOfDuties(
            f"{person.person}与这个案例的企业或推荐单位有关，应当回避。",
            f"{person.person} belongs to the enterprise or to who recommends it, and steps back.",
        )
    _write(session, campaign, entry_id, user_id, actor)
    note(session, campaign, "assigned", actor, entry_id=entry_id, to=[person.person])
    _tell(session, campaign, {user_id: 1}, {user_id: person.unit_id})


def unassign(session: Session, entry_id: UUID, user_id: UUID, *, actor: Actor) -> None:
    """Take an entry from a reviewer who has not judged it.

    Raises:
        NotAllowed, NotFound: not theirs to run, or not given to them. Conflict: they judged it.
    """
    campaign, _entry = _judged(session, entry_id, actor)
    row = session.get(
        t.CampaignReview, (campaign.organisation_id, entry_id, user_id), with_for_update=True
    )
    if row is None:
        raise NotFound()
    if row.state != "asked":
        raise Conflict("已经评过分或已回避，不能取消。", "They have judged it, or stepped back.")
    session.delete(row)
    name = session.get_one(t.User, user_id).name
    note(session, campaign, "unassigned", actor, entry_id=entry_id, of=name)


def assign_evenly(
    session: Session, campaign_id: UUID, each: int, *, actor: Actor
) -> tuple[int, list[str]]:
    """Give every entry as many reviewers as it lacks, each of the panel about as much to do.

    Args:
        each: how many are to judge an entry, at least `plan.FEWEST_REVIEWERS`.

    Returns:
        how many sheets were asked for; titles of entries that still lack somebody, since everybody
        else on the panel has to do with them.

    Raises:
        NotAllowed, NotFound: not theirs to run. Conflict: nothing is judged now, or nobody is on
        the panel. InvalidAnswers: too few or too many.
    """
    campaign = running.own(session, campaign_id, actor)
    running.only_in(campaign, "judging")
    if not FEWEST_REVIEWERS <= each <= MOST_EACH:
        raise InvalidAnswers.at(
            "each", f"每个案例 {FEWEST_REVIEWERS} 至 {MOST_EACH} 人评审。",
            f"Between {FEWEST_REVIEWERS} and {MOST_EACH} judge a case.",
        )  # fmt: skip
    people = [one for one in reviewers(session, campaign) if one.disabled_at is None]
    if not people:
        raise Conflict("请先选评审人。", "Choose reviewers first.")
    entries = finding.in_play(session, campaign)
    plan, short = shared_out(
        {entry.id: [p.user_id for p in people] for entry in entries},
        barred(session, entries, people),
        _given_out(session, campaign),
        each,
    )
    for entry_id, user_ids in plan.items():
        for user_id in user_ids:
            _write(session, campaign, entry_id, user_id, actor)
    load = Counter(user_id for user_ids in plan.values() for user_id in user_ids)
    if load:
        note(session, campaign, "assigned", actor, sheets=load.total(), each=each)
        _tell(session, campaign, load, {one.user_id: one.unit_id for one in people})
    titles = {entry.id: entry.title for entry in entries}
    return load.total(), [titles[one] for one in short]


def shared_out(
    people_of: Mapping[UUID, Sequence[UUID]],
    barred_from: Mapping[UUID, Collection[UUID]],
    has: Mapping[UUID, Collection[UUID]],
    each: int,
) -> tuple[dict[UUID, list[UUID]], list[UUID]]:
    """Share entries out; pure. Entries with the fewest possible reviewers come first.

    Args:
        people_of: entry → the panel. barred_from: entry → who may not. has: entry → who has it.

    Returns:
        entry → who gets it now; entries that still lack somebody.
    """
    load = Counter(user_id for user_ids in has.values() for user_id in user_ids)
    free = {
        entry: [
            one for one in people if one not in barred_from[entry] and one not in has.get(entry, ())
        ]
        for entry, people in people_of.items()
    }
    plan: dict[UUID, list[UUID]] = {}
    short = []
    for entry in sorted(free, key=lambda one: (len(free[one]), str(one))):
        wanted = each - len(has.get(entry, ()))
        chosen = sorted(free[entry], key=lambda one: (load[one], str(one)))[: max(wanted, 0)]
        load.update(chosen)
        if chosen:
            plan[entry] = chosen
        if len(chosen) < wanted:
            short.append(entry)
    return plan, short


def barred(
    session: Session, entries: Sequence[Any], people: Sequence[Any]
) -> dict[UUID, set[UUID]]:
    """Give for each entry who of `people` has to do with it and steps back 回避.

    Those are: members of its enterprise, of who entered it and of who recommends it, in whatever
    role, who nominated the case, and who stepped back themselves.

    Args:
        entries: rows of `finding`. people: rows with user_id and unit_id.
    """
    ids = {one.user_id for one in people}
    units: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one in people:
        units[one.unit_id].add(one.user_id)
    member = t.Membership
    for user_id, unit_id in session.execute(
        select(member.user_id, member.organisation_id).where(member.user_id.in_(ids))
    ):
        units[unit_id].add(user_id)
    nominated = dict(
        session.execute(
            select(t.Practice.id, t.Practice.nominated_by).where(
                t.Practice.organisation_id.in_({one.practice_owner_id for one in entries}),
                t.Practice.id.in_({one.practice_id for one in entries}),
            )
        ).all()
    )
    back: defaultdict[UUID, set[UUID]] = defaultdict(set)
    review = t.CampaignReview
    for entry_id, user_id in session.execute(
        select(review.entry_id, review.reviewer_id).where(
            review.organisation_id.in_({one.organisation_id for one in entries}),
            review.entry_id.in_({one.id for one in entries}),
            review.state == "stepped_back",
        )
    ):
        back[entry_id].add(user_id)
    return {
        one.id: (
            units[one.practice_owner_id]
            | units[one.entrant_id]
            | (units[one.recommender_id] if one.recommender_id else set())
            | ({nominated[one.practice_id]} if one.practice_id in nominated else set())
            | back[one.id]
        )
        & ids
        for one in entries
    }


def free_for(session: Session, campaign: Any, entry: Any) -> tuple[list[Any], list[Any]]:
    """Give who of the panel may still be given an entry, and who has to do with it 回避.

    Args:
        entry: a row of `finding`.
    """
    people = reviewers(session, campaign)
    if not people:
        return [], []
    away = barred(session, [entry], people)[entry.id]
    has = _given_out(session, campaign).get(entry.id, set())
    free = [one for one in people if one.user_id not in away | has]
    return free, [one for one in people if one.user_id in away]


def _given_out(session: Session, campaign: t.Campaign) -> dict[UUID, set[UUID]]:
    review, entry = t.CampaignReview, t.CampaignEntry
    rows = session.execute(
        select(review.entry_id, review.reviewer_id)
        .join(
            entry, (entry.organisation_id == review.organisation_id) & (entry.id == review.entry_id)
        )
        .where(*asking.of(campaign), review.state != "stepped_back")
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for entry_id, user_id in rows:
        found[entry_id].add(user_id)
    return found


def _judged(session: Session, entry_id: UUID, actor: Actor) -> tuple[t.Campaign, Any]:
    seen, _entry = finding.get_entry(session, entry_id, actor=actor)
    campaign = running.own(session, seen.id, actor)
    running.only_in(campaign, "judging")
    _campaign, entry = finding.get_entry(session, entry_id, actor=actor)
    if not finding.stands(entry):
        raise Conflict(
            "企业没有同意这个案例现在的文字，或者它已经退出，不能评审。",
            "Its enterprise has not agreed to it as it reads, or it was taken out.",
        )
    return campaign, entry


def _write(
    session: Session, campaign: t.Campaign, entry_id: UUID, user_id: UUID, actor: Actor
) -> None:
    session.add(
        t.CampaignReview(
            organisation_id=campaign.organisation_id,
            entry_id=entry_id,
            reviewer_id=user_id,
            state="asked",
            assigned_at=clock.now(),
            assigned_by=actor.user_id,
            scores={},
            notes={},
        )
    )
    session.flush()


def _tell(
    session: Session,
    campaign: t.Campaign,
    load: Mapping[UUID, int],
    units: Mapping[UUID, UUID],
) -> None:
    for user_id, count in load.items():
        notifications.tell_people(
            session,
            organisation_id=units[user_id],
            instance_id=None,
            people=[user_id],
            key="campaign_review",
            facts={"title": campaign.title, "count": count},
        )
