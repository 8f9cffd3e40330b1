"""The history is a chain: whoever alters, removes or swaps one row is found out."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    ColumnElement,
    Executable,
    Update,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from engine import audit, history
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
NULLABLE = [column.key for column in t.Event.__table__.columns if column.nullable]
EVENTS = [1, 2, 3, 4]


@pytest.mark.parametrize("column", COLUMNS)
def test_any_altered_column_of_any_event_is_found(
    session: Session, instance: UUID, column: str
) -> None:
    for sequence in EVENTS:
        true = _row(_event(session, instance, sequence))
        altered = true | {column: _other(column, true[column])}
        _replace(session, true, altered)
        assert instance in {found.instance_id for found in _breaks(session)}
        _replace(session, altered, true)
    assert _breaks(session) == []


@pytest.mark.parametrize("column", NULLABLE)
def test_a_column_that_is_emptied_or_filled_is_found(
    session: Session, instance: UUID, column: str
) -> None:
    for sequence in EVENTS:
        value = getattr(_event(session, instance, sequence), column)
        changed = None if value is not None else _other(column, value)
        _write(session, _one(instance, sequence).values({column: changed}))
        assert [found.sequence for found in _breaks(session)] == [sequence]
        _write(session, _one(instance, sequence).values({column: value}))
    assert _breaks(session) == []


@pytest.mark.parametrize("sequence", EVENTS)
def test_any_removed_event_is_found(session: Session, instance: UUID, sequence: int) -> None:
    _write(session, delete(t.Event).where(*_where(instance, sequence)))
    (found,) = _breaks(session)
    # Of the last one only the end is missing: the instance knows how many there were.
    last = sequence == EVENTS[-1]
    assert (found.instance_id, found.fault) == (instance, "end" if last else "missing")
    assert found.sequence == (sequence - 1 if last else sequence)


def test_swapped_events_are_found(session: Session, instance: UUID) -> None:
    def swap(one: int, other: int) -> None:
        for before, after in ((one, 99), (other, one), (99, other)):
            _write(session, _one(instance, before).values(sequence=after))

    for one, other in combinations(EVENTS, 2):
        swap(one, other)
        assert [found.sequence for found in _breaks(session)] == [one]
        swap(one, other)
    assert _breaks(session) == []


@pytest.mark.parametrize("column", [c for c in COLUMNS if c not in ("sequence", "instance_id")])
def test_a_column_swapped_between_two_events_is_found(
    session: Session, instance: UUID, column: str
) -> None:
    values = {n: getattr(_event(session, instance, n), column) for n in EVENTS}
    pairs = [pair for pair in combinations(EVENTS, 2) if values[pair[0]] != values[pair[1]]]
    for one, other in pairs:
        _write(session, _one(instance, one).values({column: values[other]}))
        _write(session, _one(instance, other).values({column: values[one]}))
        assert [found.sequence for found in _breaks(session)] == [one]
        for n in (one, other):
            _write(session, _one(instance, n).values({column: values[n]}))
    assert _breaks(session) == []


def test_an_event_moved_to_another_case_is_found(
    session: Session, cast: Cast, instance: UUID
) -> None:
    other = begin(session, cast.reporter, "line")
    _write(session, _one(instance, 4).values(instance_id=other, sequence=2))
    assert {found.instance_id for found in _breaks(session)} == {instance, other}


def test_an_event_put_in_is_found(session: Session, instance: UUID) -> None:
    """Even one that fits to the one before: the instance knows where its history ends."""
    last = _event(session, instance, 4)
    row = _row(last) | {"sequence": 5}
    row["hash"] = history.event_hash(row, last.hash)
    _write(session, insert(t.Event).values(row))
    assert [(found.sequence, found.fault) for found in _breaks(session)] == [(5, "end")]


def test_a_history_that_is_gone_is_missed(session: Session, instance: UUID) -> None:
    _write(session, delete(t.Event).where(t.Event.instance_id == instance))
    (found,) = _breaks(session)
    nothing = {"event_count": 0, "head_hash": history.GENESIS}
    _write(session, update(t.Instance).where(t.Instance.id == instance).values(nothing))
    (found,) = _breaks(session)
    assert (found.instance_id, found.sequence, found.fault) == (instance, 1, "missing")


def test_a_case_that_is_gone_is_missed_by_its_history(session: Session, instance: UUID) -> None:
    _write(session, delete(t.Instance).where(t.Instance.id == instance))
    (found,) = _breaks(session)
    assert (found.instance_id, found.sequence) == (instance, 0)


def _where(instance: UUID, sequence: int) -> tuple[ColumnElement[bool], ...]:
    return t.Event.instance_id == instance, t.Event.sequence == sequence


def _one(instance: UUID, sequence: int) -> Update:
    return update(t.Event).where(*_where(instance, sequence))


def _row(event: t.Event) -> dict[str, Any]:
    return {column: getattr(event, column) for column in COLUMNS}


def _replace(session: Session, before: dict[str, Any], after: dict[str, Any]) -> None:
    key = [t.Event.__table__.c[c] == before[c] for c in ("organisation_id", "instance_id")]
    found = update(t.Event).where(*key, t.Event.sequence == before["sequence"])
    _write(session, found.values(after))


def _event(session: Session, instance: UUID, sequence: int) -> t.Event:
    session.rollback()
    return session.scalars(select(t.Event).where(*_where(instance, sequence))).one()


def _write(session: Session, statement: Executable) -> None:
    """Write behind the program's back, as somebody with the database would."""
    session.rollback()
    session.expire_all()
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


@pytest.mark.parametrize("column", ["event_count", "head_hash"])
def test_a_lying_instance_row_is_found(session: Session, instance: UUID, column: str) -> None:
    value: Any = 3 if column == "event_count" else bytes(32)
    _write(session, update(t.Instance).where(t.Instance.id == instance).values({column: value}))
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
