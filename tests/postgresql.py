"""A PostgreSQL server for the tests: a given one, a trusting local one, or one thrown away."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

_LOCAL = URL.create("postgresql+psycopg", host="127.0.0.1", port=5432, database="postgres")
_NO_SERVER = (
    "no PostgreSQL: install Debian's postgresql package, or give a superuser's URL in "
    "BIHUAN_TEST_DATABASE_URL"
)
_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def server(shared: Path) -> URL:
    """Give a superuser's URL of a running server; skip the test (in CI: fail) without one.

    Args:
        shared: a folder all processes of this test run see.
    """
    given = os.environ.get("BIHUAN_TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    url = _local_server() or _own_server(shared)
    if url is None and os.environ.get("CI"):
        pytest.fail(_NO_SERVER)
    if url is None:
        pytest.skip(_NO_SERVER)
    return url


@contextmanager
def database(server_url: URL, name: str) -> Iterator[URL]:
    """Make an empty database called `name` and drop it afterwards."""
    _drop(server_url, name)
    _order(server_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server_url.set(database=name)
    finally:
        _drop(server_url, name)


def empty(url: URL, tables: list[str]) -> None:
    """Delete every row of `tables`; ends other connections first, so nothing can wait.

    Deleting takes 2 ms where TRUNCATE takes 70 ms and a fresh database 60 to 300 ms. Triggers
    and foreign keys sleep meanwhile, so append-only tables can be emptied in any order.
    """
    with connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET session_replication_role = replica")
        deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
        connection.execute(sql.SQL(";").join(deletes))


def connect(url: URL) -> psycopg.Connection:
    """Open a bare connection, in autocommit, to `url`."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=20)


def stop_own_server(shared: Path) -> None:
    """Stop the thrown-away server of this test run, if one was started."""
    note = shared / "postgresql"
    if not note.exists():
        return
    folder = Path(note.read_text().splitlines()[0])
    _as_nobody("pg_ctl", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)
    note.unlink()


def _order(url: URL, statement: sql.Composed) -> None:
    with connect(url) as connection:
        connection.execute(statement)


def _drop(url: URL, name: str) -> None:
    _order(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _local_server() -> URL | None:
    """Find a server on the usual port that trusts us as a superuser."""
    for user in ("root", "postgres"):
        with suppress(psycopg.OperationalError):
            url = _LOCAL.set(username=user)
            with connect(url) as connection:
                row = connection.execute("SHOW is_superuser").fetchone()
            if row == ("on",):
                return url
    return None


def _own_server(shared: Path) -> URL | None:
    """Start a server of our own, once in this test run whichever process asks first."""
    if not _programs().is_dir():
        return None
    shared.mkdir(parents=True, exist_ok=True)
    note = shared / "postgresql"
    with (shared / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text("\n".join(_start()))
    return make_url(note.read_text().splitlines()[1])


def _start() -> tuple[str, str]:
    """Make a cluster in a new folder and start it; give the folder and the URL."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-postgresql-"))
    if os.getuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    data, port = folder / "data", _free_port()
    locale = ["-E", "UTF8", "--locale=C.UTF-8"]
    _as_nobody("initdb", data, "-U", "postgres", "-A", "trust", "--no-sync", *locale)
    settings = [*_FAST, "listen_addresses=127.0.0.1", f"port={port}"]
    options = " ".join(
        f"-c {setting}" for setting in [*settings, f"unix_socket_directories={folder}"]
    )
    _as_nobody("pg_ctl", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    url = _LOCAL.set(username="postgres", port=port)
    _wait_for(url)
    return str(folder), url.render_as_string()


def _as_nobody(program: str, data: Path, *arguments: str) -> None:
    """Run a program of PostgreSQL on the cluster in `data`, never as root: it refuses root."""
    words = [str(_programs() / program), "-D", str(data), *arguments]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *words]
    with (data.parent / "output").open("ab") as output:
        subprocess.run(
            words, check=True, cwd=data.parent, stdout=output, stderr=output, timeout=300
        )


def _programs() -> Path:
    """Give the folder of the newest PostgreSQL server Debian has installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return max(found, key=lambda path: int(path.parent.name), default=Path("/nonexistent"))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(url: URL) -> None:
    for _ in range(100):
        with suppress(psycopg.OperationalError), connect(url):
            return
        time.sleep(0.1)
    raise TimeoutError(f"PostgreSQL does not answer at {url}")
