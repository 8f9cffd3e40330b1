"""Counting and timing: what a step costs in statements, commits, milliseconds and bytes."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Engine, event, text

from web.logs import LOGGER

#: The writes of one transaction: (text, parameters, many).
Step = Sequence[tuple[str, Any, bool]]


@dataclass
class Traffic:
    """What went to a database."""

    statements: int = 0
    commits: int = 0
    #: Writes of the present transaction, then of each one committed.
    pending: list[tuple[str, Any, bool]] = field(default_factory=list)
    transactions: list[Step] = field(default_factory=list)


@contextmanager
def watched(engine: Engine, *, keep: bool = False) -> Iterator[Traffic]:
    """Count statements and commits of `engine`; with `keep`, keep the writes for a replay."""
    traffic = Traffic()

    def on_statement(
        _c: Any, _cursor: Any, text_: str, parameters: Any, _x: Any, many: bool
    ) -> None:
        if text_.startswith("BEGIN"):
            return
        traffic.statements += 1
        if keep and not text_.lstrip().upper().startswith(("SELECT", "WITH")):
            traffic.pending.append((text_, parameters, many))

    def on_commit(_c: Any) -> None:
        traffic.commits += 1
        if keep:
            traffic.transactions.append(traffic.pending)
            traffic.pending = []

    def on_rollback(_c: Any) -> None:
        traffic.pending = []

    hooks = (
        ("before_cursor_execute", on_statement),
        ("commit", on_commit),
        ("rollback", on_rollback),
    )
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield traffic
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)


@contextmanager
def quiet() -> Iterator[None]:
    """Let requests inside this process go unlogged; the log is not what is measured there."""
    LOGGER.disabled = True
    try:
        yield
    finally:
        LOGGER.disabled = False


@dataclass
class Timer:
    """Durations in milliseconds."""

    milliseconds: list[float] = field(default_factory=list)

    @contextmanager
    def lap(self) -> Iterator[None]:
        """Time one block."""
        begun = time.perf_counter()
        yield
        self.milliseconds.append((time.perf_counter() - begun) * 1e3)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return percentile(self.milliseconds, 0.95)

    @property
    def total(self) -> float:
        """All of it, in milliseconds."""
        return sum(self.milliseconds)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def size_of(engine: Engine) -> int:
    """Give the bytes the database's tables and indexes take."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
            return int((pages - free) * connection.execute(text("PRAGMA page_size")).scalar_one())
        return int(
            connection.execute(
                text(
                    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
                    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                )
            ).scalar_one()
        )


def emit(**line: Any) -> None:
    """Print one JSON line; floats with three places."""
    rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}
    sys.stdout.write(orjson.dumps(rounded).decode() + "\n")
    sys.stdout.flush()
