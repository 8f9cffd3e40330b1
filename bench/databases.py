"""Throw-away databases for benches: SQLite files, and PostgreSQL where one answers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from engine.store import open_database, upgrade

_SERVER = os.environ.get("BIHUAN_BENCH_POSTGRESQL", "postgresql+psycopg://127.0.0.1/postgres")


@contextmanager
def fresh(kind: str, folder: Path, name: str) -> Iterator[str]:
    """Give the URL of a migrated, empty database of `kind` that is gone afterwards."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / name}.sqlite"
        _migrate(url)
        yield url
        return
    url = _create(name)
    try:
        _migrate(url)
        yield url
    finally:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def copy_of(url: str, folder: Path, name: str) -> Iterator[str]:
    """Give the URL of a copy of the database at `url`, which nobody may have open."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        target = folder / f"{name}.sqlite"
        shutil.copyfile(str(parsed.database), target)
        yield f"sqlite:///{target}"
        return
    try:
        yield _create(name, template=str(parsed.database))
    finally:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def settle(engine: Engine) -> None:
    """Do what PostgreSQL's own caretaker does within a minute: look what the tables hold."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def kinds() -> list[str]:
    """Give the databases that answer here."""
    try:
        _on_server("SELECT 1")
    except OperationalError:
        return ["sqlite"]
    return ["sqlite", "postgresql"]


def _create(name: str, template: str = "template1") -> str:
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return make_url(_SERVER).set(database=name).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    engine = create_engine(_SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _migrate(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
