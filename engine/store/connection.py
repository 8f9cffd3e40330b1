"""Opening a database: the same promises on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

_WRITES = "bihuan_writes"
#: What every SQLite connection is told: an answered step survives a power cut.
PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


def open_database(url: str, **options: Any) -> Engine:
    """Give an engine for `url` (sqlite:///… or postgresql+psycopg://…).

    Args:
        url: SQLAlchemy database URL; "postgresql://" is read as "postgresql+psycopg://".
        options: passed on to `sqlalchemy.create_engine`.
    """
    engine = create_engine(normal_url(url), **options)
    prepare(engine)
    return engine


def normal_url(url: str) -> str:
    """Name the PostgreSQL driver where `url` leaves it out."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def prepare(engine: Engine) -> None:
    """Make `engine` keep our promises; SQLite needs telling, PostgreSQL does not."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)


def begin_write(session: Session) -> None:
    """Begin a transaction that will write.

    SQLite takes its write lock now: a reader that turns writer half-way cannot wait for the
    lock, it can only fail. The session must not be inside a transaction.
    """
    session.connection(execution_options={_WRITES: True})


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself; we say BEGIN below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
