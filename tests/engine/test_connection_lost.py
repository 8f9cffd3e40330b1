"""A database that was restarted: the next who asks gets a new connection, not an error."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Connection, Engine, text

from engine.store import open_database


@pytest.fixture
def database_kind() -> str:
    """SQLite has no server that could be restarted."""
    return "postgresql"


def _backend(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _end(url: str, backend: int) -> None:
    """End a connection from the server's side, as a restart does, and wait until it is gone."""
    other = open_database(url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        gone = text("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = :pid")
        while not connection.execute(gone, {"pid": backend}).scalar_one():
            connection.rollback()
            time.sleep(0.01)
    other.dispose()


@pytest.mark.postgresql
def test_a_connection_ended_by_the_server_is_replaced(database: Engine, database_url: str) -> None:
    with database.connect() as connection:
        first = _backend(connection)
    _end(database_url, first)
    with database.connect() as connection:
        assert _backend(connection) != first


@pytest.mark.postgresql
def test_a_connection_that_lives_is_kept(database: Engine) -> None:
    with database.connect() as connection:
        first = _backend(connection)
    with database.connect() as connection:
        assert _backend(connection) == first
