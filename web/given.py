"""How a reward was given, in words: the money, or what it was instead and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext

from engine.hazards import rewards
from web.language import say
from web.look import yuan

_KEYS: Final = ("method", "gift", "points", "paid_fen", "noncash_fen", "points_rate")


def given(row: Any) -> str:
    """Say what a row of the reward ledger gave: ¥200.00, or 积分 5,000 分（折 ¥200.00）."""
    return of_facts({key: getattr(row, key) for key in _KEYS})


def of_facts(facts: Mapping[str, Any]) -> str:
    """Say the same of the facts of an event."""
    worth = facts.get("noncash_fen")
    if worth is None:
        return f"¥{yuan(facts['paid_fen'])}" if isinstance(facts.get("paid_fen"), int) else ""
    words = say(rewards.said(facts))
    said = [
        rate(facts.get("points_rate")),
        gettext("折 ¥%(sum)s", sum=yuan(worth)) if worth else "",
    ]
    more = gettext("，").join(part for part in said if part)
    return f"{words}{gettext('（%(more)s）', more=more)}" if more else words


def rate(points: float | None) -> str:
    """Say how many points stand for one yuan."""
    return gettext("%(points)s 分折 1 元", points=f"{points:g}") if points else ""
