"""What the service tasks of a guidance visit do; registered beside those of a hazard's process.

The checklist is the form: a field `found_<item>` asks one thing, `note_<item>` what was seen,
`ask_<item>` what the enterprise is asked to do, `check_<item>` whether it did. A department that
adds such fields in the studio adds an item.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.clock import local_date
from engine.delegates import Step, day_in, delegate, text_in
from engine.hazards import numbers
from engine.hazards.deadlines import add_working_days

FOUND: Final = "found_"
NOTE: Final = "note_"
ASK: Final = "ask_"
CHECK: Final = "check_"
#: Whether an item is still to be done, for the form that asks about it.
OPEN: Final = "open_"
#: What was found that can be followed by something to do.
WANTING: Final = ("partly", "no")
#: How long the visitors may take to check after the enterprise was to answer.
_TO_RECHECK: Final = 5
#: The job that tells the enterprise.
TELL: Final = "tell_visited"

Data = Mapping[str, Any]


@delegate
def plan_visit(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Enter a planned visit: whom, who goes, under which inspection plan (R-38)."""
    step.record(
        "visit:planned",
        number=step.case.number,
        # Somebody who tries a drawing visits nobody.
        enterprise=data.get("enterprise"),
        plan_kind=data.get("plan_kind"),
        plan_number=data.get("plan_number"),
        planned_on=day_in(data, "planned_on").isoformat(),
        visitors=list(data.get("visitors") or ()),
        names=data.get("visitor_names"),
    )
    return {"visit_no": step.case.number, "round": 1}


@delegate
def record_visit(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note what was found, item by item of the checklist (R-39)."""
    findings = {
        key.removeprefix(FOUND): {"found": value, "note": data.get(NOTE + key.removeprefix(FOUND))}
        for key, value in data.items()
        if key.startswith(FOUND) and value
    }
    step.record("visit:made", visited_on=day_in(data, "visited_on").isoformat(), findings=findings)
    return {}


@delegate
def issue_opinion(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Number the opinion letter, have it made, and ask the follow-ups (R-39, R-40; C7 no. 9)."""
    year = local_date(step.at).year
    count = step.next_number(f"opinion-{year}")
    number = numbers.opinion_number(step.case.organisation.code, year, count)
    asked = {
        item: str(data[ASK + item])
        for item in _items(data, FOUND)
        if data.get(FOUND + item) in WANTING and data.get(ASK + item)
    }
    due_on = day_in(data, "answer_by")
    step.record(
        "visit:advised",
        number=number,
        opinion=text_in(data, "opinion"),
        round=1,
        asked=[{"item": item, "text": text} for item, text in asked.items()],
        due_on=due_on.isoformat(),
    )
    step.queue("issue_certificate", kind="guidance")
    still = {OPEN + item: item in asked for item in _items(data, FOUND)}
    return {
        "opinion_no": number,
        "has_follow_ups": bool(asked),
        "recheck_by": _recheck_by(step, due_on),
        **still,
    }


@delegate
def record_recheck(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note what the re-check found; what is not done is asked once more (R-40)."""
    open_items = [item for item in _items(data, OPEN) if data[OPEN + item] is True]
    results = {item: data.get(CHECK + item) or "failed" for item in open_items}
    failed = [item for item in open_items if results[item] != "passed"]
    due_on = day_in(data, "answer_by")
    turn = int(data.get("round") or 1) + 1
    step.record(
        "visit:rechecked",
        results=results,
        note=data.get("recheck_note"),
        round=turn,
        asked=[{"item": item, "text": str(data.get(ASK + item) or "")} for item in failed],
        due_on=due_on.isoformat(),
    )
    return {
        "all_settled": not failed,
        "round": turn,
        "recheck_by": _recheck_by(step, due_on),
        **{OPEN + item: item in failed for item in open_items},
    }


@delegate
def close_visit(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Note that a visit and all that followed from it is closed."""
    step.record("visit:closed", by_system=True)
    return {}


@delegate
def tell_visited(step: Step, params: Data, data: Data) -> dict[str, Any]:
    """Tell the enterprise that is visited the words of `message`."""
    key = text_in(params, "message")
    step.queue(
        TELL,
        message=key,
        enterprise=data.get("enterprise"),
        facts={
            "number": step.case.number,
            "visitor": step.case.organisation.name,
            "planned_on": data.get("planned_on") or "",
            "opinion": data.get("opinion_no") or "",
            "answer_by": data.get("answer_by") or "",
        },
    )
    step.record("visited:told", by_system=True, message=key)
    return {}


def _items(data: Data, prefix: str) -> list[str]:
    return [key.removeprefix(prefix) for key in data if key.startswith(prefix)]


def _recheck_by(step: Step, due_on: date) -> str:
    day = add_working_days(due_on, _TO_RECHECK, step.case.organisation.calendar)
    return day.isoformat()
