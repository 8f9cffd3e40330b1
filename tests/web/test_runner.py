"""Due jobs are run by themselves, in the web process and by workers, and never twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, jobs
from engine.store import Job, new_id
from tests import rabbitmq
from tests.cast import Cast
from web import broker, runner

#: Longer than any machine needs; a test that waits so long has failed.
PATIENCE = 90


class Bell:
    """Rings when a job of the test's kind was done, and knows which were."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.rung = threading.Semaphore(0)

    def __call__(self, _session: Session, job: jobs.Job) -> None:
        self.done.append(job.id)
        self.rung.release()

    def wait(self, times: int) -> None:
        for _ in range(times):
            assert self.rung.acquire(timeout=PATIENCE)


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell()
    monkeypatch.setitem(jobs._HANDLERS, "ring", bell)
    return bell


def plan(session: Session, cast: Cast, *, due_in: timedelta = timedelta()) -> UUID:
    """Write a job of the test's kind, as a step would."""
    job_id = new_id()
    session.add(
        Job(
            organisation_id=cast.enterprise_id,
            id=job_id,
            kind="ring",
            state="waiting",
            due_at=clock.now() + due_in,
            attempts=0,
            payload={},
            created_at=clock.now(),
        )
    )
    session.commit()
    return job_id


def left(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Job)) or 0


@pytest.fixture
def running(app: Flask) -> Iterator[runner.Runner]:
    running = runner.Runner(app)
    running.start(threads=2)
    yield running
    running.stop()


def test_what_is_due_is_done_once_and_the_rest_waits(
    session: Session, cast: Cast, bell: Bell, running: runner.Runner
) -> None:
    due = {plan(session, cast) for _ in range(5)}
    plan(session, cast, due_in=timedelta(hours=1))
    bell.wait(5)
    running.stop()
    assert sorted(bell.done) == sorted(due)
    assert left(session) == 1


def test_trouble_with_the_database_does_not_end_the_runner(
    app: Flask, session: Session, cast: Cast, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, troubles = jobs.run_due, iter([OSError("the disk is gone"), ValueError("what?")])

    def troubled(session: Session) -> int:
        if (trouble := next(troubles, None)) is not None:
            raise trouble
        return real(session)

    monkeypatch.setattr(runner, "TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "run_due", troubled)
    job = plan(session, cast)
    running = runner.Runner(app)
    running.start()
    bell.wait(1)
    running.stop()
    assert bell.done == [job]


@pytest.mark.parametrize(("choice", "runs"), [("embedded", True), ("off", False)])
def test_the_setting_says_whether_the_web_process_runs_jobs(
    app: Flask, choice: str, runs: bool
) -> None:
    running = runner.start_embedded(app, choice)
    assert (running is not None) is runs
    if running is not None:
        running.stop()


@pytest.fixture(scope="module")
def broker_url() -> Iterator[str]:
    with rabbitmq.server() as url:
        yield url


@pytest.mark.broker
@pytest.mark.xdist_group("broker")
def test_workers_share_the_work_through_the_broker(
    app: Flask, session: Session, cast: Cast, bell: Bell, broker_url: str
) -> None:
    due = {plan(session, cast) for _ in range(20)}
    told_to_stop = threading.Event()
    workers = [
        threading.Thread(
            target=broker.work,
            args=(app, broker_url),
            kwargs={"threads": 2, "told_to_stop": told_to_stop},
        )
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    bell.wait(20)
    told_to_stop.set()
    for worker in workers:
        worker.join(PATIENCE)
    # Two workers announced the same jobs: each was done once all the same.
    assert sorted(bell.done) == sorted(due)
    assert left(session) == 0
