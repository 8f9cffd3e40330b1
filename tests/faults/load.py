"""What a process does until it is killed: people, programs and the runner work on cases at once."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import certificates, derived, jobs, starting, tasks
from engine.actors import Actor
from engine.commands import execute
from engine.errors import Refused
from engine.reporters import identity_of
from engine.store import Certificate, Job, Task
from tests.engine.accounts.photos import photo
from tests.faults import case
from web import db
from web.runner import Runner

#: Threads that call commands, and threads that call the API.
PEOPLE, PROGRAMS = 2, 1
#: So many open tasks are enough; then work on them.
ENOUGH = 30


def make_impatient() -> None:
    """Make in milliseconds what takes minutes: leases, retries; and papers without typesetting."""
    jobs.LEASE = timedelta(seconds=1)
    jobs.BACK_OFF = (timedelta(milliseconds=20),) * 6
    derived.FIRST_RETRY = timedelta(milliseconds=20)
    jobs._HANDLERS[certificates.JOB] = _mark_ready
    jobs._PREPARERS.pop(certificates.JOB, None)


def _mark_ready(session: Session, job: jobs.Job) -> None:
    row = session.get_one(Certificate, (job.organisation_id, job.id))
    certificates.mark_ready(session, row, sha256(row.statement.encode()).digest())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, under a key that is nobody else's."""

    key: str
    #: start | complete | upload
    what: str
    #: people | program
    by: str
    role: str
    task: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Log:
    """What a life asked for and was told."""

    asked: dict[str, Asked] = field(default_factory=dict)
    #: Key → what was answered: {"accepted": …} or {"refused": …} or {"broken": …}.
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def unanswered(self) -> list[Asked]:
        """Give what was asked and not told."""
        return [asked for key, asked in self.asked.items() if key not in self.told]


def read_log(*paths: Path) -> Log:
    """Read what some lives noted. The last line may be torn."""
    log = Log()
    for path in paths:
        for line in path.read_bytes().split(b"\n")[:-1] if path.exists() else ():
            noted = json.loads(line)
            if "asked" in noted:
                asked = Asked(**noted["asked"])
                log.asked[asked.key] = asked
            else:
                log.told[noted["told"]] = noted["answer"]
    return log


class Load:
    """One life's work."""

    def __init__(
        self, app: Flask, actors: Mapping[str, Actor], setup: Mapping[str, Any], log: Path
    ) -> None:
        self.app = app
        self.actors = actors
        self.tokens: Mapping[str, str] = setup["tokens"]
        self.home = UUID(setup["organisation"])
        # What a killed process wrote, the system keeps: it need not be on the disk.
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def run(self, asked: list[Asked]) -> None:
        """Work until killed, beginning with what another was not told any more."""
        workers = [("people", asked[n::PEOPLE]) for n in range(PEOPLE)] + [("program", [])]
        for by, mine in workers:
            threading.Thread(target=self._work, args=(by, mine), daemon=True).start()
        Runner(self.app).run()

    def rehearse(self) -> None:
        """Work for a little while and stop."""
        for by in ("people", "program") * 10:
            self._ask(self._next(by))
        with self.app.app_context():
            jobs.run_due(db.session())

    def settle(self, asked: list[Asked]) -> None:
        """Ask what is left, and do jobs until none is left that could be done."""
        for one in asked:
            self._ask(one)
        with self.app.app_context():
            session = db.session()
            # Standing jobs, which belong to no case, wait for their next turn for ever.
            waiting = select(func.count()).where(
                Job.state == "waiting", Job.instance_id.is_not(None)
            )
            for _ in range(2000):
                jobs.run_due(session)
                if not session.scalar(waiting):
                    return
                session.rollback()
                time.sleep(0.01)
        raise AssertionError("some jobs never come to their end")

    def _work(self, by: str, asked: list[Asked]) -> None:
        for one in asked:
            self._ask(one)
        while True:
            self._ask(self._next(by))

    def _next(self, by: str) -> Asked:
        """Think of something to ask for: mostly to do a task that is open."""
        key = uuid4().hex
        if by == "program" and random.random() < 0.1:
            return Asked(key=key, what="upload", by=by, role="reporter")
        with self.app.app_context():
            found = db.session().execute(
                select(Task.id, Task.key, Task.candidate_group)
                .where(Task.organisation_id == self.home, Task.state == "open")
                .limit(ENOUGH)
            )
            opened = found.all()
        if (len(opened) < ENOUGH and random.random() < 0.25) or not opened:
            answers = {"note": key}
            return Asked(key=key, what="start", by=by, role="reporter", answers=answers)
        task = random.choice(opened)
        return Asked(
            key=key,
            what="complete",
            by=by,
            role=task.candidate_group,
            task=str(task.id),
            answers=case.answers_to(task.key),
        )

    def _ask(self, asked: Asked) -> None:
        self._note({"asked": asdict(asked)})
        try:
            ask = self._by_command if asked.by == "people" else self._over_http
            answer = ask(asked)
        except Refused as refusal:
            answer = {"refused": type(refusal).__name__}
        except Exception as error:
            answer = {"broken": repr(error)}
        self._note({"told": asked.key, "answer": answer})

    def _note(self, line: dict[str, Any]) -> None:
        os.write(self.log, json.dumps(line).encode() + b"\n")

    def _by_command(self, asked: Asked) -> dict[str, Any]:
        actor = self.actors[asked.role]
        with self.app.app_context():
            if asked.what == "start":
                started = execute(
                    db.session(),
                    starting.start,
                    definition_key=case.KEY,
                    answers=asked.answers,
                    actor=actor,
                    identity=identity_of(actor, mode="named"),
                    idempotency_key=asked.key,
                )
                return {"accepted": str(started.instance_id)}
            outcome = execute(
                db.session(),
                tasks.complete,
                UUID(asked.task),
                asked.answers,
                actor=actor,
                idempotency_key=asked.key,
            )
            return {"accepted": str(outcome.instance_id)}

    def _over_http(self, asked: Asked) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self.tokens[asked.role]}",
            "Idempotency-Key": asked.key,
        }
        client = self.app.test_client()
        if asked.what == "upload":
            file = (BytesIO(photo(8, 8)), "p.jpg")
            answer = client.post("/api/v1/attachments", data={"file": file}, headers=headers)
        elif asked.what == "start":
            body = {"definition_key": case.KEY, "answers": asked.answers}
            answer = client.post("/api/v1/instances", json=body, headers=headers)
        else:
            path = f"/api/v1/tasks/{asked.task}/complete"
            answer = client.post(path, json={"answers": asked.answers}, headers=headers)
        given = answer.get_json()
        if answer.status_code in (200, 201):
            return {"accepted": given.get("instance_id") or [given["id"], given["sha256"]]}
        if answer.status_code == 409:
            return {"refused": given["type"]}
        return {"broken": f"{answer.status_code} {given}"}
