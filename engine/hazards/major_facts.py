"""What the register of majors reads from a case's answers (domain.md C1 30-40; R-52, R-72, R-73).

The process asks for all of it; nothing is typed into the register that a step has asked already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from engine.clock import local_date
from engine.hazards.facts import EventFact, Row, plain_date

#: The six elements of a plan for a major, in the order of order 16 art. 15.
SIX_ELEMENTS: Final = (
    "plan_goal",
    "plan_methods",
    "plan_resources",
    "plan_people",
    "plan_schedule",
    "plan_safety",
)
#: What was done so that nobody is hurt until it is fixed (order 16 art. 16).
INTERIM: Final = ("interim_controls", "safe_note")
#: Addressee → the field that says on which day it was told, and the column of that day.
TOLD_ON: Final = {
    "authority": ("reported_to_authority", "authority_on"),
    "congress": ("reported_to_union", "congress_on"),
}
DETERMINE: Final = "determine"
#: Fields whose answers change what the register knows.
ANSWERS: Final = frozenset(
    {
        *SIX_ELEMENTS,
        *INTERIM,
        *(field for field, _column in TOLD_ON.values()),
        "supervised",
        "authority_cancelled_on",
    }
)


def register_columns(
    hazard: Row, step: str, answers: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """Give the columns of the hazard that the answers of one step fill.

    Args:
        hazard: its row before. step: the key of the step.
    """
    columns: dict[str, Any] = {}
    if step == DETERMINE:
        columns["determined_at"] = at
    if all(_said(answers.get(name)) for name in SIX_ELEMENTS):
        columns["planned_at"] = at
    if not hazard.get("guarded_at") and any(_said(answers.get(name)) for name in INTERIM):
        columns["guarded_at"] = at
    for field, column in TOLD_ON.values():
        day = plain_date(answers.get(field))
        if day is not None and not hazard.get(column):
            columns[column] = day
    return columns | _supervised(hazard, answers, at)


def reported(hazard: Row, event: EventFact) -> Row:
    """A major was reported outside the steps of its process; the first report counts."""
    told = TOLD_ON.get(str(event.data.get("addressee")))
    day = plain_date(event.data.get("reported_on"))
    if told is None or day is None or hazard.get(told[1]):
        return {}
    return {told[1]: day}


def guarded(hazard: Row, event: EventFact) -> Row:
    """Interim measures were noted; the first ones count."""
    return {} if hazard.get("guarded_at") else {"guarded_at": event.at}


def listed(hazard: Row, event: EventFact) -> Row:
    """An authority put it under its supervision 挂牌督办."""
    day = plain_date(event.data.get("listed_on"))
    return {} if hazard.get("supervised_on") or day is None else {"supervised_on": day}


def struck_off(_hazard: Row, event: EventFact) -> Row:
    """An authority struck it off 核销; it is free when no other authority has it."""
    return {} if event.data.get("remaining") else {"supervised_on": None}


def _supervised(hazard: Row, answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    if plain_date(answers.get("authority_cancelled_on")) is not None:
        return {"supervised_on": None} if hazard.get("supervised_on") else {}
    if answers.get("supervised") is True and not hazard.get("supervised_on"):
        return {"supervised_on": local_date(at)}
    return {}


def _said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
