"""Many rows into a database: as streams into PostgreSQL, in bulk into SQLite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import ProgrammingError

from engine.store import Base
from web.demo.city.lines import columns_of, read
from web.demo.city.telling import Lines

_CHUNK: Final = 5000


class Writer:
    """Writes the lines of many enterprises, in the order in which tables refer to each other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_server = connection.dialect.name == "postgresql"
        if self._is_server:
            _without_checks(connection)

    def write(self, lines: Lines) -> None:
        """Write all lines and commit."""
        by_table = {model.__table__: found for model, found in lines.items() if found}
        with self._connection.begin():
            for table in Base.metadata.sorted_tables:
                if table in by_table:
                    (self._stream if self._is_server else self._insert)(table, by_table[table])

    def _stream(self, table: Any, found: Sequence[str]) -> None:
        columns = ", ".join(f'"{name}"' for name in columns_of(table))
        cursor: Any = self._connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as stream:
            for at in range(0, len(found), _CHUNK):
                stream.write("".join(found[at : at + _CHUNK]))

    def _insert(self, table: Any, found: Sequence[str]) -> None:
        for at in range(0, len(found), _CHUNK):
            self._connection.execute(insert(table), read(table, "".join(found[at : at + _CHUNK])))


@contextmanager
def bare(engine: Engine) -> Iterator[None]:
    """Take the indexes away that no constraint needs, and make them anew afterwards.

    An index that is made once over all rows costs a fraction of one that is kept row by row.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.begin() as connection:
        found = connection.execute(_INDEXES).all()
        for name, _ in found:
            connection.execute(text(f'DROP INDEX "{name}"'))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            for _, definition in found:
                connection.execute(text(definition))


def settle(engine: Engine) -> None:
    """Let the database look what its tables hold."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")
        )


def _without_checks(connection: Connection) -> None:
    """Leave references unchecked where that is allowed: every row is made with what it names."""
    for setting in ("synchronous_commit = off", "session_replication_role = replica"):
        try:
            with connection.begin():
                connection.execute(text(f"SET {setting}"))
        except ProgrammingError:
            continue


_INDEXES: Final = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND"
    " indexname NOT IN (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE 'CREATE UNIQUE%'"
)
