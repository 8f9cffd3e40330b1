"""Processes that work on cases until they are killed, and the one that starts and kills them.

    python -m tests.faults.worker SETUP.json

It loads everything once and then forks: a life costs no start. Each line of its input is an order
in JSON, `{"kills": 20}` or `{"settle": true}`, and is answered by one line. Every child notes in
a file of its own what it is about to ask for and what it was told; what a dead one was not told
any more, its successor asks again, under the same key.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import random
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from engine import definitions, membership
from engine.store import Organisation
from tests.faults import case
from tests.faults.load import Asked, Load, make_impatient, read_log
from web import create_app, db
from web.config import Config

#: Children that work at the same time: one goes on while the other is killed.
CHILDREN = 2
#: Seconds after which a child is killed even if it has not been told anything yet.
PATIENCE = 10.0


@dataclass
class Child:
    """One life."""

    pid: int
    log: Path
    #: Answers to wait for before it is killed from outside; None when it kills itself.
    lives_for: int | None
    #: What it was asked to begin with.
    inherits: list[Asked]
    born: float = field(default_factory=time.monotonic)

    def wait_and_kill(self) -> int:
        """Let it work for a while, kill it at some moment, and give how it ended."""
        while time.monotonic() - self.born < PATIENCE:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if self.lives_for is not None and self._told() >= self.lives_for:
                time.sleep(random.uniform(0, 0.02))
                break
            time.sleep(0.002)
        os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _told(self) -> int:
        return self.log.read_bytes().count(b'"told"') if self.log.exists() else 0


class Nursery:
    """Starts children and kills them."""

    def __init__(self, setup: dict[str, Any], folder: Path) -> None:
        self.setup = setup
        self.folder = folder
        self.numbers = itertools.count(1)
        self.left_over: list[Asked] = []
        self.app = create_app(
            Config(
                data_dir=folder,
                database_url=setup["database_url"],
                secret_key=setup["secret_key"],
                runner="off",
                testing=True,
            )
        )
        make_impatient()
        self.actors = self._warm_up()
        gc.collect()
        gc.freeze()

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do what is ordered and give what came of it."""
        if order.get("settle"):
            return {"ended": [self._settle()]}
        children = [self._bear() for _ in range(CHILDREN)]
        ended = []
        for _ in range(order["kills"] - CHILDREN):
            # The older one mostly, or it would do most of the work.
            ended.append(self._bury(children.pop(random.choice([0, 0, 0, 1]))))
            children.append(self._bear())
        ended += [self._bury(child) for child in children]
        return {"ended": ended}

    def _warm_up(self) -> dict[str, Any]:
        """Do everything once, as every child will, and leave no connection open to inherit."""
        with self.app.app_context():
            session = db.session()
            home = UUID(self.setup["organisation"])
            actors = {
                role: membership.actor_for(session, UUID(user), home)
                for role, user in self.setup["people"].items()
            }
            organisation = session.get_one(Organisation, home)
            definition = definitions.get_latest(session, organisation, case.KEY)
            definitions.load(session, definition.id)
            session.rollback()
        Load(self.app, actors, self.setup, self.folder / "life-0.log").rehearse()
        with self.app.app_context():
            db.db.engine.dispose()
        return actors

    def _bear(self) -> Child:
        number = next(self.numbers)
        asked, self.left_over = self.left_over, []
        # Every third life ends by itself, right before or right after a commit.
        doom = random.randint(1, 8) if number % 3 == 0 else None
        log = self.folder / f"life-{number}.log"
        pid = os.fork()
        if pid == 0:
            self._live(log, asked, doom)
        return Child(pid, log, None if doom else random.choice([0, 0, 0, 1, 1, 2, 4]), asked)

    def _bury(self, child: Child) -> int:
        ended = child.wait_and_kill()
        log = read_log(child.log)
        asked = {one.key: one for one in child.inherits} | log.asked
        self.left_over += [one for key, one in asked.items() if key not in log.told]
        return ended

    def _live(self, log: Path, asked: list[Asked], doom: int | None) -> None:
        """Work until killed. Never gives back control to the parent's code."""
        code = 1
        try:
            random.seed()
            load = Load(self.app, self.actors, self.setup, log)
            if doom is not None:
                with self.app.app_context():
                    _die_at_commit(db.db.engine, doom)
            load.run(asked)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _settle(self) -> int:
        """Let one child ask what is left and do every job there is; it ends by itself."""
        log = self.folder / f"life-{next(self.numbers)}.log"
        asked, self.left_over = self.left_over, []
        pid = os.fork()
        if pid == 0:
            try:
                Load(self.app, self.actors, self.setup, log).settle(asked)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _die_at_commit(engine: Engine, number: int) -> None:
    """Be killed at the `number`th commit: before it, or when nobody has been told of it yet."""
    before = random.random() < 0.5
    commits = itertools.count(1)

    def die(_session: Session) -> None:
        if next(commits) >= number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "before_commit" if before else "after_commit", die)


def main() -> None:
    """Obey the orders of standard input."""
    setup = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    random.seed(setup["seed"])
    nursery = Nursery(setup, Path(sys.argv[1]).parent)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(nursery.obey(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
