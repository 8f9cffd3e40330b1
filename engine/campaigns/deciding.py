"""The decision: places by points, awards by a director, with a reason where they differ (R-16)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.actors import Actor
from engine.campaigns import asking, finding, running
from engine.campaigns.placing import Placed, placed, unlike_places
from engine.campaigns.reviewing import is_complete
from engine.campaigns.trail import note
from engine.errors import Conflict, InvalidAnswers, Message, SeparationOfDuties
from engine.store import tables as t


@dataclass(frozen=True)
class Standings:
    """Where a campaign's entries stand."""

    #: Entries that everybody has judged, the best first.
    order: list[Placed]
    #: Those that somebody still has to judge, or too few were asked to.
    waiting: list[UUID]
    #: Every entry in play by its id.
    entries: Mapping[UUID, Any]


def standings(session: Session, campaign: Any) -> Standings:
    """Give the places of a campaign's entries, as far as their sheets are in."""
    entries = {row.id: row for row in finding.in_play(session, campaign)}
    if campaign.kind == "collection":
        return Standings([], [], entries)
    sheets: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in session.scalars(_sheets(campaign)):
        sheets[row.entry_id].append(row)
    full, waiting = [], []
    for entry_id, entry in entries.items():
        rows = sheets[entry_id]
        if is_complete(rows, entry.version):
            given = [row.total or 0 for row in rows if row.state == "given"]
            full.append((entry_id, sum(given), len(given)))
        else:
            waiting.append(entry_id)
    return Standings(placed(full), waiting, entries)


def progress(session: Session, campaign: Any) -> dict[UUID, tuple[int, int]]:
    """Give for each entry how many sheets are given and how many were asked for."""
    found: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for row in session.scalars(_sheets(campaign)):
        if row.state != "stepped_back":
            found[row.entry_id][0] += row.state == "given"
            found[row.entry_id][1] += 1
    return {entry_id: (given, asked) for entry_id, (given, asked) in found.items()}


def decide(
    session: Session,
    campaign_id: UUID,
    chosen: Mapping[UUID, str],
    reasons: Mapping[UUID, str],
    *,
    actor: Actor,
) -> None:
    """Give the awards; the points and places are kept as they are now.

    Args:
        chosen: entry → key of an award; who is not named gets none.
        reasons: entry → why its award is not what its place says.

    Raises:
        NotAllowed, NotFound: not theirs to run. SeparationOfDuties: they judged an entry.
        Conflict: nothing is judged now, or sheets are missing.
        InvalidAnswers: unknown or too many awards, or none; at `reason-<entry>` a missing reason.
    """
    campaign = running.own(session, campaign_id, actor)
    running.only_in(campaign, "judging")
    now = standings(session, campaign)
    _only_whole(session, campaign, now, actor)
    awards = {entry_id: key for entry_id, key in chosen.items() if key}
    _check_awards(campaign, awards, now)
    why = _reasons(campaign, awards, reasons, now)
    places = {one.entry_id: one for one in now.order}
    rows = session.scalars(
        select(t.CampaignEntry).where(*asking.of(campaign)).with_for_update()
    ).all()
    for row in rows:
        if row.id not in now.entries:
            continue
        place = places.get(row.id)
        if place is not None:
            row.points, row.sheets, row.place = place.points, place.sheets, place.place
        row.award, row.award_reason = awards.get(row.id), why.get(row.id)
    campaign.state, campaign.decided_at, campaign.decided_by = "decided", clock.now(), actor.user_id
    session.flush()
    note(session, campaign, "decided", actor, awards=len(awards), unlike=len(why))


def _only_whole(session: Session, campaign: t.Campaign, now: Standings, actor: Actor) -> None:
    if not now.entries:
        raise Conflict(
            "没有可以决定的案例，只能取消。", "There is no case left to decide on; cancel it."
        )
    judged = _sheets(campaign).where(t.CampaignReview.reviewer_id == actor.user_id)
    if session.scalars(judged.limit(1)).first() is not None:
        raise SeparationOfDuties(
            "您评审过这次的案例，请由另一位负责人决定结果。",
            "You judged cases of this campaign; another director has to decide.",
        )
    if now.waiting:
        titles = "”、“".join(now.entries[one].title[:30] for one in now.waiting[:3])
        raise Conflict(
            f"还有 {len(now.waiting)} 个案例没有评完（每个至少两人）：“{titles}”。",
            f"{len(now.waiting)} case(s) are not judged by all, or by fewer than two: “{titles}”.",
        )


def _check_awards(campaign: t.Campaign, awards: Mapping[UUID, str], now: Standings) -> None:
    most = {one["key"]: one["count"] for one in campaign.awards}
    if not set(awards) <= set(now.entries) or not set(awards.values()) <= set(most):
        raise InvalidAnswers.at(
            "awards", "有的案例已经退出，请刷新后再决定。",
            "A case was taken out meanwhile; reload and decide anew.",
        )  # fmt: skip
    if not awards:
        raise InvalidAnswers.at(
            "awards", "请至少给一个案例奖项；都不给，就取消这次活动。",
            "Give at least one award; cancel the campaign if nobody gets any.",
        )  # fmt: skip
    for key, count in Counter(awards.values()).items():
        if count > most[key]:
            name = next(one["name"] for one in campaign.awards if one["key"] == key)
            raise InvalidAnswers.at(
                "awards", f"“{name}”最多 {most[key]} 个，选了 {count} 个。",
                f"There are at most {most[key]} of “{name}”; {count} were chosen.",
            )  # fmt: skip


def _reasons(
    campaign: t.Campaign,
    awards: Mapping[UUID, str],
    reasons: Mapping[UUID, str],
    now: Standings,
) -> dict[UUID, str]:
    errors: dict[str, list[Message]] = {}
    found: dict[UUID, str] = {}
    for entry_id in unlike_places(now.order, awards, campaign.awards):
        try:
            found[entry_id] = running.reason_of(reasons.get(entry_id, ""), f"reason-{entry_id}")
        except InvalidAnswers:
            errors[f"reason-{entry_id}"] = [
                Message(
                    "与名次不一致，请写明理由，最多 500 个字。",
                    "Unlike the places: say why, in at most 500 characters.",
                )
            ]
    if errors:
        raise InvalidAnswers(errors)
    return found


def _sheets(campaign: Any) -> Any:
    review, entry = t.CampaignReview, t.CampaignEntry
    same = and_(entry.organisation_id == review.organisation_id, entry.id == review.entry_id)
    return select(review).join(entry, same).where(*asking.of(campaign))
