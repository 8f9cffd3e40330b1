"""The ledgers and the month as projections of history (domain.md C1, C4, C5; R-57).

Nothing in a ledger is typed a second time: every column is read from a history event. What a
month counts is read from the ledger rows alone: an event adds to the months the difference
between what its case counted for before and after. A figure and the list of cases behind it can
therefore never disagree, and a late correction moves the month it belongs to.

Pure: no database, no clock, no identity of a reporter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from engine.clock import month_of
from engine.hazards.case_rules import ANSWERS, HAZARD_RULES, STEP_KEYS
from engine.hazards.counts import MAXIMA, Counts, counts_of_hazard, counts_of_reward
from engine.hazards.facts import FIELDS, EventFact, Row
from engine.hazards.origins import is_from_people
from engine.hazards.reward_rules import REWARD_RULES

_FIELDS: Final = FIELDS.keys() | ANSWERS


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the ledgers hold of one case: its hazard row and its rewards by number."""

    hazard: Row | None = None
    rewards: Mapping[str, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Projection:
    """What events change: columns of rows, counters of months, persons to be counted."""

    #: Column → new value; of a new case every column that has one.
    hazard: Row = field(default_factory=dict)
    #: Reward number → column → new value.
    rewards: Mapping[str, Row] = field(default_factory=dict)
    #: Month → counter → what to add; for a counter in `MAXIMA` the least it must be.
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: (month, "reporter" | "rewarded")
    persons: frozenset[tuple[str, str]] = frozenset()
    #: When a reward was first paid for a report that was on the ledger by then (R-06).
    rewarded_at: datetime | None = None


def concerns(tag: str, task_key: str, answers: Iterable[str]) -> bool:
    """Say whether such an event can change a ledger; most cannot, and cost nothing.

    Args:
        answers: the keys of the fields answered.
    """
    if tag == "task:completed":
        return task_key in STEP_KEYS or not _FIELDS.isdisjoint(answers)
    return tag in HAZARD_RULES or tag in REWARD_RULES


def project(state: CaseState, event: EventFact) -> Projection:
    """Give what one event changes in a case."""
    return project_all(state, [event])[1]


def project_all(state: CaseState, events: Iterable[EventFact]) -> tuple[CaseState, Projection]:
    """Give a case after `events`, and what they change in all."""
    after = state
    persons: set[tuple[str, str]] = set()
    rewarded: list[datetime] = []
    for event in events:
        before, after = after, _next(after, event)
        persons |= _persons(before, after, event)
        if _is_rewarded(before, after, event):
            rewarded.append(event.at)
    return after, Projection(
        hazard=_changes(state.hazard, after.hazard),
        rewards=_reward_changes(state.rewards, after.rewards),
        months=_difference(_counts(state), _counts(after)),
        persons=frozenset(persons),
        rewarded_at=min(rewarded, default=None),
    )


def _next(state: CaseState, event: EventFact) -> CaseState:
    return CaseState(_next_hazard(state.hazard, event), _next_rewards(state.rewards, event))


def _next_hazard(hazard: Row | None, event: EventFact) -> Row | None:
    rule = HAZARD_RULES.get(event.tag)
    if rule is None or (hazard is None) != (event.tag == "instance:started"):
        return hazard
    changes = rule(hazard or {}, event)
    return {**(hazard or {}), **changes} if changes else hazard


def _next_rewards(rewards: Mapping[str, Row], event: EventFact) -> Mapping[str, Row]:
    rule = REWARD_RULES.get(event.tag)
    return rewards if rule is None else {**rewards, **rule(rewards, event)}


def _persons(before: CaseState, after: CaseState, event: EventFact) -> set[tuple[str, str]]:
    if event.tag == "reward:paid" and after.rewards != before.rewards:
        return {(month_of(event.at), "rewarded")}
    if before.hazard is None and after.hazard is not None and is_from_people(after.hazard):
        return {(month_of(event.at), "reporter")}
    return set()


def _is_rewarded(before: CaseState, after: CaseState, event: EventFact) -> bool:
    """Say whether the event pays for a hazard that was verified and put on the ledger."""
    if event.tag != "reward:paid" or after.rewards == before.rewards or after.hazard is None:
        return False
    on_ledger = after.hazard.get("registered_at") is not None
    return on_ledger and after.hazard["kind"] == "hazard"


def _reward_changes(before: Mapping[str, Row], after: Mapping[str, Row]) -> Mapping[str, Row]:
    changed = {number: _changes(before.get(number), row) for number, row in after.items()}
    return {number: changes for number, changes in changed.items() if changes}


def _changes(before: Row | None, after: Row | None) -> Row:
    if after is None or after is before:
        return {}
    known = before or {}
    return {name: value for name, value in after.items() if known.get(name) != value}


def _counts(state: CaseState) -> Counts:
    counts = counts_of_hazard(state.hazard) if state.hazard is not None else {}
    for reward in state.rewards.values():
        for key, value in counts_of_reward(reward).items():
            so_far = counts.get(key, 0)
            counts[key] = max(so_far, value) if key[1] in MAXIMA else so_far + value
    return counts


def _difference(before: Counts, after: Counts) -> dict[str, dict[str, int]]:
    months: dict[str, dict[str, int]] = {}
    for key in before.keys() | after.keys():
        change = _change(key[1], before.get(key, 0), after.get(key, 0))
        if change:
            months.setdefault(key[0], {})[key[1]] = change
    return months


def _change(counter: str, before: int, after: int) -> int:
    """Give what to add; a maximum never falls, for what is paid is never unpaid."""
    if counter in MAXIMA:
        return after if after > before else 0
    return after - before
