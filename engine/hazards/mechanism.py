"""How far the mechanism 机制 has come, from what proves it (R-04…R-06, R-26; domain.md C3).

Pure: no database, no clock. A stage is never typed: it follows from evidence and from the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

#: The five chapters that rules have to have (R-26).
CHAPTERS: Final = ("content", "channels", "handling", "rewards", "results")
#: Without one of each a mechanism is not established.
REQUIRED: Final = (
    "rules", "union_opinion", "publication", "channels", "checklist", "reward_table", "funds",
)  # fmt: skip
OPTIONAL: Final = ("process", "training")
#: A day that was typed before evidence was kept; nobody can enter one any more.
STATED: Final = "stated"
#: The principal's signature under a quarter (order 16 art. 14): no part of the mechanism itself.
QUARTER: Final = "quarter"
#: In the order in which they come.
STAGES: Final = ("none", "drafted", "established", "implemented", "stalled", "not_applicable")
#: So long without a report or a zero statement, and it stands still (ours, not official).
STALLED_AFTER: Final = timedelta(days=90)


@dataclass(frozen=True)
class Proof:
    """What a piece of evidence says to the stage; one that was withdrawn says nothing."""

    kind: str
    on: date
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Say whether it proves its part, or only that there is a beginning."""
        match self.kind:
            case "rules":
                return set(CHAPTERS) <= set(self.details.get("chapters") or ())
            case "channels":
                return bool(self.details.get("passed"))
        return True

    @property
    def missing(self) -> tuple[str, ...]:
        """Give the chapters that are not in the rules."""
        if self.kind != "rules":
            return ()
        there = set(self.details.get("chapters") or ())
        return tuple(chapter for chapter in CHAPTERS if chapter not in there)


@dataclass(frozen=True)
class Days:
    """The day of each stage that was reached."""

    drafted_on: date | None = None
    established_on: date | None = None
    implemented_on: date | None = None
    #: report | zero_statement | stated
    implemented_by: str | None = None


def days_of(
    proofs: Iterable[Proof], *, zero_on: date | None = None, rewarded_on: date | None = None
) -> Days:
    """Give the days that evidence comes to.

    Args:
        proofs: what is not withdrawn, of any kind.
        zero_on: when the first zero statement was signed.
        rewarded_on: when a report on the ledger was first rewarded.

    What was lived before the mechanism was established counts from that day: 建立并实施 (R-06).
    """
    known = [one for one in proofs if one.kind in (*REQUIRED, *OPTIONAL, STATED)]
    established_on = _established(known)
    signs = {
        "report": rewarded_on,
        "zero_statement": zero_on,
        "stated": _stated(known, "implemented"),
    }
    lived = [
        (max(on, established_on), by)
        for by, on in signs.items()
        if on is not None and established_on is not None
    ]
    # On one day a report goes before what was stated, and that before a zero statement.
    first_on, first_by = min(lived, default=(None, None))
    return Days(
        drafted_on=min((one.on for one in known), default=None),
        established_on=established_on,
        implemented_on=first_on,
        implemented_by=first_by,
    )


def stage_of(days: Days, *, is_active: bool, last_sign_on: date | None = None, today: date) -> str:
    """Give the stage on `today`; the words are those of `STAGES`.

    Args:
        is_active: whether the enterprise works; one that is closed or suspended owes nothing.
        last_sign_on: the day of the last report or zero statement.
    """
    if not is_active:
        return "not_applicable"
    if days.implemented_on is not None:
        seen = max(filter(None, (days.implemented_on, last_sign_on)))
        return "stalled" if today - seen >= STALLED_AFTER else "implemented"
    if days.established_on is not None:
        return "established"
    return "none" if days.drafted_on is None else "drafted"


def lacking(proofs: Iterable[Proof]) -> tuple[str, ...]:
    """Give the kinds that are asked for and not there, in their order."""
    there = {one.kind for one in proofs if one.is_whole}
    return tuple(kind for kind in REQUIRED if kind not in there)


def _established(proofs: list[Proof]) -> date | None:
    first: dict[str, date] = {}
    for one in proofs:
        if one.kind in REQUIRED and one.is_whole:
            first[one.kind] = min(one.on, first.get(one.kind, one.on))
    complete = max(first.values()) if len(first) == len(REQUIRED) else None
    days = (complete, _stated(proofs, "established"))
    return min((day for day in days if day is not None), default=None)


def _stated(proofs: list[Proof], stage: str) -> date | None:
    days = [one.on for one in proofs if one.kind == STATED and one.details.get("stage") == stage]
    return min(days, default=None)
