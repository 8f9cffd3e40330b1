"""Votes of a case: what is written when somebody votes and when a round is decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import insert

from engine import history, notifications
from engine.hazards import duties
from engine.spiff import Element, Polled, Seat
from engine.store import Write
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.steps import Step

_ADD_VOTE: Final = Write(insert(t.Vote))
_LONGEST_OPINION: Final = 2000
#: What happens to a vote → its tag in the history.
_TAG: Final = {
    "opened": "vote:opened",
    "counted_out": "vote:counted_out",
    "nobody": "vote:nobody",
    "decided": "vote:decided",
    "ended": "vote:ended",
}
#: What the machine does by itself in the course of somebody's step.
_BY_SYSTEM: Final = ("opened", "counted_out", "nobody", "ended")


def cast(
    step: Step, row: Any, answers: Mapping[str, Any], event: history.Event
) -> dict[str, Any] | None:
    """Note a vote with the answers that cast it; None for a task that is no vote.

    Args:
        row: the task, still open in the step. event: of its completion, which gets the choice.
    """
    ballot = step.loaded.model.elements[row.element].ballot
    if ballot is None:
        return None
    seat = _seat(step, row.task_id)
    assert seat is not None  # noqa: S101 - a task of an element with a ballot has one
    choice = "for" if ballot.is_for(answers) else "against"
    event.data["vote"] = {"round": str(seat.round_id), "choice": choice}
    if ballot.decide == "any":
        # The answers are the case's, as those of an ordinary task: the ledgers read them.
        event.data["vote"]["decides"] = True
    opinion = answers.get(ballot.opinion)
    return {
        "organisation_id": step.case.organisation_id,
        "instance_id": step.case.id,
        "task_id": row.task_id,
        "element": row.element,
        "round_id": seat.round_id,
        "user_id": step.actor.user_id,
        "choice": choice,
        "opinion": str(opinion)[:_LONGEST_OPINION] if opinion else None,
        "at": step.at,
    }


def is_personal(step: Step, task_id: UUID) -> bool:
    """Say whether a task is one person's vote, and not for whoever holds a role."""
    seat = _seat(step, task_id)
    return seat is not None and seat.voter is not None


def _seat(step: Step, task_id: UUID) -> Seat | None:
    return next((task.seat for task in step.workflow.open_tasks() if task.id == task_id), None)


def before_vote(element: Element, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a task's doer is shown of the data: of a vote, nobody else's vote as their own."""
    own = {element.ballot.field, element.ballot.opinion} if element.ballot else ()
    return {key: value for key, value in data.items() if key not in own}


def write(step: Step) -> None:
    """Write the votes of a step."""
    _ADD_VOTE.run(step.session, step.votes)


def note(step: Step) -> None:
    """Put what happened to votes into the history, and tell those whom it concerns."""
    for news in step.workflow.take_polled():
        facts = _facts(news, step)
        step.chain.record(
            history.Event(
                tag=_TAG[news.what],
                data=facts,
                element=news.element.key,
                by_system=news.what in _BY_SYSTEM or step.completed is None,
            )
        )
        _tell(step, news)


def _facts(news: Polled, step: Step) -> dict[str, Any]:
    facts = {"round": str(news.round_id), **news.facts}
    if "spared" in facts:
        facts["spared"] = len(facts["spared"])
    if "report" in duties.forbidden(news.element.id, news.element.properties):
        facts.pop("left_out", None)
    ballot = news.element.ballot
    if news.what in ("opened", "decided") and ballot is not None:
        facts["decide"] = ballot.decide
        if ballot.decide == "ratio":
            facts["ratio"] = str(ballot.ratio)
    return facts


def _tell(step: Step, news: Polled) -> None:
    """Tell who need not vote any more, and the principal who has to decide alone."""
    if news.what == "nobody" and news.facts["nobody"] == "principal":
        step.notify(["principal"], "vote_nobody")
    elif news.what == "decided" and news.facts["spared"]:
        notifications.tell_people(
            step.session,
            organisation_id=step.case.organisation_id,
            instance_id=step.case.id,
            people=[UUID(voter) for voter in news.facts["spared"]],
            key="vote_over",
            facts={"number": step.case.number},
        )
