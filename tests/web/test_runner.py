"""Due jobs are run by themselves, and what goes wrong with one stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, jobs, seal_check
from engine.store import Seal
from tests.bells import PATIENCE, Bell, left, plan
from tests.cast import Cast
from tests.histories import Pen
from web import runner


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell()
    monkeypatch.setitem(jobs._HANDLERS, "ring", bell)
    return bell


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


def test_a_job_that_fails_stops_no_other_and_is_tried_again(
    session: Session,
    cast: Cast,
    bell: Bell,
    running: runner.Runner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "BACK_OFF", (timedelta(milliseconds=10),) * 3)
    failing = plan(session, cast, fails=True)
    others = [plan(session, cast) for _ in range(3)]
    bell.wait(4)
    running.stop()
    assert sorted(bell.done) == sorted([failing, *others])
    assert left(session) == 0


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


def test_days_are_sealed_without_anybody_asking(app: Flask, session: Session, cast: Cast) -> None:
    pen, begun = Pen(session), clock.now() - timedelta(days=3)
    for owner in (cast.enterprise_id, cast.one_person_firm_id):
        told = pen.case(owner, begun)
        told.instance.event_count, told.instance.head_hash = told.chain_end
    pen.case(cast.strange_enterprise_id, clock.now())
    session.commit()
    running = runner.Runner(app)
    running.start(threads=2)
    sealed, until = set[object](), monotonic() + PATIENCE
    while len(sealed) < 2 and monotonic() < until:
        sleep(0.05)
        sealed = set(session.scalars(select(Seal.organisation_id)))
        session.rollback()
    running.stop()
    assert sealed == {cast.enterprise_id, cast.one_person_firm_id}
    assert list(seal_check.verify(session)) == []
