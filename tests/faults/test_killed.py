"""A process that is killed at any moment loses nothing it said yes to, and does nothing twice."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, definitions, doctor, statistics
from engine.actors import SYSTEM
from engine.commands import execute
from engine.filestore import FileStore
from engine.store import tables as t
from engine.tokens import create_token
from tests.cast import Cast
from tests.faults import case
from tests.faults.load import Log, read_log
from web.config import Config

logger = logging.getLogger(__name__)

#: Kills, and after how many of them everything is looked at.
KILLS = {"sqlite": (80, 40), "postgresql": (120, 40)}


class Worker:
    """The process that starts and kills others."""

    def __init__(self, setup: Path) -> None:
        self._log = setup.parent / "worker.log"
        with self._log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker", str(setup)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=Path(__file__).parents[2],
                start_new_session=True,
            )

    def order(self, **order: Any) -> list[int]:
        """Order something and give how the children ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        ended: list[int] = json.loads(answer)["ended"] if answer else [self._process.wait()]
        # Whoever was not killed, and did not end as ordered, has failed.
        assert set(ended) <= {-signal.SIGKILL, 0}, self._log.read_text("utf-8")[-5000:]
        return ended

    def end(self) -> None:
        """End it with all its children."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


@pytest.fixture
def worker(session: Session, cast: Cast, config: Config) -> Iterator[Worker]:
    """Processes working on cases of 甲, on the database of this test."""
    home = cast.enterprise_id
    execute(session, definitions.deploy, case.bundle(), organisation_id=home, actor=SYSTEM)
    people = {
        role: actor
        for role, actor in cast.everybody().items()
        if actor.organisation_id == home and role != "colleague"
    }
    setup = {
        "database_url": config.database_url,
        "secret_key": config.secret_key,
        "organisation": str(home),
        "people": {role: str(actor.user_id) for role, actor in people.items()},
        "tokens": {
            role: execute(session, create_token, name="killed", actor=actor)
            for role, actor in people.items()
        },
        "seed": 20261102,
    }
    session.rollback()
    path = config.data_dir / "setup.json"
    path.write_text(json.dumps(setup), "utf-8")
    working = Worker(path)
    yield working
    working.end()


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_doubled(
    worker: Worker, session: Session, config: Config, database_kind: str
) -> None:
    kills, at_a_time = KILLS[database_kind]
    ended: list[int] = []
    while len(ended) < kills:
        ended += worker.order(kills=at_a_time)
        _look(session, _everything(config))
    assert set(ended) == {-signal.SIGKILL}
    assert worker.order(settle=True) == [0]
    log = _everything(config)
    _look(session, log)
    _look_at_the_end(session, log, config)
    accepted = [answer for answer in log.told.values() if "accepted" in answer]
    # They were busy when they were killed.
    assert len(accepted) > kills
    logger.info("%s: %d killed, %d accepted", database_kind, len(ended), len(accepted))


def _everything(config: Config) -> Log:
    lives = config.data_dir.glob("life-*.log")
    return read_log(*sorted(lives, key=lambda path: int(path.stem.partition("-")[2])))


def _look(session: Session, log: Log) -> None:
    """Compare what was told with what is there; nobody is working now."""
    session.rollback()
    session.expire_all()
    assert [answer for answer in log.told.values() if "broken" in answer] == []
    _look_at_starts(session, log)
    _look_at_completions(session, log)
    assert list(doctor.examine(session)) == []


def _look_at_starts(session: Session, log: Log) -> None:
    found: dict[str, list[str]] = {}
    events = select(t.Event.instance_id, t.Event.data).where(t.Event.tag == "instance:started")
    for instance, data in session.execute(events):
        found.setdefault(orjson.loads(data)["answers"]["note"], []).append(str(instance))
    asked = {key for key, one in log.asked.items() if one.what == "start"}
    assert found.keys() <= asked
    assert all(len(instances) == 1 for instances in found.values())
    for key in asked & log.told.keys():
        assert found[key] == [log.told[key]["accepted"]]


def _look_at_completions(session: Session, log: Log) -> None:
    events = select(t.Event.task_id).where(t.Event.tag == "task:completed")
    done = Counter(session.scalars(events))
    assert set(done.values()) <= {1}
    rows = select(t.Task.id).where(t.Task.state == "completed")
    assert set(session.scalars(rows)) == done.keys()
    accepted = _completed(log)
    assert len(set(accepted)) == len(accepted)
    assert set(accepted) <= done.keys()
    assert done.keys() <= {UUID(one.task) for one in log.asked.values() if one.task}


def _completed(log: Log) -> list[UUID]:
    """Give the tasks of which somebody was told that they completed it."""
    return [
        UUID(log.asked[key].task)
        for key, answer in log.told.items()
        if "accepted" in answer and log.asked[key].what == "complete"
    ]


def _look_at_the_end(session: Session, log: Log, config: Config) -> None:
    """Everything asked was answered in the end, as it was done; and every job was done."""
    assert log.unanswered == []
    done = select(t.Event.task_id).where(t.Event.tag == "task:completed")
    assert set(session.scalars(done)) == set(_completed(log))
    assert list(audit.verify(session)) == []
    assert statistics.recount(session).differences == []
    of_cases = select(t.Job.kind).where(t.Job.instance_id.is_not(None))
    assert session.scalars(of_cases.where(t.Job.state != "failed")).all() == []
    assert set(session.scalars(select(t.Certificate.state))) == {"ready"}
    files = FileStore(config.data_dir)
    for answer in log.told.values():
        if isinstance(given := answer.get("accepted"), list):
            row = session.scalars(select(t.Attachment).where(t.Attachment.id == UUID(given[0])))
            assert sha256(files.get(row.one().sha256)).hexdigest() == given[1]
    if session.get_bind().dialect.name == "sqlite":
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
