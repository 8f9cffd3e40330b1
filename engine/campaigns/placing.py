"""Places by points, and where a decision is not what the places say; pure.

The mean of an entry is compared as a fraction, so that entries are equal exactly when they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any
from uuid import UUID

from engine.errors import InvalidAnswers, Message
from engine.values.signs import writable

_LONGEST_NOTE = 500


@dataclass(frozen=True)
class Placed:
    """An entry with its points and its place."""

    entry_id: UUID
    #: The sum of its sheets, and how many they are.
    points: int
    sheets: int
    #: Counts from 1; equal entries share a place, and the next one is left out.
    place: int
    #: Whether another has the same place.
    tied: bool

    @property
    def mean(self) -> Fraction:
        """Give the mean of its sheets, exactly."""
        return Fraction(self.points, self.sheets)


def placed(entries: Iterable[tuple[UUID, int, int]]) -> list[Placed]:
    """Give entries by their mean, the best first.

    Args:
        entries: entry, the sum of its sheets, how many sheets; at least one.
    """
    ordered = sorted(entries, key=lambda one: (-Fraction(one[1], one[2]), str(one[0])))
    places: list[int] = []
    for number, (_entry, points, sheets) in enumerate(ordered, start=1):
        before = ordered[number - 2] if number > 1 else None
        same = before is not None and points * before[2] == before[1] * sheets
        places.append(places[-1] if same else number)
    shared = Counter(places)
    return [
        Placed(entry, points, sheets, place, shared[place] > 1)
        for (entry, points, sheets), place in zip(ordered, places, strict=True)
    ]


def proposed(order: Sequence[Placed], awards: Sequence[Mapping[str, Any]]) -> dict[UUID, str]:
    """Give each award to the next best, as far as there are awards; in a tie by nothing."""
    keys = [one["key"] for one in awards for _ in range(one["count"])]
    return {one.entry_id: key for one, key in zip(order, keys, strict=False)}


def unlike_places(
    order: Sequence[Placed], chosen: Mapping[UUID, str], awards: Sequence[Mapping[str, Any]]
) -> set[UUID]:
    """Give the entries for which a decision needs a reason.

    Those are: who got less than somebody with fewer points, who got more than somebody with more,
    and who of equals got less.
    """
    rank = {one["key"]: place for place, one in enumerate(awards)}
    worth = {one.entry_id: rank.get(chosen.get(one.entry_id, ""), len(rank)) for one in order}
    lowest: dict[int, int] = {}
    highest: dict[int, int] = {}
    for one in order:
        mine = worth[one.entry_id]
        lowest[one.place] = min(lowest.get(one.place, mine), mine)
        highest[one.place] = max(highest.get(one.place, mine), mine)
    back = sorted(lowest, reverse=True)
    at_or_below = dict(zip(back, accumulate((lowest[place] for place in back), min), strict=True))
    above: dict[int, int] = {}
    worst = 0
    for place in sorted(highest):
        above[place], worst = worst, max(worst, highest[place])
    return {
        one.entry_id
        for one in order
        if at_or_below[one.place] < worth[one.entry_id] or above[one.place] > worth[one.entry_id]
    }


def clean_sheet(
    criteria: Sequence[Mapping[str, Any]], scores: Mapping[str, Any], notes: Mapping[str, Any]
) -> tuple[dict[str, int], dict[str, str], int]:
    """Give points and notes by criterion, and the sum of the points.

    Raises:
        InvalidAnswers: a criterion has no whole number within its bounds, or too long a note.
    """
    errors: dict[str, list[Message]] = {}
    given: dict[str, int] = {}
    said: dict[str, str] = {}
    for one in criteria:
        key, most = one["key"], one["most"]
        text = str(scores.get(key, "")).strip()
        if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= most:
            given[key] = int(text)
        else:
            errors[key] = [
                Message(f"请填 0 至 {most} 的整数。", f"A whole number from 0 to {most}.")
            ]
        note = writable(str(notes.get(key, ""))).strip()
        if len(note) > _LONGEST_NOTE:
            errors[f"{key}_note"] = [
                Message(
                    f"太长，最多 {_LONGEST_NOTE} 个字。", f"At most {_LONGEST_NOTE} characters."
                )
            ]
        elif note:
            said[key] = note
    if errors:
        raise InvalidAnswers(errors)
    return given, said, sum(given.values())
