"""A PostgreSQL database partitioned as docs/operating.md says works as one that is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from engine import board, doctor
from engine.secrets import Secrets
from engine.statistics import AXES
from engine.store import open_database, upgrade
from tests import postgresql
from tests.cast import Cast, enter
from tests.engine.stories import begin, deploy, do, state_of
from tests.web.ledger_story import tell
from tests.web.visits import Client
from web import create_app
from web import db as web_db
from web.config import Config

pytestmark = pytest.mark.postgresql

SCRIPT = Path(__file__).parents[2] / "docs" / "partition.sql"


@pytest.fixture
def server(postgresql_server: str) -> Iterator[str]:
    """An empty database of this test alone."""
    name = f"bihuan_parts_{os.getpid()}"
    with postgresql.database(make_url(postgresql_server), name) as made:
        yield made.render_as_string(hide_password=False)


def partition(server: str) -> None:
    with postgresql.connect(make_url(server)) as connection, connection.transaction():
        connection.execute(SCRIPT.read_text("utf-8"))


def references(session: Session) -> set[tuple[str, str]]:
    """Give what refers to what, by name; those inside of partitions follow from them."""
    rows = session.execute(
        text(
            "select conrelid::regclass::text, conname from pg_constraint"
            " where contype = 'f' and conparentid = 0"
        )
    )
    return {(row[0], row[1]) for row in rows}


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
        before = references(session)
        session.rollback()
        partition(server)
        assert references(session) == before
        play(session, cast)
        assert list(doctor.examine(session)) == []
        kinds = session.execute(text("select relkind from pg_class where relname = 'event'"))
        assert kinds.scalar_one() in (b"p", "p")
        session.rollback()
        upgrade(database)
        play(session, cast)
    database.dispose()


def test_the_month_and_the_board_look_the_same(server: str, tmp_path: Path) -> None:
    database = open_database(server)
    upgrade(database)
    with closing(Session(database, expire_on_commit=False)) as session:
        cast = enter(session)
        tell(session, cast)
    addresses = [f"/statistics?month=2026-11&by={by}" for by in AXES]
    addresses += ["/statistics?month=2026-10", "/hazards", "/rewards"]
    app = create_app(
        Config(
            data_dir=tmp_path,
            database_url=server,
            secret_key="the secret key of the tests, 32 bytes",
            runner="off",
            testing=True,
        )
    )
    client = Client(app)
    client.sign_in(cast.office)

    def pages() -> list[str]:
        found = [main_of(client.get(address).text) for address in addresses]
        with app.app_context():
            found.append(board.count(web_db.session(), actor=cast.office).to_text())
            web_db.db.session.remove()
            web_db.db.engine.dispose()
        return found

    before = pages()
    partition(server)
    assert pages() == before
    database.dispose()


def main_of(page: str) -> str:
    (main,) = html.fromstring(page).xpath("//main")
    return str(html.tostring(main, encoding="unicode"))
