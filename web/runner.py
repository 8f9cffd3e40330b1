"""Runs due jobs, inside the web process or as a process of its own.

The job rows are the truth and are leased, so any number of runners may run at once.
"""

from __future__ import annotations

import atexit
import logging
import signal
import time
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID

from flask import Flask

from engine import jobs, sealing
from engine.board import keeping
from engine.commands import execute
from engine.coverage import deadlines
from engine.relations import reminding
from engine.returns import late
from web import db

logger = logging.getLogger("bihuan.runner")

#: Seconds between two looks at the job table when nothing was due.
IDLE_SECONDS: Final = 0.5
#: Seconds to wait after the database failed.
TROUBLE_SECONDS: Final = 5.0
#: Seconds between two looks for organisations that lack a standing job.
ROUND_SECONDS: Final = 600.0
#: Who gives organisations standing jobs: `is_asked(session)` and `enrol(session)`, which says how
#: many it enrolled.
_STANDING: Final[Sequence[Any]] = (sealing, keeping, late, deadlines, reminding)


class Runner:
    """Looks for due jobs and runs them, until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = Event()
        self._threads: list[Thread] = []
        self._rounds = Rounds(app)

    def start(self, threads: int = 1) -> None:
        """Run in `threads` threads; they end with the process."""
        for number in range(threads):
            thread = Thread(target=self.run, name=f"runner-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Finish the jobs in hand, then end."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def run(self) -> None:
        """Run jobs until `stop`; nothing that goes wrong ends it."""
        while not self._stop.is_set():
            try:
                self._rounds.go()
                pause = 0.0 if self._turn() else IDLE_SECONDS
            except Exception:
                logger.exception("the runner could not work; it tries again")
                pause = TROUBLE_SECONDS
            self._stop.wait(pause)

    def _turn(self) -> int:
        with self._app.app_context():
            return jobs.run_due(db.session())


class Rounds:
    """Sees every now and then that each organisation has the jobs that stand for ever."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._next = time.monotonic()

    def go(self) -> None:
        """Enrol the organisations that are new, unless the last look was a moment ago."""
        if time.monotonic() < self._next:
            return
        # Threads of one process share the rounds; going twice does no harm.
        self._next = time.monotonic() + ROUND_SECONDS
        with self._app.app_context():
            session = db.session()
            for standing in _STANDING:
                while standing.is_asked(session):
                    session.rollback()
                    execute(session, standing.enrol)
                session.rollback()


def start_embedded(app: Flask, choice: str) -> Runner | None:
    """Run jobs inside the web process when the setting BIHUAN_RUNNER says "embedded".

    A process that ends lets it finish the job in hand; otherwise nobody could take that job
    before its lease ends.
    """
    if choice != "embedded":
        return None
    runner = Runner(app)
    runner.start()
    atexit.register(runner.stop)
    return runner


def due(app: Flask) -> Sequence[tuple[UUID, UUID]]:
    """Give (organisation id, job id) of the jobs that are due."""
    with app.app_context():
        return jobs.due(db.session())


def run_one(app: Flask, organisation_id: UUID, job_id: UUID) -> bool:
    """Run one job unless somebody else has it."""
    with app.app_context():
        return jobs.run(db.session(), organisation_id, job_id)


def until_told_to_stop() -> Event:
    """Give an event that is set by Ctrl-C and by a service manager's TERM."""
    told = Event()

    def tell(_number: int, _frame: Any) -> None:
        told.set()

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)
    return told
