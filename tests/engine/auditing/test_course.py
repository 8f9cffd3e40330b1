"""The course of a case: how it stood after each event, and how long each step took."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, tasks
from engine.auditing import course
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, open_task

HOUR = timedelta(hours=1)


@pytest.fixture
def case(session: Session, cast: Cast, clock: time_machine.Traveller) -> UUID:
    """A case whose step was done, had to be done again, and is open for the second time."""
    deploy(session, cast)
    found = begin(session, cast.reporter, "loop")
    clock.shift(2 * HOUR)
    commands.execute(session, tasks.claim, open_task(session, found, "work"), actor=cast.verifier)
    clock.shift(3 * HOUR)
    do(session, cast.verifier, found, "work", again=True)
    clock.shift(HOUR)
    return found


def _course(session: Session, case: UUID) -> course.Course:
    session.rollback()
    row = session.execute(select(t.Instance.__table__).where(t.Instance.id == case)).one()
    return course.read(session, row)


def test_each_event_leaves_the_case_somewhere(session: Session, case: UUID) -> None:
    found = _course(session, case)
    assert [event.tag for event in found.events] == [
        "instance:started", "task:claimed", "task:completed",
    ]  # fmt: skip
    started, claimed, done = (found.at(number) for number in (1, 2, 3))
    assert (dict(started.passed), started.open) == ({"start": 1}, {"work"})
    assert (claimed.just, claimed.open) == (frozenset(), {"work"})
    assert done.just == {"work", "choice"}
    assert (dict(done.passed), done.open) == ({"start": 1, "work": 1, "choice": 1}, {"work"})


def test_before_the_first_and_after_the_last_event(
    session: Session, cast: Cast, case: UUID
) -> None:
    assert _course(session, case).at(0).open == frozenset()
    do(session, cast.verifier, case, "work", again=False)
    found = _course(session, case)
    end = found.at(999)
    assert end.sequence == found.last
    assert end.open == frozenset()
    assert end.passed["work"] == 2
    # The past stays as it was.
    assert found.at(3).open == {"work"}


def test_waiting_and_working_are_told_apart(session: Session, cast: Cast, case: UUID) -> None:
    first, second = _course(session, case).steps
    assert (first.turn, first.waited, first.worked) == (1, 2 * HOUR, 3 * HOUR)
    assert first.done is not None
    assert first.done.actor_id == cast.verifier.user_id
    assert (second.turn, second.state, second.waited, second.worked) == (2, "open", HOUR, None)


def test_a_deadline_is_kept_or_missed(
    session: Session, cast: Cast, clock: time_machine.Traveller, case: UUID
) -> None:
    for task in session.scalars(select(t.Task).order_by(t.Task.created_at)).all():
        task.due_at = task.created_at + 4 * HOUR
    session.commit()
    first, second = _course(session, case).steps
    assert first.kept is False
    assert second.kept is None
    clock.shift(2 * HOUR)
    do(session, cast.verifier, case, "work", again=False)
    assert [step.kept for step in _course(session, case).steps] == [False, True]
