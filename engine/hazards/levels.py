"""Determining the level: a major hazard is a condition, not a label (domain.md 0.3 (3)).

Official criteria say 并且, 或者 and 前提. Each condition is ticked by a person with its evidence;
from the ticks a verdict is proposed. Whoever determines decides; the program never sets 重大.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import Invalid

MAJOR: Final = "major"
GENERAL: Final = "general"
UNDECIDED: Final = "undecided"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to be looked at.

    pre: a precondition 前提, which has to hold besides what the criterion asks for.
    """

    text: str
    pre: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """A listed situation: its conditions and whether all of them or any of them is needed."""

    conditions: tuple[Condition, ...]
    #: all 并且 | any 或者; preconditions are needed in either case.
    logic: str = "all"


@dataclass(frozen=True, slots=True)
class Tick:
    """What a person found about one condition: it holds, it does not, or not known (None)."""

    met: bool | None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Determination:
    """The proposed verdict and what it rests on."""

    #: major, general or undecided
    verdict: str
    #: Numbers from 1 of the conditions that keep it from being decided.
    open: tuple[int, ...] = ()


def criterion_of(item: Mapping[str, Any]) -> Criterion | None:
    """Give the criterion of a frozen checklist item, or None when it lists no conditions."""
    listed = item.get("conditions") or ()
    conditions = tuple(Condition(entry["text"], bool(entry.get("pre"))) for entry in listed)
    return Criterion(conditions, item.get("logic", "all")) if conditions else None


def ticks_in(data: Mapping[str, Any], count: int) -> tuple[Tick, ...]:
    """Read the ticks from the answers `met_1`, `evidence_1`, … of the form `determine`."""
    known = {"yes": True, "no": False}
    return tuple(
        Tick(known.get(data.get(f"met_{n}", "")), data.get(f"evidence_{n}") or "")
        for n in range(1, count + 1)
    )


def determine(criterion: Criterion, ticks: Sequence[Tick]) -> Determination:
    """Propose a verdict from the ticks, one for each condition.

    A condition that is said to hold counts only with evidence: the record that defends the label
    (domain.md C1 30).

    Raises:
        Invalid: the number of ticks is not that of the conditions, or evidence is missing.
    """
    _check(criterion, ticks)
    marks = list(zip(criterion.conditions, (tick.met for tick in ticks), strict=True))
    needed = _all([met for condition, met in marks if condition.pre])
    listed = [met for condition, met in marks if not condition.pre]
    found = _all([needed, _all(listed) if criterion.logic == "all" else _any(listed)])
    if found is None:
        unknown = (n for n, (_condition, met) in enumerate(marks, start=1) if met is None)
        return Determination(UNDECIDED, tuple(unknown))
    return Determination(MAJOR if found else GENERAL)


def _check(criterion: Criterion, ticks: Sequence[Tick]) -> None:
    if len(ticks) != len(criterion.conditions):
        raise Invalid(
            f"判定标准有 {len(criterion.conditions)} 个要件，要逐条回答，现在有 {len(ticks)} 条。",
            f"The criterion has {len(criterion.conditions)} conditions to be answered one by one; "
            f"there are {len(ticks)} answers.",
        )
    for number, tick in enumerate(ticks, start=1):
        if tick.met and not tick.evidence.strip():
            raise Invalid(
                f"第 {number} 个要件写了“符合”，请写明证据。",
                f"Condition {number} is said to hold; give the evidence.",
                condition=number,
            )


def _all(marks: Sequence[bool | None]) -> bool | None:
    if False in marks:
        return False
    return None if None in marks else True


def _any(marks: Sequence[bool | None]) -> bool | None:
    if True in marks:
        return True
    return None if None in marks else False
