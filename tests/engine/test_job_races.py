"""Jobs at the same moment as people, as other runners, and as somebody who holds the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import clock as now_clock
from engine import commands, definitions, doctor, incidents, instances, jobs, tasks
from engine.actors import SYSTEM
from engine.commands import execute
from engine.errors import AlreadyDone, Conflict
from engine.secrets import Secrets
from engine.store import new_id
from engine.store import tables as t
from tests import flows
from tests.cast import Cast
from tests.engine.stories import begin, deploy, open_keys, open_task, state_of, tags
from tests.together import Together

ROUNDS = 20
#: A task that is taken away from who did not do it in time.
TAKEN = flows.process(
    "taken",
    flows.start(),
    flows.task("slow"),
    flows.timer("tick", "slow", "PT1H", interrupting=True),
    flows.task("hurry", "principal"),
    '<endEvent id="hurried"/>',
    flows.END,
    flows.flows(("start", "slow"), ("slow", "end"), ("tick", "hurry"), ("hurry", "hurried")),
)


@pytest.fixture
def together(database: Engine, secrets: Secrets) -> Together:
    return Together(database, secrets)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The jobs of the kind "ring" that were done, in order."""
    done: list[UUID] = []
    monkeypatch.setitem(jobs._HANDLERS, "ring", lambda _session, job: done.append(job.id))
    return done


def plan(session: Session, cast: Cast, **columns: object) -> UUID:
    """Write a job of the kind "ring", due now."""
    job_id = new_id()
    row = {"kind": "ring", "due_at": now_clock.now(), "created_at": now_clock.now(), **columns}
    session.add(t.Job(organisation_id=cast.enterprise_id, id=job_id, **row))
    session.commit()
    return job_id


def leased(session: Session, cast: Cast, job_id: UUID) -> jobs.Job:
    job = execute(session, jobs.lease, cast.enterprise_id, job_id)
    assert job is not None
    return job


@pytest.fixture
def late(clock: time_machine.Traveller, session: Session, cast: Cast) -> Iterator[UUID]:
    """A case whose task is about to be taken away: its hour is over."""
    bundle = flows.bundle(taken=TAKEN)
    execute(session, definitions.deploy, bundle, organisation_id=cast.enterprise_id, actor=SYSTEM)
    instance = begin(session, cast.reporter, "taken")
    clock.shift(timedelta(hours=2))
    return instance


def _one_of_two(session: Session, instance: UUID, completed: object) -> None:
    """Either the task was done in time, or it was taken away: never both, never neither."""
    if isinstance(completed, tasks.Outcome):
        assert state_of(session, instance) == "completed"
        assert "timer:fired" not in tags(session, instance)
    else:
        assert isinstance(completed, Conflict)
        assert not isinstance(completed, AlreadyDone)
        assert open_keys(session, instance) == ["hurry"]
        assert tags(session, instance).count("timer:fired") == 1
    assert list(doctor.examine(session)) == []


@pytest.mark.parametrize("first", ["timer", "person"])
def test_a_task_is_done_or_taken_away(
    session: Session, cast: Cast, together: Together, late: UUID, first: str
) -> None:
    task_id = open_task(session, late, "slow")
    fires = partial(jobs._perform, job=leased(session, cast, late))
    completes = partial(tasks.complete, task_id=task_id, answers={}, actor=cast.verifier)
    if first == "timer":
        _none, completed = together.overtaking(fires, completes)
    else:
        completed, _none = together.overtaking(completes, fires)
    assert isinstance(completed, tasks.Outcome) is (first == "person")
    _one_of_two(session, late, completed)


def test_a_task_is_done_or_taken_away_as_chance_will_have_it(
    session: Session, cast: Cast, together: Together, late: UUID, clock: time_machine.Traveller
) -> None:
    for _ in range(ROUNDS):
        instance = begin(session, cast.reporter, "taken")
        clock.shift(timedelta(hours=2))
        task_id = open_task(session, instance, "slow")
        session.rollback()
        _ran, completed = together.in_threads(
            lambda own, id=instance: jobs.run(own, cast.enterprise_id, id),
            lambda own, id=task_id: execute(own, tasks.complete, id, {}, actor=cast.verifier),
        )
        _one_of_two(session, instance, completed)


def test_a_job_that_many_runners_want_is_run_once(
    session: Session, cast: Cast, together: Together, done: list[UUID]
) -> None:
    planned = [plan(session, cast) for _ in range(ROUNDS)]
    for job_id in planned:
        ran = together.in_threads(*[lambda own: jobs.run(own, cast.enterprise_id, job_id)] * 3)  # noqa: B023 - called at once
        assert sorted(ran) == [False, False, True]
    assert done == planned


