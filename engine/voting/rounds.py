"""How the votes of a case stand: its rounds, what of them is kept secret, and who decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.actors import ROLES, Actor
from engine.definitions import Loaded
from engine.errors import AlreadyDone, Message
from engine.hazards import duties
from engine.spiff import Element
from engine.store import tables as t
from engine.task_rows import open_tasks_of

#: Id, key, name, candidate group and assignee of an open task.
Open = tuple[UUID, str, str, str, UUID | None]
_TAGS: Final = ("vote:opened", "vote:counted_out", "vote:nobody", "vote:decided", "vote:ended")


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

    @property
    def voted(self) -> int:
        """How many have voted."""
        return len(self.votes)


@dataclass(frozen=True)
class Secrets:
    """What of a case's votes is not told to its readers."""

    #: Votes in rounds that are not decided: that they were given is told, not how.
    untold: frozenset[UUID] = frozenset()
    #: Elements whose voters are not named.
    nameless: frozenset[str] = frozenset()


NOTHING_SECRET: Final = Secrets()


def names_reporter(element: Element | None, identity_mode: str) -> bool:
    """Say whether the list of a task's voters would tell who reported: by who is missing in it."""
    if element is None or element.ballot is None or identity_mode == "named":
        return False
    return "report" in duties.forbidden(element.id, element.properties)


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


def secrets_of(found: Sequence[Round], loaded: Loaded, identity_mode: str) -> Secrets:
    """Give what is secret of a case's rounds, as `rounds` gives them."""
    elements = loaded.model.elements
    untold = {
        vote.task_id
        for one in found
        if one.state == "open" and not _is_open(elements.get(one.element))
        for vote in one.votes
    }
    nameless = {key for key, one in elements.items() if names_reporter(one, identity_mode)}
    return Secrets(frozenset(untold), frozenset(nameless))


def open_tasks(session: Session, row: Any, loaded: Loaded) -> list[Open]:
    """Give a case's open tasks as `open_tasks_of` does, for anybody who may read the case."""
    return unnamed(open_tasks_of(session, row), loaded, row.identity_mode)


def open_round(session: Session, task: Any, loaded: Loaded) -> Round | None:
    """Give the round that an open task is part of; None for a task that is no vote."""
    element = loaded.model.elements.get(task.element)
    if task.task_state != "open" or element is None or element.ballot is None:
        return None
    found = [one for one in rounds(session, task, loaded) if one.element == task.element]
    return found[-1] if found else None


def unnamed(tasks: Iterable[Open], loaded: Loaded, identity_mode: str) -> list[Open]:
    """Take the names off votes whose list of voters would tell who reported."""
    elements = loaded.model.elements.values()
    secret = {one.id for one in elements if names_reporter(one, identity_mode)}
    return [(*task[:4], None) if task[1] in secret else task for task in tasks]


def is_anothers(row: Any, loaded: Loaded, actor: Actor) -> bool:
    """Say whether a task is somebody else's vote, whose name would help to tell who reported."""
    element = loaded.model.elements.get(row.element)
    return row.assignee_id != actor.user_id and names_reporter(element, row.identity_mode)


def _is_open(element: Element | None) -> bool:
    return element is not None and element.ballot is not None and element.ballot.is_open


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
            t.Event.tag.in_(_TAGS),
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
