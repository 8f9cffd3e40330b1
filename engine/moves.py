"""What instances do by themselves: timers fire, failed service tasks are run again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import steps
from engine.actors import SYSTEM
from engine.errors import DelegateError
from engine.jobs import Job, handler
from engine.store import tables as t


@handler("timer")
def fire_timers(session: Session, job: Job) -> None:
    """Fire what is due in one instance; a suspended one waits until it is resumed."""
    if _state(session, job) != "active" or job.instance_id is None:
        return
    with steps.step(session, job.organisation_id, job.instance_id, actor=SYSTEM) as step:
        step.rewrite_timer = True
        if step.workflow.fire_timers():
            step.record("timer:fired", by_system=True, path=step.workflow.path)


@handler("delegate")
def run_again(session: Session, job: Job) -> None:
    """Run a failed service task again.

    Raises:
        DelegateError: it failed again; the job is put off.
    """
    if _state(session, job) != "active" or job.instance_id is None or job.task_id is None:
        return
    with steps.step(session, job.organisation_id, job.instance_id, actor=SYSTEM) as step:
        if job.task_id not in step.deferred_before:
            return
        step.workflow.retry(job.task_id)
        failed = [f for f in step.workflow.failures if f.task_id == job.task_id]
        if failed:
            raise DelegateError(
                f"服务任务再次失败：{failed[0].error}",
                f"The service task failed again: {failed[0].error}",
            ) from failed[0].error
        step.record("delegate:recovered", by_system=True, path=step.workflow.path)


def _state(session: Session, job: Job) -> str | None:
    return session.execute(
        select(t.Instance.state).where(
            t.Instance.organisation_id == job.organisation_id, t.Instance.id == job.instance_id
        )
    ).scalar_one_or_none()
