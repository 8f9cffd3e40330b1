"""A definition is read once a process and then shared, by threads and by cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import definitions
from engine.definitions import Loaded
from engine.errors import NotFound
from engine.store import Definition, new_id
from tests.cast import Cast
from tests.engine.stories import deploy


@pytest.fixture
def line(session: Session, cast: Cast) -> UUID:
    """A deployed definition."""
    deploy(session, cast)
    found = session.scalars(select(Definition.id).where(Definition.key == "line"))
    return found.all()[0]


def test_all_threads_get_the_same(database: Engine, line: UUID) -> None:
    def load(_number: int) -> Loaded:
        with closing(Session(database)) as session:
            return definitions.load(session, line)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(map(id, pool.map(load, range(16))))) == 1


def test_it_is_read_once(session: Session, line: UUID) -> None:
    first = definitions.load(session, line)
    session.rollback()
    assert definitions.load(session, line) is first
    assert not session.in_transaction()


def test_what_is_not_there_is_not_remembered(session: Session) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            definitions.load(session, new_id())
