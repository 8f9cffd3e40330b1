"""Timers fire after a restart, once; never while suspended, never after the end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import doctor, instances, jobs, tasks
from engine.commands import execute
from engine.errors import Conflict
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, open_keys, open_task, state_of, tags


@pytest.fixture
def instance(clock: time_machine.Traveller, session: Session, cast: Cast) -> UUID:
    """An instance with a reminder due in an hour."""
    deploy(session, cast)
    return begin(session, cast.reporter, "late")


def test_a_timer_fires_once_when_its_moment_has_come(
    clock: time_machine.Traveller, session: Session, instance: UUID
) -> None:
    clock.shift(timedelta(minutes=59))
    assert jobs.run_due(session) == 0
    clock.shift(timedelta(minutes=2))
    assert jobs.run_due(session) == 1
    assert open_keys(session, instance) == ["hurry", "slow"]
    clock.shift(timedelta(days=30))
    assert jobs.run_due(session) == 0
    assert tags(session, instance).count("timer:fired") == 1
    assert list(doctor.examine(session)) == []


def test_a_timer_that_fell_due_while_the_machine_was_down_fires_late_but_once(
    clock: time_machine.Traveller, session: Session, instance: UUID
) -> None:
    clock.shift(timedelta(days=3))
    assert [jobs.run_due(session), jobs.run_due(session)] == [1, 0]
    assert open_keys(session, instance) == ["hurry", "slow"]


def test_a_task_done_in_time_takes_its_timer_with_it(
    clock: time_machine.Traveller, session: Session, cast: Cast, instance: UUID
) -> None:
    do(session, cast.verifier, instance, "slow")
    clock.shift(timedelta(days=1))
    assert jobs.run_due(session) == 0
    assert state_of(session, instance) == "completed"
    assert session.scalars(select(t.Job.id)).all() == []


def test_no_timer_fires_and_nobody_works_while_suspended(
    clock: time_machine.Traveller, session: Session, cast: Cast, instance: UUID
) -> None:
    execute(session, instances.suspend, instance, actor=cast.principal, reason="停产检修")
    clock.shift(timedelta(days=1))
    assert jobs.run_due(session) == 0
    task_id = open_task(session, instance, "slow")
    with pytest.raises(Conflict):
        execute(session, tasks.complete, task_id, {}, actor=cast.verifier)
    with pytest.raises(Conflict):
        execute(session, instances.suspend, instance, actor=cast.principal, reason="再停")
    execute(session, instances.resume, instance, actor=cast.principal, reason="恢复生产")
    assert jobs.run_due(session) == 1
    assert open_keys(session, instance) == ["hurry", "slow"]
    assert list(doctor.examine(session)) == []


def test_a_cancelled_instance_leaves_nothing_open(
    clock: time_machine.Traveller, session: Session, cast: Cast, instance: UUID
) -> None:
    execute(session, instances.cancel, instance, actor=cast.principal, reason="重复登记")
    assert open_keys(session, instance) == []
    assert state_of(session, instance) == "cancelled"
    clock.shift(timedelta(days=1))
    assert jobs.run_due(session) == 0
    assert "instance:cancelled" in tags(session, instance)
    assert list(doctor.examine(session)) == []
