"""What each event does to the rewards of its case (domain.md C4).

A rule gets the rewards by number and gives the rows it changes, whole. An event names the reward
it is about by `number`; without one it means the latest of the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.hazards.facts import (
    EventFact,
    Row,
    plain_date,
    plain_rate,
    plain_text,
    plain_whole,
)
from engine.hazards.rewards import MAX_GIFT, MAX_RATE, NONCASH, worth

Rewards = Mapping[str, Row]


def proposed(rewards: Rewards, event: EventFact) -> Rewards:
    """Open a reward; one that is decided already is left as it is."""
    data, number = event.data, _number(event) or ""
    if rewards.get(number, {}).get("state", "refused") not in ("proposed", "refused"):
        return {}
    row = {
        **_BLANK,
        "number": number,
        "state": "proposed",
        "proposed_at": event.at,
        "rule": plain_text(data.get("rule"), 64),
        "rule_version": plain_text(data.get("rule_version"), 64),
        "computed_fen": plain_whole(data.get("computed_fen")),
        "computation": data.get("computation") or {},
    }
    return {number: row}


def approved(rewards: Rewards, event: EventFact) -> Rewards:
    """Approve the amount; nobody's name stands under an automatic approval."""
    data = event.data
    return _moved(
        rewards,
        event,
        ("proposed",),
        state="approved",
        approved_fen=plain_whole(data.get("approved_fen")),
        approved_at=event.at,
        approved_by=None if data.get("automatic") else event.actor_id,
        change_reason=plain_text(data.get("reason"), 500),
    )


def paid(rewards: Rewards, event: EventFact) -> Rewards:
    """Record what was given. Given once: more is another reward, never an overwritten one."""
    data = event.data
    return _moved(
        rewards,
        event,
        ("proposed", "approved"),
        state="paid",
        **_given(data),
        paid_on=plain_date(data.get("paid_on")),
        paid_at=event.at,
        funding_line=plain_text(data.get("funding_line"), 40),
        voucher=plain_text(data.get("voucher"), 60),
    )


def _given(data: Mapping[str, Any]) -> Row:
    """Say what was given: money, or something else that is worth so much (C4)."""
    method, fen = plain_text(data.get("method"), 20), plain_whole(data.get("paid_fen"))
    if method not in NONCASH:
        return {"method": method, "paid_fen": fen}
    # Events from before the two were kept apart say what it was worth as if it had been paid.
    told = data.get("noncash_fen")
    return {
        "method": method,
        "paid_fen": 0,
        "noncash_fen": worth(fen, method) if told is None else plain_whole(told),
        "points": plain_whole(data.get("points")) or None,
        "points_rate": plain_rate(data.get("points_rate"), MAX_RATE),
        "gift": plain_text(data.get("gift"), MAX_GIFT),
    }


def received(rewards: Rewards, event: EventFact) -> Rewards:
    """Record that the reporter has the reward."""
    return _moved(rewards, event, ("paid",), state="received", received_at=event.at)


def refused(rewards: Rewards, event: EventFact) -> Rewards:
    """Refuse a reward that is not paid."""
    reason = plain_text(event.data.get("reason"), 500)
    return _moved(rewards, event, ("proposed", "approved"), state="refused", change_reason=reason)


def abandoned(rewards: Rewards, _event: EventFact) -> Rewards:
    """A cancelled case pays nothing more; what is paid stays paid."""
    return {
        number: {**reward, "state": "refused"}
        for number, reward in rewards.items()
        if reward["state"] in ("proposed", "approved")
    }


def _moved(rewards: Rewards, event: EventFact, states: tuple[str, ...], **changes: Any) -> Rewards:
    number = _number(event) or max(rewards, default="")
    reward = rewards.get(number)
    if reward is None or reward["state"] not in states:
        return {}
    return {number: {**reward, **changes}}


def _number(event: EventFact) -> str | None:
    return plain_text(event.data.get("number"), 40)


_BLANK: Final = dict.fromkeys(
    (
        "approved_fen",
        "approved_at",
        "approved_by",
        "change_reason",
        "funding_line",
        "voucher",
        "paid_fen",
        "paid_on",
        "paid_at",
        "received_at",
        "method",
        "noncash_fen",
        "points",
        "points_rate",
        "gift",
    )
)
REWARD_RULES: Final[Mapping[str, Callable[[Rewards, EventFact], Rewards]]] = {
    "reward:proposed": proposed,
    "reward:approved": approved,
    "reward:paid": paid,
    "reward:received": received,
    "reward:refused": refused,
    "instance:cancelled": abandoned,
}
