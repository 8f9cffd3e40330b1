"""The floor under W1: the rows that the engine writes, written again by the bare driver alone.

The writes of a real run are kept with their parameters and sent to a database of the same tables,
indexes and settings, one transaction a step: what any program would pay for keeping these rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy import make_url

from bench.measure import Step, Timer
from bench.w1_process import TASKS
from engine.store.connection import PRAGMAS

_START: Final = "INSERT INTO instance"


class Cursor(Protocol):
    """What the cursors of both drivers can do."""

    def execute(self, text: str, parameters: Any = ..., /) -> Any:
        """Run one statement."""

    def executemany(self, text: str, parameters: Any, /) -> Any:
        """Run one statement for each set of parameters."""


class Floor:
    """An open connection of the bare driver, and the steps to write through it."""

    def __init__(self, cursor: Cursor, begin: str, steps: Sequence[Step]) -> None:
        self._cursor = cursor
        self._begin = begin
        self._steps = iter(steps)
        self._count = 0
        self.traffic = (_completion_statements(steps), 1.0)

    @classmethod
    @contextmanager
    def opened(cls, url: str, steps: Sequence[Step]) -> Iterator[Floor]:
        """Give the floor with the settings that the product gives its connections."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(str(parsed.database), isolation_level=None)) as lite:
                for pragma in PRAGMAS:
                    lite.execute(pragma)
                yield cls(lite.cursor(), "BEGIN IMMEDIATE", steps)
            return
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as server:
            yield cls(server.cursor(), "BEGIN", steps)

    def start(self, numbers: Sequence[int]) -> None:
        """Write what starting so many instances wrote."""
        self._count = len(numbers)
        for _ in numbers:
            self._write(next(self._steps))

    def finish(self, timer: Timer) -> None:
        """Write what completing the tasks of those instances wrote."""
        for _ in range(self._count * len(TASKS)):
            step = next(self._steps)
            with timer.lap():
                self._write(step)

    def _write(self, step: Step) -> None:
        cursor = self._cursor
        cursor.execute(self._begin)
        for text, parameters, many in step:
            if many:
                cursor.executemany(text, parameters)
            else:
                cursor.execute(text, parameters)
        cursor.execute("COMMIT")


def _completion_statements(steps: Sequence[Step]) -> float:
    """Give the mean number of statements of a completion; a start inserts an instance."""
    completions = [step for step in steps if not any(w[0].startswith(_START) for w in step)]
    return sum(map(len, completions)) / len(completions)
