"""A service task that fails waits as a job, is tried again, and at last becomes an incident."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import delegates, doctor, incidents, jobs
from engine.commands import execute
from engine.errors import Conflict, DelegateError, NotAllowed
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, open_keys, tags


class Telephone:
    """A delegate that fails until the line is repaired, and counts what it did."""

    def __init__(self) -> None:
        self.broken = True
        self.calls = 0

    def __call__(self, step: delegates.Step, params: object, data: object) -> dict[str, int]:
        step.record("reporter:told", by_system=True, message="before it failed")
        if self.broken:
            raise DelegateError("线路不通", "the line is dead")
        self.calls += 1
        return {"told": self.calls}


@pytest.fixture
def telephone(monkeypatch: pytest.MonkeyPatch) -> Telephone:
    """The delegate `tell_reporter`, out of order."""
    found = Telephone()
    monkeypatch.setitem(delegates._registry, "tell_reporter", found)
    return found


@pytest.fixture
def instance(
    clock: time_machine.Traveller, session: Session, cast: Cast, telephone: Telephone
) -> UUID:
    """An instance whose service task has just failed for the first time."""
    deploy(session, cast)
    instance = begin(session, cast.reporter, "served")
    outcome = do(session, cast.verifier, instance, "first")
    assert outcome.state == "active"
    return instance


def _job(session: Session, instance: UUID) -> t.Job | None:
    session.rollback()
    session.expire_all()
    return session.scalars(select(t.Job).where(t.Job.instance_id == instance)).one_or_none()


def test_the_step_before_is_kept_and_nothing_of_the_failure(
    session: Session, instance: UUID
) -> None:
    assert open_keys(session, instance) == []
    assert "task:completed" in tags(session, instance)
    assert "reporter:told" not in tags(session, instance)
    assert tags(session, instance)[-1] == "delegate:failed"
    job = _job(session, instance)
    assert job is not None
    assert (job.kind, job.attempts) == ("delegate", 1)
    assert "the line is dead" in (job.error or "")
    assert list(doctor.examine(session)) == []


def test_it_is_tried_again_and_goes_on(
    clock: time_machine.Traveller, session: Session, instance: UUID, telephone: Telephone
) -> None:
    telephone.broken = False
    assert jobs.run_due(session) == 0
    clock.shift(timedelta(seconds=11))
    assert jobs.run_due(session) == 1
    assert telephone.calls == 1
    assert open_keys(session, instance) == ["second"]
    assert _job(session, instance) is None
    assert list(doctor.examine(session)) == []


def test_out_of_retries_it_is_an_incident_that_an_operator_retries(
    clock: time_machine.Traveller,
    session: Session,
    cast: Cast,
    instance: UUID,
    telephone: Telephone,
) -> None:
    for _ in range(10):
        clock.shift(timedelta(hours=2))
        jobs.run_due(session)
    job = _job(session, instance)
    assert job is not None
    assert job.state == "failed"
    found = incidents.list_incidents(session, actor=cast.administrator)
    assert [incident.job_id for incident in found] == [job.id]
    assert "incident:opened" in tags(session, instance)
    with pytest.raises(NotAllowed):
        execute(session, incidents.retry, found[0].id, actor=cast.verifier)
    telephone.broken = False
    execute(session, incidents.retry, found[0].id, actor=cast.administrator)
    with pytest.raises(Conflict):
        execute(session, incidents.retry, found[0].id, actor=cast.administrator)
    assert jobs.run_due(session) == 1
    assert open_keys(session, instance) == ["second"]
    assert incidents.list_incidents(session, actor=cast.administrator) == []


def test_two_runners_run_a_job_once(
    clock: time_machine.Traveller, session: Session, instance: UUID, telephone: Telephone
) -> None:
    telephone.broken = False
    clock.shift(timedelta(seconds=11))
    ((organisation_id, job_id),) = jobs.due(session)
    leased = execute(session, jobs.lease, organisation_id, job_id)
    assert leased is not None
    assert execute(session, jobs.lease, organisation_id, job_id) is None
    assert jobs.due(session) == []
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    assert jobs.run_due(session) == 1
    assert telephone.calls == 1


def test_one_failing_job_does_not_stop_the_others(
    clock: time_machine.Traveller, session: Session, cast: Cast, instance: UUID
) -> None:
    other = begin(session, cast.reporter, "late")
    clock.shift(timedelta(hours=2))
    assert jobs.run_due(session) == 2
    assert open_keys(session, other) == ["hurry", "slow"]
