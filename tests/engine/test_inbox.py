"""The inbox: what waits for somebody, counted cheaply, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from engine import inbox, task_forms, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.errors import AlreadyDone, SeparationOfDuties
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, open_task


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """Collect what is asked of the database."""
    asked: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, sql: str, values: Any, _x: Any, _many: bool) -> None:
        if sql.startswith("SELECT"):
            asked.append((sql, values))

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    yield asked
    event.remove(session.get_bind(), "before_cursor_execute", listen)


def _also(actor: Actor, *roles: str) -> Actor:
    return replace(actor, roles=actor.roles | set(roles))


def _hand_to_reporter(session: Session, task_id: UUID) -> None:
    session.execute(update(t.Task).where(t.Task.id == task_id).values(candidate_group="reporter"))
    session.commit()


def test_counting_asks_once_for_what_is_mine_my_groups_and_my_reports(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    both = _also(cast.verifier, "reporter")
    ids = [begin(session, both, "line") for _ in range(4)]
    execute(session, tasks.claim, open_task(session, ids[0], "first"), actor=both)
    _hand_to_reporter(session, open_task(session, ids[1], "first"))
    _hand_to_reporter(session, open_task(session, begin(session, cast.reporter, "line"), "first"))
    with statements(session) as asked:
        found = inbox.count(session, actor=both)
    assert found == inbox.Counts(mine=2, group=2)
    assert len(asked) == 1


def test_sqlite_reads_no_more_of_the_tasks_than_wait_for_the_person(
    session: Session, cast: Cast
) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL has its own figures")
    actor = _also(cast.verifier, "reporter")
    with statements(session) as asked:
        inbox.count(session, actor=actor)
        inbox.list_tasks(session, actor=actor)
        inbox.list_tasks(session, actor=actor, state="completed")
    for sql, values in asked:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        steps = [row[3] for row in plan]
        assert not [
            s
            for s in steps
            if s.startswith(("SCAN task", "SEARCH task USING PRIMARY")) and "AND id=?" not in s
        ], steps


def test_the_next_task_is_one_of_the_same_case_else_the_oldest(
    session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    older, newer = (begin(session, cast.reporter, "line") for _ in range(2))
    do(session, cast.verifier, newer, "first")
    same = inbox.next_task(session, actor=cast.verifier, instance_id=newer)
    assert same == open_task(session, newer, "second")
    do(session, cast.verifier, newer, "second")
    oldest = inbox.next_task(session, actor=cast.verifier, instance_id=newer)
    assert oldest == open_task(session, older, "first")
    assert inbox.next_task(session, actor=cast.finance, instance_id=newer) is None


def test_the_next_task_is_never_one_that_checks_ones_own_work(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    first, second = (begin(session, cast.reporter, "checked") for _ in range(2))
    for instance in (first, second):
        do(session, cast.verifier, instance, "verify")
    do(session, cast.colleague, first, "rectify")
    with pytest.raises(SeparationOfDuties):
        task_forms.open_form(session, open_task(session, first, "accept"), actor=cast.colleague)
    following = inbox.next_task(session, actor=cast.colleague, instance_id=first)
    assert following == open_task(session, second, "rectify")


def test_a_draft_is_not_kept_for_a_task_that_is_done(session: Session, cast: Cast) -> None:
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    task_id = open_task(session, instance, "first")
    execute(session, task_forms.save_draft, task_id, {"note": "半句"}, actor=cast.verifier)
    assert task_forms.open_form(session, task_id, actor=cast.verifier).values["note"] == "半句"
    do(session, cast.verifier, instance, "first", note="整句")
    with pytest.raises(AlreadyDone):
        execute(session, task_forms.save_draft, task_id, {"note": "晚了"}, actor=cast.verifier)
