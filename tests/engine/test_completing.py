"""Completing tasks: the next opens, and the same one is done only once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import tasks
from engine.commands import execute
from engine.errors import AlreadyDone, Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, open_keys, open_task, start, state_of, tags


@pytest.fixture
def instance(session: Session, cast: Cast) -> UUID:
    """An instance of the process `line`, waiting at its first task."""
    deploy(session, cast)
    return begin(session, cast.reporter, "line")


def test_one_task_leads_to_the_next_until_the_end(
    session: Session, cast: Cast, instance: UUID
) -> None:
    outcome = do(session, cast.verifier, instance, "first", note="看过了")
    assert [task[1] for task in outcome.open_tasks] == ["second"]
    outcome = do(session, cast.verifier, instance, "second")
    assert outcome.state == "completed"
    assert outcome.open_tasks == []
    assert state_of(session, instance) == "completed"
    assert tags(session, instance) == [
        "instance:started",
        "task:completed",
        "task:completed",
        "instance:completed",
    ]


def test_a_second_completion_is_told_who_was_first_and_when(
    session: Session, cast: Cast, instance: UUID
) -> None:
    task_id = open_task(session, instance, "first")
    execute(session, tasks.complete, task_id, {}, actor=cast.verifier)
    with pytest.raises(AlreadyDone) as refusal:
        execute(session, tasks.complete, task_id, {}, actor=cast.verifier)
    assert refusal.value.by == "何核"
    assert refusal.value.at is not None
    assert tags(session, instance).count("task:completed") == 1


def test_a_refused_command_is_in_the_history(session: Session, cast: Cast, instance: UUID) -> None:
    task_id = open_task(session, instance, "first")
    with pytest.raises(NotAllowed):
        execute(session, tasks.complete, task_id, {}, actor=cast.finance)
    assert tags(session, instance)[-1] == "command:denied"
    denied = session.scalars(
        select(t.Event).where(t.Event.instance_id == instance, t.Event.tag == "command:denied")
    ).one()
    assert denied.actor_id == cast.finance.user_id
    assert denied.task_id == task_id


def test_a_stranger_cannot_tell_that_the_task_exists(
    session: Session, cast: Cast, instance: UUID
) -> None:
    task_id = open_task(session, instance, "first")
    with pytest.raises(NotFound):
        execute(session, tasks.complete, task_id, {}, actor=cast.stranger)
    assert open_keys(session, instance) == ["first"]


def test_a_colleague_who_only_reports_cannot_tell_either(
    session: Session, cast: Cast, instance: UUID
) -> None:
    """Neither while it is open, nor claimed, nor done: a task's title is somebody's report."""
    task_id = open_task(session, instance, "first")
    welder = replace(cast.reporter, user_id=cast.finance.user_id)
    operations = (tasks.claim, tasks.release, partial(tasks.complete, answers={}), tasks.get_task)

    def nothing() -> None:
        for operation in operations:
            with pytest.raises(NotFound):
                execute(session, operation, task_id, actor=welder)

    nothing()
    execute(session, tasks.claim, task_id, actor=cast.verifier)
    nothing()
    execute(session, tasks.complete, task_id, {}, actor=cast.verifier)
    nothing()


def test_wrong_answers_change_nothing(session: Session, cast: Cast, instance: UUID) -> None:
    task_id = open_task(session, instance, "first")
    with pytest.raises(InvalidAnswers) as refusal:
        execute(session, tasks.complete, task_id, {"note": {"not": "text"}}, actor=cast.verifier)
    assert "note" in refusal.value.errors
    assert open_keys(session, instance) == ["first"]
    assert tags(session, instance) == ["instance:started"]


def test_the_same_key_completes_once_and_is_answered_twice(
    session: Session, cast: Cast, instance: UUID
) -> None:
    task_id = open_task(session, instance, "first")

    def again(answers: dict[str, str]) -> tasks.Outcome:
        return execute(
            session, tasks.complete, task_id, answers, actor=cast.verifier, idempotency_key="k"
        )

    assert again({"note": "一"}) == again({"note": "一"})
    assert tags(session, instance).count("task:completed") == 1
    with pytest.raises(Conflict):
        again({"note": "二"})


def test_the_same_key_starts_once(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    first = start(session, cast.reporter, "line", idempotency_key="phone-1")
    second = start(session, cast.reporter, "line", idempotency_key="phone-1")
    assert first == second
    assert len(session.scalars(select(t.Instance.id)).all()) == 1


def test_a_claimed_task_is_its_claimants(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "fork")
    task_id = open_task(session, instance, "right")
    execute(session, tasks.claim, task_id, actor=cast.rectifier)
    with pytest.raises(Conflict) as refusal:
        execute(session, tasks.complete, task_id, {}, actor=cast.colleague)
    assert "郑改" in refusal.value.message.zh
    execute(session, tasks.release, task_id, actor=cast.rectifier)
    execute(session, tasks.complete, task_id, {}, actor=cast.colleague)
    assert open_keys(session, instance) == ["left"]


def test_a_completion_takes_few_statements_and_one_commit(
    database: Engine, session: Session, cast: Cast, instance: UUID
) -> None:
    do(session, cast.verifier, begin(session, cast.reporter, "line"), "first")  # warm caches
    task_id = open_task(session, instance, "first")
    session.rollback()
    statements: list[str] = []
    commits: list[object] = []
    event.listen(
        database,
        "before_cursor_execute",
        lambda _c, _cursor, text, *_rest: statements.append(text),
    )
    event.listen(database, "commit", commits.append)
    execute(session, tasks.complete, task_id, {"note": "好"}, actor=cast.verifier)
    assert len(commits) == 1
    assert len(statements) <= 15, "\n".join(statements)
