"""What each event does to the hazard row of its case (domain.md C1).

A rule gets the row and the event and gives the columns it changes. A settled hazard (closed,
dismissed, cancelled) is never reopened by a later event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.hazards import major_facts
from engine.hazards.counts import OPEN_STATES
from engine.hazards.facts import EventFact, Row, answered, plain_text
from engine.hazards.origins import UNKNOWN_CHANNEL

_UNSETTLED: Final = ("reported", *OPEN_STATES)


def started(_hazard: Row, event: EventFact) -> Row:
    """Open the row of a report; a process that reports nothing has none."""
    kind = event.data.get("kind") or event.answers.get("kind")
    if kind not in ("hazard", "suggestion"):
        return {}
    known = answered(event.answers)
    return {
        "source": "staff",
        "imminent": False,
        "fixed_on_spot": False,
        **known,
        **_origin(event, known),
        "kind": kind,
        "state": "reported",
        "report_number": plain_text(event.data.get("number"), 40) or "",
        "reported_at": event.at,
        "rounds": 0,
    }


def _origin(event: EventFact, known: Row) -> Row:
    """Give where the report is from: what was noted as it came in wins over what its form asks."""
    noted = plain_text(event.data.get("source"), 20)
    source = known.get("source", noted) if noted in (None, "staff") else noted
    channel = plain_text(event.data.get("channel"), 20) or UNKNOWN_CHANNEL
    return {"channel": channel, **({"source": source} if source else {})}


def completed(hazard: Row, event: EventFact) -> Row:
    """Take the answers, and the moment when the step is one the ledger names."""
    step = _STEPS.get(event.task_key)
    known = major_facts.register_columns(hazard, event.task_key, event.answers, event.at)
    changes = {**answered(event.answers), **known, **(step(hazard, event) if step else {})}
    if {**hazard, **changes}["kind"] == "suggestion" and hazard["state"] == "reported":
        changes |= _considered(event)
    return changes


def registered(hazard: Row, event: EventFact) -> Row:
    """Put the hazard on the ledger 上账: it waits for rectification, or has been rectified."""
    known = answered({key: event.data.get(key) for key in ("level", "category", "finding")})
    if hazard["state"] != "reported":
        return known
    done = hazard.get("rectified_at") is not None
    return {
        **known,
        "number": plain_text(event.data.get("number"), 40),
        "registered_at": event.at,
        "state": "rectified" if done else "verified",
    }


def dismissed(hazard: Row, event: EventFact) -> Row:
    """Settle a report that is not put on the ledger 不予上账."""
    if hazard["state"] not in _UNSETTLED:
        return {}
    finding = answered({"finding": event.data.get("finding")})
    return {**finding, "state": "dismissed", "dismissed_at": event.at}


def closed(hazard: Row, event: EventFact) -> Row:
    """Close a hazard that is on the ledger 销号."""
    if hazard["state"] not in OPEN_STATES:
        return {}
    number = plain_text(event.data.get("number"), 40)
    return {"state": "closed", "closed_at": event.at, "closure_number": number}


def told(_hazard: Row, event: EventFact) -> Row:
    """Note when the reporter last heard from us (C1 47)."""
    return {"told_at": event.at}


def ended(hazard: Row, event: EventFact) -> Row:
    """A suggestion that ended without anybody saying that it is adopted was not."""
    if hazard["kind"] == "suggestion" and hazard["state"] == "reported":
        return {"state": "dismissed", "dismissed_at": event.at}
    return {}


def cancelled(hazard: Row, event: EventFact) -> Row:
    """Withdraw a case that is not settled; its registration no longer counts."""
    if hazard["state"] not in _UNSETTLED:
        return {}
    return {"state": "cancelled", "cancelled_at": event.at}


def voted(task_key: str, result: str) -> Row | None:
    """Give the answers that a decided vote stands for; None when the step is not done by it.

    What each voter answered is no fact of the case: the result is.
    """
    passed = result == "passed"
    match task_key:
        case "accept":
            return {"result": result}
        case "sign_closure":
            return {"closure_signed": passed}
        case "consider":
            return {"adopted": passed}
        case "rectify":
            return {} if passed else None
    return {}


def _acknowledge(hazard: Row, event: EventFact) -> Row:
    # The first answer counts for the 24 hours, whoever looks again later.
    return {} if hazard.get("acknowledged_at") else {"acknowledged_at": event.at}


def _verify(_hazard: Row, event: EventFact) -> Row:
    return {"verified_at": event.at}


def _rectify(hazard: Row, event: EventFact) -> Row:
    return {"rectified_at": event.at, **_if_open(hazard, "rectified")}


def _accept(hazard: Row, event: EventFact) -> Row:
    if event.answers.get("result") != "failed":
        return {"accepted_at": event.at}
    return {"rounds": hazard["rounds"] + 1, **_back(hazard)}


def _sign_closure(hazard: Row, event: EventFact) -> Row:
    """The principal of a major hazard may send it back instead of signing (C1 45)."""
    return _back(hazard) if event.answers.get("closure_signed") is False else {}


def _considered(event: EventFact) -> Row:
    """A suggestion is settled when somebody answers whether it is adopted."""
    match event.answers.get("adopted"):
        case True:
            return {"state": "closed", "closed_at": event.at}
        case False:
            return {"state": "dismissed", "dismissed_at": event.at}
    return {}


def _back(hazard: Row) -> Row:
    return {"rectified_at": None, **_if_open(hazard, "verified")}


def _if_open(hazard: Row, state: str) -> Row:
    return {"state": state} if hazard["state"] in OPEN_STATES else {}


_Rule = Callable[[Row, EventFact], Row]
#: Task key → what its completion does beside taking the answers.
_STEPS: Final[Mapping[str, _Rule]] = {
    "acknowledge": _acknowledge,
    "verify": _verify,
    "rectify": _rectify,
    "accept": _accept,
    "sign_closure": _sign_closure,
}
STEP_KEYS: Final = frozenset({*_STEPS, major_facts.DETERMINE})
#: Fields that change the row beside those that are columns of it.
ANSWERS: Final = frozenset({"adopted", *major_facts.ANSWERS})
#: Answers by which a step decides what becomes of the case.
DECISIVE: Final = frozenset({"result", "closure_signed", "adopted"})
HAZARD_RULES: Final[Mapping[str, _Rule]] = {
    "instance:started": started,
    "task:completed": completed,
    "hazard:registered": registered,
    "report:dismissed": dismissed,
    "hazard:closed": closed,
    "reporter:told": told,
    "instance:completed": ended,
    "instance:cancelled": cancelled,
    "major:reported": major_facts.reported,
    "major:guarded": major_facts.guarded,
    "supervision:listed": major_facts.listed,
    "supervision:cancelled": major_facts.struck_off,
}