def test_a_runner_that_stood_still_does_not_do_again_what_another_did(
    session: Session, cast: Cast, done: list[UUID], clock: time_machine.Traveller
) -> None:
    job_id = plan(session, cast)
    stood_still = leased(session, cast, job_id)
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    assert jobs.run_due(session) == 1
    execute(session, jobs._perform, stood_still)
    execute(session, jobs.fail, stood_still, "too late")
    assert done == [job_id]


def test_a_job_whose_lease_is_being_used_cannot_be_leased(
    session: Session,
    cast: Cast,
    together: Together,
    done: list[UUID],
    clock: time_machine.Traveller,
) -> None:
    """Even when it ran out: who took it is in the middle of doing it."""
    job = leased(session, cast, plan(session, cast))
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    performs = partial(jobs._perform, job=job)
    leases = partial(jobs.lease, organisation_id=job.organisation_id, job_id=job.id)
    assert together.overtaking(performs, leases) == [False, None]
    assert done == [job.id]


def test_a_job_in_hand_when_its_case_is_suspended_is_kept_for_later(
    session: Session, cast: Cast, late: UUID
) -> None:
    job = leased(session, cast, late)
    execute(session, instances.suspend, late, actor=cast.principal, reason="停产检修")
    execute(session, jobs._perform, job)
    execute(session, jobs.fail, job, "it was in hand")
    assert open_keys(session, late) == ["slow"]
    assert list(doctor.examine(session)) == []
    execute(session, instances.resume, late, actor=cast.principal, reason="恢复生产")
    assert jobs.run_due(session) == 1
    assert open_keys(session, late) == ["hurry"]


def test_an_incident_retried_while_its_case_is_suspended_waits_for_it(
    session: Session, cast: Cast, late: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_session: Session, _job: jobs.Job) -> None:
        raise OSError("no")

    with monkeypatch.context() as patch:
        jobs._handler_of("timer")
        patch.setitem(jobs._HANDLERS, "timer", broken)
        for _ in range(len(jobs.BACK_OFF) + 1):
            session.execute(
                t.Job.__table__.update().values(due_at=now_clock.now(), lease_until=None)
            )
            session.commit()
            jobs.run_due(session)
    (incident,) = incidents.list_incidents(session, actor=cast.administrator)
    execute(session, instances.suspend, late, actor=cast.principal, reason="停产检修")
    execute(session, incidents.retry, incident.id, actor=cast.administrator)
    assert jobs.run_due(session) == 0
    execute(session, instances.resume, late, actor=cast.principal, reason="恢复生产")
    assert jobs.run_due(session) == 1
    assert open_keys(session, late) == ["hurry"]
    assert list(doctor.examine(session)) == []


def test_two_who_wait_for_each_other_are_both_served(
    session: Session, cast: Cast, together: Together
) -> None:
    """PostgreSQL ends one of the two; it is played again. SQLite lets one write at a time."""
    ids = [cast.enterprise_id, cast.one_person_firm_id]

    def take(own: Session, order: list[UUID]) -> int:
        for one in order:
            own.execute(
                t.Organisation.__table__.update()
                .where(t.Organisation.id == one)
                .values(staff_count=t.Organisation.staff_count + 1)
            )
        return 1

    session.execute(t.Organisation.__table__.update().values(staff_count=0))
    session.commit()
    for _ in range(5):
        assert together.at_once(partial(take, order=ids), partial(take, order=ids[::-1])) == [1, 1]
    counts = select(t.Organisation.staff_count).where(t.Organisation.id.in_(ids))
    assert session.scalars(counts).all() == [10, 10]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_sqlite_that_is_busy_is_asked_again(
    database: Engine,
    secrets: Secrets,
    session: Session,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Longer than the driver waits: the command is played again until the other is done."""
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    task_id = open_task(session, instance, "first")
    session.rollback()
    database.dispose()
    event.listen(database, "connect", lambda own, _: own.execute("PRAGMA busy_timeout=1"))
    with database.connect() as other:
        other.execution_options(bihuan_writes=True)
        held = other.begin()
        tries: list[float] = []

        def wait(seconds: float) -> None:
            tries.append(seconds)
            if len(tries) == 3:
                held.rollback()

        monkeypatch.setattr(commands.time, "sleep", wait)
        execute(session, tasks.complete, task_id, {}, actor=cast.verifier)
    assert len(tries) == 3
    assert tags(session, instance).count("task:completed") == 1
