"""Votes of a case: what is written when somebody votes, and how the rounds of it stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import history, notifications
from engine.actors import ROLES
from engine.errors import AlreadyDone, Message
from engine.hazards import duties
from engine.spiff import Element, Polled
from engine.store import Write
from engine.store import tables as t

if TYPE_CHECKING:
    from engine.definitions import Loaded
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


@dataclass(frozen=True)
class Round:
    """One round of a vote."""

    id: UUID
    element: str
    opened_at: datetime
    voters: int
    agreed: int = 0
    refused: int = 0
    #: open, passed, failed, or ended: the process moved on before it was decided.
    state: str = "open"
    ended_at: datetime | None = None
    votes: Sequence[Any] = field(default=(), repr=False)


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
    task = next(task for task in step.workflow.open_tasks() if task.id == row.task_id)
    assert task.seat is not None  # noqa: S101 - a task of an element with a ballot has one
    choice = "for" if ballot.is_for(answers) else "against"
    event.data["vote"] = {"round": str(task.seat.round_id), "choice": choice}
    opinion = answers.get(ballot.opinion)
    return {
        "organisation_id": step.case.organisation_id,
        "instance_id": step.case.id,
        "task_id": row.task_id,
        "element": row.element,
        "round_id": task.seat.round_id,
        "user_id": step.actor.user_id,
        "choice": choice,
        "opinion": str(opinion)[:_LONGEST_OPINION] if opinion else None,
        "at": step.at,
    }


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


def names_reporter(element: Element | None, identity_mode: str) -> bool:
    """Say whether the list of a task's voters would tell who reported: by who is missing in it."""
    if element is None or element.ballot is None or identity_mode == "named":
        return False
    return "report" in duties.forbidden(element.id, element.properties)


def _facts(news: Polled, step: Step) -> dict[str, Any]:
    facts = {"round": str(news.round_id), **news.facts}
    if "spared" in facts:
        facts["spared"] = len(facts["spared"])
    if "report" in duties.forbidden(news.element.id, news.element.properties):
        facts.pop("left_out", None)
    ballot = news.element.ballot
    if news.what == "opened" and ballot is not None:
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


def rounds(session: Session, row: Any, loaded: Loaded) -> list[Round]:
    """Give the rounds of a case's votes, oldest first, each with the votes given in it.

    A process without votes asks nothing of the database.

    Args:
        row: the case. loaded: the version of the process it runs by.
    """
    if not any(element.ballot for element in loaded.model.elements.values()):
        return []
    given: dict[UUID, list[Any]] = {}
    for vote in _votes(session, row):
        given.setdefault(vote.round_id, []).append(vote)
    found: dict[str, Round] = {}
    for event in _events(session, row):
        known: dict[str, Any] = orjson.loads(event.data)
        name = known["round"]
        if event.tag == "vote:opened":
            votes = given.get(UUID(name), [])
            found[name] = _opened(event, known, votes)
        else:
            found[name] = _moved(found[name], event, known)
    over = row.state not in ("active", "suspended")
    return [
        replace(one, state="ended") if over and one.state == "open" else one
        for one in found.values()
    ]


def _opened(event: Any, known: Mapping[str, Any], votes: Sequence[Any]) -> Round:
    agreed = sum(vote.choice == "for" for vote in votes)
    return Round(
        id=UUID(known["round"]),
        element=event.element,
        opened_at=event.at,
        voters=known["voters"],
        agreed=agreed,
        refused=len(votes) - agreed,
        votes=votes,
    )


def _moved(one: Round, event: Any, known: Mapping[str, Any]) -> Round:
    if event.tag == "vote:counted_out":
        return replace(one, voters=one.voters - 1)
    if event.tag == "vote:nobody":
        return replace(one, voters=int(known["nobody"] == "principal"))
    if event.tag == "vote:decided":
        return replace(one, state=known["result"], voters=known["voters"], ended_at=event.at)
    return replace(one, state="ended", ended_at=event.at)


def _votes(session: Session, row: Any) -> Sequence[Any]:
    return session.execute(
        select(
            t.Vote.round_id,
            t.Vote.task_id,
            t.Vote.user_id,
            t.User.name,
            t.Task.candidate_group.label("role"),
            t.Vote.choice,
            t.Vote.opinion,
            t.Vote.at,
        )
        .join(t.User, t.User.id == t.Vote.user_id)
        .join(
            t.Task,
            (t.Task.organisation_id == t.Vote.organisation_id) & (t.Task.id == t.Vote.task_id),
        )
        .where(t.Vote.organisation_id == row.organisation_id, t.Vote.instance_id == row.id)
        .order_by(t.Vote.at, t.Vote.task_id)
    ).all()


def _events(session: Session, row: Any) -> Sequence[t.Event]:
    return session.scalars(
        select(t.Event)
        .where(
            t.Event.organisation_id == row.organisation_id,
            t.Event.instance_id == row.id,
            t.Event.tag.in_(_TAG.values()),
        )
        .order_by(t.Event.sequence)
    ).all()


def require_undecided(session: Session, row: Any, loaded: Loaded) -> None:
    """Raise AlreadyDone when a task was a vote that need not be cast any more.

    Args:
        row: the task with its case, as `engine.tasks.get_task` gives it.
    """
    element = loaded.model.elements.get(row.element)
    if row.task_state != "cancelled" or element is None or element.ballot is None:
        return
    event = session.scalars(
        select(t.Event)
        .where(
            t.Event.organisation_id == row.organisation_id,
            t.Event.instance_id == row.id,
            t.Event.tag == "vote:decided",
            t.Event.element == row.element,
            t.Event.at >= row.created_at,
        )
        .order_by(t.Event.sequence)
        .limit(1)
    ).first()
    if event is None:
        return
    result = orjson.loads(event.data)["result"]
    zh, en = ("通过", "passed") if result == "passed" else ("没有通过", "failed")
    by = _decider(session, event, names_reporter(element, row.identity_mode))
    raise AlreadyDone(
        f"表决已有结果（{zh}）：{by.zh}的一票定了结果，您不用再表决。",
        f"The vote is decided: it {en} with the vote of {by.en}; you need not vote any more.",
        by=by.zh,
        at=event.at,
        instance_id=str(row.id),
        task_id=str(row.task_id),
    )


def _decider(session: Session, event: t.Event, is_secret: bool) -> Message:
    user = session.get(t.User, event.actor_id) if event.actor_id and not is_secret else None
    return Message(user.name, user.name) if user else ROLES[event.role]
