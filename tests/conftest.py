"""What every test may ask for: a database, a session, the time, the cast, a browser."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
import time_machine
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from engine.clock import LOCAL_ZONE
from engine.secrets import Secrets
from engine.store import Base, open_database, upgrade
from tests import checked, postgresql, quickly
from tests.cast import Cast, enter
from tests.databases import BOTH
from web.config import Config

#: A Monday morning, with an ordinary working week ahead.
START = datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL_ZONE)

# How long one example takes says more about the machine than about the program.
hypothesis.settings.register_profile("steady", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("steady")


#: What waits more than it works, for a browser, a worker or a killed process.
_WAITS = ("slow", "browser", "broker")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, or the last of them would run alone in the end."""
    slow = {each.path for each in items if any(map(each.get_closest_marker, _WAITS))}
    items.sort(key=lambda each: each.path not in slow)


def pytest_collection_finish() -> None:
    """Look through what is here to stay no more, and seldom through the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the whole run shared, once its last process is done."""
    if not hasattr(config, "workerinput") and hasattr(config, "_tmp_path_factory"):
        postgresql.stop_own_server(_shared_folder(config._tmp_path_factory))


@pytest.fixture(scope="session", autouse=True)
def done_once() -> Iterator[None]:
    """A bundle is checked before its first deployment, and not again before the next; and so on."""
    with pytest.MonkeyPatch.context() as patch:
        checked.remember(patch)
        quickly.work_once(patch)
        yield


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Give the folder that all processes of this run see; xdist nests one a worker."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _migrate(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "bihuan.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A superuser's URL of a PostgreSQL server."""
    url = postgresql.server(_shared_folder(tmp_path_factory))
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this process alone; each test finds it empty."""
    server = make_url(postgresql_server)
    with postgresql.database(server, f"bihuan_test_{os.getpid()}") as made:
        url = made.render_as_string(hide_password=False)
        _migrate(url)
        yield url


@pytest.fixture(params=BOTH)
def database_kind(request: pytest.FixtureRequest) -> str:
    """sqlite or postgresql: a test that asks for a database runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database."""
    if database_kind == "sqlite":
        path = tmp_path / "bihuan.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url = str(request.getfixturevalue("postgresql_database"))
    postgresql.empty(make_url(url), list(Base.metadata.tables))
    return url


@pytest.fixture
def bare_database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The URL of a database without any table, for tests of migrations."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite'}"
        return
    server = make_url(request.getfixturevalue("postgresql_server"))
    with postgresql.database(server, f"bihuan_bare_{os.getpid()}") as made:
        yield made.render_as_string(hide_password=False)


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An open, migrated, empty database."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """The settings of an installation of this test alone."""
    return Config(
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="the secret key of the tests, 32 bytes or more",
        runner="off",
        testing=True,
    )


@pytest.fixture
def secrets(config: Config) -> Secrets:
    """The keys of that installation."""
    return Secrets.open(config.secret_key.encode(), config.data_dir)


@pytest.fixture
def session(database: Engine, secrets: Secrets) -> Iterator[Session]:
    """A session on a migrated, empty database."""
    with closing(Session(database, expire_on_commit=False)) as session:
        session.info["secrets"] = secrets
        yield session


@pytest.fixture
def cast(session: Session) -> Cast:
    """The people and organisations of every story, already in the database."""
    return enter(session)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still at START; `clock.shift(timedelta(days=1))` and `clock.move_to(moment)`."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller
