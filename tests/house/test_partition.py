"""A PostgreSQL database partitioned as docs/operating.md says works as one that is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from engine import doctor
from engine.secrets import Secrets
from engine.store import open_database, upgrade
from tests import postgresql
from tests.cast import Cast, enter
from tests.engine.stories import begin, deploy, do, state_of

pytestmark = pytest.mark.postgresql

SCRIPT = Path(__file__).parents[2] / "docs" / "partition.sql"


@pytest.fixture
def server(postgresql_server: str) -> Iterator[str]:
    """An empty database of this test alone."""
    name = f"bihuan_parts_{os.getpid()}"
    with postgresql.database(make_url(postgresql_server), name) as made:
        yield made.render_as_string(hide_password=False)


def play(session: Session, cast: Cast) -> None:
    """Play a small case of two enterprises to its end."""
    for reporter, verifier in ((cast.reporter, cast.verifier), (cast.sole, cast.sole)):
        case = begin(session, reporter, "line")
        do(session, verifier, case, "first")
        do(session, verifier, case, "second")
        assert state_of(session, case) == "completed"


def test_cases_run_before_and_after(server: str, tmp_path: Path) -> None:
    database = open_database(server)
    upgrade(database)
    with closing(Session(database, expire_on_commit=False)) as session:
        session.info["secrets"] = Secrets.open(b"the secret key of the tests, 32 bytes", tmp_path)
        cast = enter(session)
        deploy(session, cast)
        play(session, cast)
        session.rollback()
        with postgresql.connect(make_url(server)) as connection, connection.transaction():
            connection.execute(SCRIPT.read_text("utf-8"))
        play(session, cast)
        assert list(doctor.examine(session)) == []
        kinds = session.execute(text("select relkind from pg_class where relname = 'event'"))
        assert kinds.scalar_one() in (b"p", "p")
        session.rollback()
        upgrade(database)
        play(session, cast)
    database.dispose()
