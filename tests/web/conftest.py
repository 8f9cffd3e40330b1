"""What tests of the web may ask for: the application, a client, a server, a real browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from engine import accounts, membership
from engine.actors import SYSTEM, Actor
from engine.commands import execute
from tests.cast import Cast
from tests.looking import state_grounds
from tests.web.screens import Screens, chromium_browser
from tests.web.visits import Client
from web import create_app, db
from web.config import Config
from web.runner import Runner


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite: what a page asks of the engine is tested on both there; see `tests.databases`."""
    return str(request.param)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application on a migrated, empty database; jobs wait until a test runs them."""
    app = _make(config)
    yield app
    _close(app)


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without JavaScript; `client.sign_in(cast.verifier)`, `client.submit(path, …)`."""
    return Client(app)


@pytest.fixture
def grounds(session: Session, cast: Cast) -> None:
    """Those above the enterprise have said on what ground they look into its histories."""
    state_grounds(session, cast)


@pytest.fixture
def observer(session: Session, cast: Cast) -> Actor:
    """Somebody of the trade union in the office, who reads figures and no case."""
    user = execute(
        session,
        accounts.add_user,
        login="watcher",
        name="工会观察员",
        password=None,
        organisation_id=cast.office_id,
        roles=["observer"],
        actor=SYSTEM,
    )
    found = membership.actor_for(session, user.id, cast.office_id)
    assert found is not None
    session.rollback()
    return found


@pytest.fixture
def live_server(config: Config) -> Iterator[str]:
    """The address of a running server, with its runner of jobs, for real browsers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    app = _make(replace(config, base_url=url))
    server = make_server("127.0.0.1", port, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    runner = Runner(app)
    serving.start()
    runner.start()
    yield url
    runner.stop()
    server.shutdown()
    serving.join()
    server.server_close()
    _close(app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Debian's Chromium, started once."""
    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def screens(chromium: object, live_server: str) -> Iterator[Screens]:
    """People at their screens: `screens.phone()` and `screens.desk()` open a fresh browser each.

    The test fails if a page's script failed or broke the content security policy.
    """
    opened = Screens(chromium, live_server)
    yield opened
    opened.close()
    assert opened.faults == []


def _make(config: Config) -> Flask:
    app = create_app(config)
    app.test_client_class = Client
    return app


def _close(app: Flask) -> None:
    with app.app_context():
        db.db.engine.dispose()
