"""Several people at the same moment: threads with sessions of their own, on one database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from time import sleep
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from engine.commands import execute
from engine.secrets import Secrets

#: Seconds; longer than any machine needs.
_PATIENCE = 60
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)

Operation = Callable[[Session], Any]


class Together:
    """Runs operations at the same moment; gives for each its result or the error it raised."""

    def __init__(self, database: Engine, secrets: Secrets) -> None:
        self.database = database
        self.secrets = secrets

    def at_once(self, *operations: Operation) -> list[Any]:
        """Begin all operations at one moment, each in a transaction, and let chance decide."""
        return self.in_threads(*(_executing(one) for one in operations))

    def in_threads(self, *functions: Operation) -> list[Any]:
        """Call all functions at one moment, each with a session that is in no transaction."""
        gate = threading.Barrier(len(functions))

        def begin(function: Operation) -> Any:
            gate.wait(_PATIENCE)
            return self._call(function)

        return _all(begin, functions)

    def overtaking(self, first: Operation, second: Operation) -> list[Any]:
        """Let `first` do everything but commit; then `second` begins, and waits for it."""
        acted = threading.Event()

        def slow(session: Session) -> Any:
            result = first(session)
            if not acted.is_set():
                acted.set()
                self._until_somebody_waits()
            return result

        def late() -> Any:
            assert acted.wait(_PATIENCE)
            return self._call(_executing(second))

        return _all(lambda run: run(), [lambda: self._call(_executing(slow)), late])

    def _call(self, function: Operation) -> Any:
        with closing(Session(self.database, expire_on_commit=False)) as session:
            session.info["secrets"] = self.secrets
            try:
                return function(session)
            except Exception as error:
                return error

    def _until_somebody_waits(self) -> None:
        """Wait until the other stands before a lock. SQLite does not tell: it gets a moment."""
        if self.database.dialect.name == "sqlite":
            sleep(0.05)
            return
        with self.database.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            for _ in range(_PATIENCE * 500):
                if looking.scalar(_WAITING):
                    return
                sleep(0.002)
        raise AssertionError("nobody waits: the operations do not meet")


def _executing(operation: Operation) -> Operation:
    return lambda session: execute(session, operation)


def _all(run: Callable[[Any], Any], what: Sequence[Any]) -> list[Any]:
    with ThreadPoolExecutor(len(what)) as pool:
        futures: list[Future[Any]] = [pool.submit(run, one) for one in what]
        return [future.result(2 * _PATIENCE) for future in futures]
