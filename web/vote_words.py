"""Votes as pages show them: how many have voted, what it came to, and who said what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from engine.actors import ROLES
from engine.hazards.votes import Ballot
from engine.spiff import Element
from engine.voting.rounds import Round
from web.language import drawn, say

KINDS: Final = {
    "all": lazy_gettext("会签：全部同意才通过"),
    "any": lazy_gettext("或签：先答的一人决定"),
    "sequence": lazy_gettext("依次签：逐个同意才通过"),
}
_STATES: Final = {
    "open": (lazy_gettext("表决中"), "tone-going", "clock"),
    "passed": (lazy_gettext("通过"), "tone-done", "check"),
    "failed": (lazy_gettext("没有通过"), "tone-late", "cross"),
    "ended": (lazy_gettext("没有表决完"), "tone-calm", "cross"),
}


@dataclass(frozen=True)
class Said:
    """One vote."""

    #: "" where voters are not named.
    who: str
    role: str
    at: datetime
    agrees: bool
    opinion: str


@dataclass(frozen=True)
class Tally:
    """One round of a vote."""

    name: str
    kind: str
    state: str
    tone: str
    icon: str
    words: str
    #: Empty while it is secret how they voted.
    votes: Sequence[Said]
    is_open: bool


def tally(one: Round, element: Element | None, *, is_nameless: bool, is_withheld: bool) -> Tally:
    """Say how a round stands.

    Args:
        is_nameless: its voters are not named. is_withheld: it is about what the reader may not see.
    """
    ballot = element.ballot if element else None
    is_open = one.state == "open"
    shown = () if is_withheld or (is_open and not (ballot and ballot.is_open)) else one.votes
    words, tone, icon = _STATES[one.state]
    return Tally(
        name=drawn(element.name or element.id) if element else one.element,
        kind=kind_words(ballot),
        state=str(words),
        tone=tone,
        icon=icon,
        words=count_words(one),
        votes=[_said(vote, is_nameless) for vote in shown],
        is_open=is_open,
    )


def kind_words(ballot: Ballot | None) -> str:
    """Say by which rule it is decided."""
    if ballot is None:
        return ""
    if ballot.decide == "ratio":
        return str(gettext("票签：同意的达到 %(ratio)s 通过", ratio=ratio_words(ballot.ratio)))
    return str(KINDS[ballot.decide])


def ratio_words(ratio: Fraction) -> str:
    """Say a ratio: in per cent where that is exact, else as a fraction."""
    percent = ratio * 100
    return f"{percent}%" if percent.denominator == 1 else str(ratio)


def count_words(one: Round) -> str:
    """Say how many have voted; how, once it is decided."""
    if one.state in ("open", "ended"):
        return str(
            gettext("%(voted)s 人已投，共 %(voters)s 人", voted=one.voted, voters=one.voters)
        )
    return str(
        gettext(
            "同意 %(agreed)s，不同意 %(refused)s，共 %(voters)s 人",
            agreed=one.agreed,
            refused=one.refused,
            voters=one.voters,
        )
    )


def _said(vote: Any, is_nameless: bool) -> Said:
    return Said(
        who="" if is_nameless else vote.name,
        role=say(ROLES[vote.role]) if vote.role in ROLES else vote.role,
        at=vote.at,
        agrees=vote.choice == "for",
        opinion=vote.opinion or "",
    )
