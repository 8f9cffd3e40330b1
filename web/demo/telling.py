"""How the demonstration tells a past: people act one after the other, each at their own moment.

A story is a generator: it acts, then yields when it goes on. All stories are told together in the
order of time, so that numbers, ids and lists come out as if the months had passed. Between two
acts the jobs that fell due are run, each at its moment: reminders and escalations are real.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import certificates, clock, jobs
from engine.hazards import deadlines
from engine.store import Job

Story = Iterator[datetime]

_FIRST_HOUR: Final = time(8, 10)
_WORKED_MINUTES: Final = 9 * 60


class Teller:
    """Tells stories together, up to `until`; where a story has not ended by then, it stands."""

    def __init__(self, session: Session, until: datetime) -> None:
        self.session = session
        self.until = until
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._order = count()

    def begin(self, moment: datetime, story: Story) -> None:
        """Let a story begin at `moment`, unless that has not come yet."""
        if moment <= self.until:
            heapq.heappush(self._waiting, (moment, next(self._order), story))

    def tell(self) -> None:
        """Tell everything that was begun."""
        while self._waiting:
            moment, _, story = heapq.heappop(self._waiting)
            self._run_jobs(moment)
            with clock.at(moment):
                goes_on = next(story, None)
            if goes_on is not None:
                self.begin(goes_on, story)
        self._run_jobs(self.until)

    def print_certificates(self, instance_id: UUID) -> None:
        """Print what a case has earned so far, now."""
        mine = select(Job.organisation_id, Job.id).where(
            Job.instance_id == instance_id, Job.kind == certificates.JOB, Job.state == "waiting"
        )
        for job in self.session.execute(mine).all():
            jobs.run(self.session, job.organisation_id, job.id)

    def _run_jobs(self, until: datetime) -> None:
        """Run what falls due up to a moment; printing is left to the runner, it takes longest."""
        earliest = (
            select(Job.organisation_id, Job.id, Job.due_at)
            .where(Job.state == "waiting", Job.kind != certificates.JOB, Job.due_at <= until)
            .order_by(Job.due_at)
            .limit(1)
        )
        while job := self.session.execute(earliest).one_or_none():
            with clock.at(job.due_at):
                jobs.run(self.session, job.organisation_id, job.id)


def soon(rng: Random) -> datetime:
    """Give a moment half an hour to two hours from the present one."""
    return clock.now() + timedelta(minutes=rng.randint(30, 120))


def after(working_days: int, rng: Random) -> datetime:
    """Give a moment in the working hours, so many working days from the present one."""
    if working_days == 0:
        return soon(rng)
    return working_moment(deadlines.add_working_days(clock.local_date(), working_days), rng)


def before(day: date, working_days: int, rng: Random) -> datetime:
    """Give a moment in the working hours, so many working days before `day`."""
    while working_days:
        day -= timedelta(days=1)
        working_days -= deadlines.is_working_day(day)
    return working_moment(day, rng)


def working_moment(day: date, rng: Random) -> datetime:
    """Give a moment in the working hours of `day`."""
    start = datetime.combine(day, _FIRST_HOUR, clock.LOCAL_ZONE)
    return start + timedelta(minutes=rng.randrange(_WORKED_MINUTES))
