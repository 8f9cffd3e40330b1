"""What one ledger row counts for in the months (domain.md C5).

The lists behind the figures ask the same columns in SQL (engine/figures.py); the two are kept
side by side by tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.clock import month_of
from engine.hazards.months import next_month

#: (month, counter) → number
Counts = dict[tuple[str, str], int]
#: States in which a registered hazard waits for something: it is in the open balance.
OPEN_STATES: Final = ("verified", "rectified")
#: States of a hazard that stays on the ledger; one dismissed or cancelled later leaves it.
LEDGER_STATES: Final = (*OPEN_STATES, "closed")
#: Counters that hold the largest single value of the month, not a sum.
MAXIMA: Final = frozenset({"max_paid_fen", "max_noncash_fen"})
#: Sources that are not people telling of what they saw; counted beside, not inside (C5 17).
SIGNALS: Final = ("iot", "ai")
#: Only what people of the firm report feeds the indicator (C1 4); the rest stays visible.
HUMAN_SOURCES: Final = ("staff", "self_check")
#: Origin → what counts a report, a registration and a closure of it.
ORIGINS: Final = {
    "human": ("reported", "verified", "closed"),
    "signal": ("signals", "signals_verified", "signals_closed"),
    "other": ("others", "others_verified", "others_closed"),
}


def origin_of(source: str) -> str:
    """Give human, signal or other for a hazard's source."""
    if source in HUMAN_SOURCES:
        return "human"
    return "signal" if source in SIGNALS else "other"


def counts_of_hazard(row: Mapping[str, Any]) -> Counts:
    """Give what a hazard row counts for: each moment in its own month."""
    if row["kind"] == "suggestion":
        return _of_suggestion(row)
    origin = origin_of(row["source"])
    received, registered, closed = ORIGINS[origin]
    counts: Counts = {(month_of(row["reported_at"]), received): 1}
    if row["state"] in LEDGER_STATES and row.get("registered_at") is not None:
        month = month_of(row["registered_at"])
        counts[month, registered] = 1
        if origin == "human":
            counts |= _details(row, month)
    if row["state"] == "closed" and row.get("closed_at") is not None:
        month = month_of(row["closed_at"])
        counts[month, closed] = 1
        if origin == "human":
            counts |= _details_of_closing(row, month)
    if row["state"] == "dismissed" and origin == "human":
        counts[month_of(row["dismissed_at"]), "dismissed"] = 1
    if row["state"] == "cancelled" and row.get("registered_at") is not None:
        counts[month_of(row["cancelled_at"]), "withdrawn"] = 1
    return counts


def counts_of_reward(row: Mapping[str, Any]) -> Counts:
    """Give what a reward row counts for: approved, paid and received are three sums (C4).

    What was given instead of money is counted beside what was paid, at its worth (C5 14); what is
    approved and what is received counts either.
    """
    counts: Counts = {}
    if row["state"] in ("approved", "paid", "received") and row.get("approved_at") is not None:
        month = month_of(row["approved_at"])
        counts |= {(month, "approved_count"): 1, (month, "approved_fen"): row["approved_fen"]}
    if row["state"] in ("paid", "received"):
        month, fen = month_of(row["paid_at"]), given_fen(row)
        counts[month, "paid_count"] = 1
        if row.get("noncash_fen") is None:
            counts |= {(month, "paid_fen"): fen, (month, "max_paid_fen"): fen}
        else:
            counts |= {(month, "noncash_fen"): fen, (month, "noncash_count"): 1}
            counts[month, "max_noncash_fen"] = fen
    if row["state"] == "received":
        counts[month_of(row["received_at"]), "received_fen"] = given_fen(row)
    return counts


def given_fen(row: Mapping[str, Any]) -> int:
    """Give what a reward was given at: the money paid, or what it is worth instead."""
    worth: int | None = row.get("noncash_fen")
    return (row["paid_fen"] or 0) if worth is None else worth


def _of_suggestion(row: Mapping[str, Any]) -> Counts:
    counts: Counts = {(month_of(row["reported_at"]), "reported_suggestions"): 1}
    if row["state"] == "closed" and row.get("closed_at") is not None:
        counts[month_of(row["closed_at"]), "adopted"] = 1
    return counts


def _details_of_closing(row: Mapping[str, Any], month: str) -> Counts:
    """Count a major; and note in every month that ended with it overdue that it is closed now.

    What was overdue when a month ended is then known without looking at closed hazards again.
    """
    counts: Counts = {(month, "closed_major"): 1} if row.get("level") == "major" else {}
    if row.get("due_on") is not None:
        late = max(f"{row['due_on']:%Y-%m}", month_of(row["registered_at"]))
        while late < month:
            counts[late, "late_closed"] = 1
            late = next_month(late)
    return counts


def _details(row: Mapping[str, Any], month: str) -> Counts:
    counts: Counts = {}
    if row.get("level") == "major":
        counts[month, "verified_major"] = 1
    if row.get("category") is not None:
        counts[month, f"category_{row['category']}"] = 1
    return counts
