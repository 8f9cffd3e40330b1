"""W1: what a started instance and its five completed tasks cost, by path and by database.

Three paths over the same process, each on its own copy of one database: `http` (one worker,
several clients), `engine` (in process), `floor` (the bare driver writing the same rows). They take
turns in short rounds, so that whatever else the machine does hits all alike.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Engine

from bench import databases
from bench.measure import Timer, emit, size_of
from bench.w1_engine import InProcess
from bench.w1_floor import Floor
from bench.w1_http import OverHttp
from bench.w1_process import TASKS
from bench.w1_world import enter
from engine.store import open_database

ROUNDS: Final = 9
#: Instances a round.
INSTANCES: Final = 24


class Way(Protocol):
    """One way to get the work done."""

    #: SQL statements and commits of a completion.
    traffic: tuple[float, float]

    def start(self, numbers: Sequence[int]) -> None:
        """Start an instance for each number."""

    def finish(self, timer: Timer) -> None:
        """Complete the five tasks of each instance just started."""


@dataclass
class Lane:
    """One way on one database, and what it took in each round."""

    path: str
    database: str
    way: Way
    engine: Engine
    bytes_before: int = 0
    completions: Timer = field(default_factory=Timer)
    #: Seconds in each round.
    starting: list[float] = field(default_factory=list)
    finishing: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Take a round that does not count."""
        self.way.start(range(INSTANCES))
        self.way.finish(Timer())
        databases.settle(self.engine)
        self.bytes_before = size_of(self.engine)

    def run(self, numbers: Sequence[int]) -> None:
        """Take one round."""
        begun = time.perf_counter()
        self.way.start(numbers)
        half = time.perf_counter()
        self.way.finish(self.completions)
        self.starting.append(half - begun)
        self.finishing.append(time.perf_counter() - half)

    def report(self, floor: Lane) -> None:
        """Print the line of this lane."""
        walls = list(zip(self.starting, self.finishing, strict=True))
        slower = [own / its for own, its in zip(self.finishing, floor.finishing, strict=True)]
        sql, commits = self.way.traffic
        emit(
            bench="w1",
            path=self.path,
            database=self.database,
            instances_per_s=statistics.median(INSTANCES / (a + b) for a, b in walls),
            completions_per_s=statistics.median(INSTANCES * len(TASKS) / b for _, b in walls),
            ms_p50=self.completions.p50,
            ms_p95=self.completions.p95,
            sql=sql,
            commits=commits,
            bytes_per_instance=(size_of(self.engine) - self.bytes_before) // (ROUNDS * INSTANCES),
            floor_ratio=statistics.median(slower),
        )


def run() -> None:
    """Print one line for each path and database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bihuan-w1-")))
        lanes = [lane for kind in databases.kinds() for lane in _lanes(stack, kind, folder)]
        for lane in lanes:
            lane.warm_up()
        for number in range(1, ROUNDS + 1):
            for lane in lanes:
                lane.run(range(number * INSTANCES, (number + 1) * INSTANCES))
        floors = {lane.database: lane for lane in lanes if lane.path == "floor"}
        for lane in lanes:
            lane.report(floors[lane.database])


def _lanes(stack: ExitStack, kind: str, folder: Path) -> Iterator[Lane]:
    base = stack.enter_context(databases.fresh(kind, folder, "bihuan_w1"))
    world = enter(base, folder)

    def database(path: str) -> tuple[str, Engine]:
        url = stack.enter_context(databases.copy_of(base, folder, f"bihuan_w1_{path}"))
        engine = open_database(url)
        stack.callback(engine.dispose)
        return url, engine

    def in_process(path: str) -> tuple[InProcess, Engine]:
        _, engine = database(path)
        return stack.enter_context(InProcess.opened(engine, folder, world.actor)), engine

    recorder, _ = in_process("recorded")
    steps = recorder.record([range(n * INSTANCES, (n + 1) * INSTANCES) for n in range(ROUNDS + 1)])
    url, engine = database("floor")
    yield Lane("floor", kind, stack.enter_context(Floor.opened(url, steps)), engine)
    inside, engine = in_process("engine")
    yield Lane("engine", kind, inside, engine)
    url, engine = database("http")
    yield Lane("http", kind, stack.enter_context(OverHttp.opened(url, folder, world)), engine)
