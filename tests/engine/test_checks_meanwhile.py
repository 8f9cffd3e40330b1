"""Checks that run while people work see nothing that is not there."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import audit, doctor
from engine.secrets import Secrets
from engine.store import hold_still
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do


@pytest.fixture
def instance(session: Session, cast: Cast) -> UUID:
    """A case that can go round for ever."""
    deploy(session, cast)
    return begin(session, cast.reporter, "loop")


@pytest.fixture
def meanwhile(database: Engine, secrets: Secrets, cast: Cast, instance: UUID) -> Any:
    """Somebody else, who goes one round when called."""

    def work() -> None:
        with closing(Session(database, expire_on_commit=False)) as own:
            own.info["secrets"] = secrets
            do(own, cast.verifier, instance, "work", again=True)

    return work


def test_a_history_that_goes_on_while_it_is_checked_is_intact(
    session: Session, instance: UUID, meanwhile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, rounds = audit._rows, iter([meanwhile] * 3)

    def rows(*args: Any) -> Any:
        if (work := next(rounds, None)) is not None:
            work()
        return real(*args)

    monkeypatch.setattr(audit, "_rows", rows)
    session.rollback()
    assert list(audit.verify(session)) == []
    assert next(rounds, None) is None or session.get_bind().dialect.name == "sqlite"


def test_what_is_held_still_is_examined_as_it_was(
    session: Session, instance: UUID, meanwhile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = doctor.examine_case

    def examine(*args: Any) -> Any:
        meanwhile()
        yield from real(*args)

    monkeypatch.setattr(doctor, "examine_case", examine)
    hold_still(session)
    assert list(doctor.examine(session)) == []
