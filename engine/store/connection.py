"""Opening a database: the same promises on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

_WRITES = "bihuan_writes"
#: As long as SQLite waits for its own lock (busy_timeout).
_PATIENCE_SECONDS: Final = 10
#: Of each SQLite engine the lock that a writing thread holds.
_LOCKS: Final[WeakKeyDictionary[Engine, Lock]] = WeakKeyDictionary()
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
    """Make `engine` keep our promises: on SQLite by settings, on PostgreSQL by a look."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "checkout", _on_postgresql_checkout)
    else:
        _LOCKS[engine] = Lock()
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """Be in a transaction that will write; what is not committed in the block is rolled back.

    SQLite takes its write lock at once: a reader that turns writer half-way cannot wait for the
    lock, it can only fail. The session must not be inside a transaction.
    """
    with _turn(session.get_bind()):
        try:
            session.connection(execution_options={_WRITES: True})
            yield
        finally:
            session.rollback()


def hold_still(session: Session) -> None:
    """Let all that is read from now on be of one moment, whatever others write meanwhile.

    Ends the transaction the session is in. SQLite keeps this promise by itself.
    """
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def _turn(bind: Engine | Connection) -> Iterator[None]:
    """Let the threads of this process write one after the other where the database does.

    SQLite lets who waits for its lock sleep and ask again, ever more seldom; here the next one
    begins as soon as the one before has ended. Another process is waited for as SQLite does.
    """
    lock = _LOCKS.get(bind.engine)
    held = lock is not None and lock.acquire(timeout=_PATIENCE_SECONDS)
    try:
        yield
    finally:
        if lock is not None and held:
            lock.release()


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself; we say BEGIN below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_postgresql_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have a kept connection replaced when the server has ended it, as by a restart.

    Between two transactions a server says nothing; what there is to read is its farewell. A look
    costs no round trip.
    """
    if connection.closed or _has_something_to_read(connection.fileno()):
        raise DisconnectionError()


def _has_something_to_read(socket: int) -> bool:
    look = poll()
    look.register(socket, POLLIN)
    return bool(look.poll(0))


def _on_sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
