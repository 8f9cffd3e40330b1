"""The history is a chain: whoever alters, removes or swaps one row is found out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from engine import audit
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do


@pytest.fixture
def instance(session: Session, cast: Cast) -> UUID:
    """A finished instance with a history of several events."""
    deploy(session, cast)
    instance = begin(session, cast.reporter, "line")
    do(session, cast.verifier, instance, "first", note="一")
    do(session, cast.verifier, instance, "second", note="二")
    return instance


def _breaks(session: Session) -> list[audit.Break]:
    session.rollback()
    return list(audit.verify(session))


def test_an_untouched_history_holds(session: Session, instance: UUID) -> None:
    assert _breaks(session) == []


COLUMNS = [column.key for column in t.Event.__table__.columns]


@pytest.mark.parametrize("column", COLUMNS)
def test_any_altered_column_is_found(session: Session, instance: UUID, column: str) -> None:
    session.rollback()
    row = session.scalars(
        select(t.Event).where(t.Event.instance_id == instance, t.Event.sequence == 2)
    ).one()
    _write(session, instance, column, _other(column, getattr(row, column)))
    found = _breaks(session)
    assert found, column
    assert found[0].instance_id in (instance, _other_instance(session, instance))


def _other_instance(session: Session, instance: UUID) -> UUID:
    return (
        session.scalars(
            select(t.Event.instance_id).where(t.Event.instance_id != instance).limit(1)
        ).first()
        or instance
    )


def _write(session: Session, instance: UUID, column: str, value: Any) -> None:
    """Alter one column behind the program's back, as somebody with the database would."""
    session.rollback()
    statement = (
        update(t.Event)
        .where(t.Event.instance_id == instance, t.Event.sequence == 2)
        .values({column: value})
    )
    with session.get_bind().connect() as connection:  # type: ignore[union-attr]
        if connection.dialect.name == "sqlite":
            # Outside a transaction, or SQLite ignores it.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(statement)
        connection.commit()
        connection.invalidate()


def _other(column: str, value: Any) -> Any:
    if column in ("organisation_id", "instance_id"):
        return new_id()
    match value:
        case None:
            return {"element": "x"}.get(column, new_id())
        case UUID():
            return new_id()
        case bytes():
            return bytes(32)
        case int():
            return value + 10
        case str():
            return value + " "
        case _:
            return value + timedelta(microseconds=1)


@pytest.mark.parametrize("sequence", [1, 2, 3, 4])
def test_any_removed_event_is_found(session: Session, instance: UUID, sequence: int) -> None:
    session.execute(
        delete(t.Event).where(t.Event.instance_id == instance, t.Event.sequence == sequence)
    )
    session.commit()
    assert [found.instance_id for found in _breaks(session)] == [instance]


def test_swapped_events_are_found(session: Session, instance: UUID) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        session.execute(
            update(t.Event)
            .where(t.Event.instance_id == instance, t.Event.sequence == before)
            .values(sequence=after)
        )
    session.commit()
    assert [found.sequence for found in _breaks(session)] == [2]


@pytest.mark.parametrize("column", ["event_count", "head_hash"])
def test_a_lying_instance_row_is_found(session: Session, instance: UUID, column: str) -> None:
    value: Any = 3 if column == "event_count" else bytes(32)
    session.execute(update(t.Instance).where(t.Instance.id == instance).values({column: value}))
    session.commit()
    assert [found.fault for found in _breaks(session)] == ["end"]


def test_the_reporter_is_nowhere_in_the_history(
    session: Session, cast: Cast, instance: UUID
) -> None:
    events = session.scalars(select(t.Event).where(t.Event.instance_id == instance)).all()
    assert cast.reporter.user_id not in {event.actor_id for event in events}
    everything = " ".join(event.data for event in events)
    assert cast.reporter.name not in everything
    assert str(cast.reporter.user_id) not in everything
    assert next(event.role for event in events if event.tag == "instance:started") == "reporter"
