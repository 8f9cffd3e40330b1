"""A sheet of a whole city: nobody waits for its reading, and a page unpacks only what it shows."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import jobs
from engine.actors import Actor
from engine.commands import execute
from engine.errors import Conflict, Invalid, NotAllowed
from engine.hazards import uscc
from engine.registry import batches, importing, pieces, receiving
from engine.store.tables import ImportBatch, Incident
from tests.cast import Cast
from tests.engine.registry.sheets import code
from tests.engine.registry.sheets import workbook as sheet


@pytest.fixture
def office(cast: Cast, clock: time_machine.Traveller) -> Actor:
    return cast.office


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patience is short: more than four rows are read by a job, which tells of every other one."""
    monkeypatch.setattr(receiving, "ROWS_AT_ONCE", 4)
    monkeypatch.setattr(receiving, "TOLD_AFTER", 2)


def rows(count: int, start: int = 0) -> list[list[Any]]:
    return [[f"第{n}公司", code(n), "教育"] for n in range(start, start + count)]


def send(session: Session, office: Actor, content: bytes) -> ImportBatch:
    """Upload as the page does."""
    session.rollback()
    judged = receiving.judge_short(session, content, actor=office)
    if judged is None:
        return execute(session, receiving.receive, content, "名录.xlsx", actor=office)
    return execute(session, importing.keep, judged, content, "名录.xlsx", actor=office)


def found(session: Session, batch: ImportBatch, office: Actor) -> batches.Preview:
    session.expire_all()
    return importing.get(session, batch.id, actor=office)


@pytest.mark.usefixtures("short")
def test_a_long_sheet_is_read_by_a_job_and_says_how_far(
    session: Session, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    really = receiving.tell

    def tell(own: Session, owner: Any, batch_id: Any, count: int) -> None:
        really(own, owner, batch_id, count)
        told.append(own.scalars(select(ImportBatch.done)).one())

    monkeypatch.setattr(receiving, "tell", tell)
    assert send(session, office, sheet(rows(4))).state == "previewed"
    assert told == []
    session.execute(ImportBatch.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    batch = send(session, office, sheet([*rows(5), ["坏公司", "1", "教育"]]))
    assert batch.state == "reading"
    assert found(session, batch, office).counts == {}
    with pytest.raises(Conflict):
        execute(session, importing.take_in, batch.id, actor=office)
    assert jobs.run_due(session) == 1
    assert told == [2, 4, 6]
    read = found(session, batch, office)
    assert (read.batch.state, read.batch.good, read.batch.bad, read.batch.done) == (
        "previewed", 5, 1, 0,
    )  # fmt: skip
    assert read.counts == {"new": 5, "bad": 1}
    execute(session, importing.take_in, batch.id, actor=office)
    assert found(session, batch, office).batch.outcome == {"new": 5}


@pytest.mark.usefixtures("short")
def test_a_sheet_that_cannot_be_read_says_why_and_fails_no_job(
    session: Session, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LARGEST_AT_ONCE", 3)
    for content in (b"not a workbook", sheet([]), sheet(rows(9))[:-300]):
        batch = send(session, office, content)
        assert jobs.run_due(session) == 1
        read = found(session, batch, office)
        assert read.batch.state == "unreadable"
        assert set(read.batch.outcome) == {"zh", "en"}
        assert read.counts == {}
        assert read.of("bad") == []
        with pytest.raises(Conflict):
            execute(session, importing.take_in, batch.id, actor=office)
    assert session.scalars(select(Incident)).all() == []


@pytest.mark.usefixtures("short")
def test_what_is_put_aside_while_it_is_read_stays_aside(session: Session, office: Actor) -> None:
    batch = send(session, office, sheet(rows(6)))
    execute(session, importing.discard, batch.id, actor=office)
    assert jobs.run_due(session) == 1
    assert found(session, batch, office).batch.state == "discarded"


def test_who_keeps_no_register_sends_no_sheet(session: Session, cast: Cast, office: Actor) -> None:
    with pytest.raises(NotAllowed):
        receiving.judge_short(session, b"x", actor=cast.administrator)
    with pytest.raises(NotAllowed):
        receiving.receive(session, b"x", "名录.xlsx", actor=cast.administrator)


def test_a_page_unpacks_the_pieces_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = ["new"] * 7 + ["bad"] * 5 + ["same"] * 3 + ["changed"] * 6
    packed = pieces.pack([{"is": kind, "row": at} for at, kind in enumerate(kinds)], 4)
    unpacked: list[int] = []
    really = pieces.Pieces._unpacked

    def count(self: pieces.Pieces, number: int) -> Any:
        unpacked.append(number)
        return really(self, number)

    monkeypatch.setattr(pieces.Pieces, "_unpacked", count)
    found = pieces.Pieces(packed)
    assert found.counts == {"new": 7, "changed": 6, "same": 3, "bad": 5}
    for kind in ("new", "changed", "same", "bad"):
        places = [at for at, one in enumerate(kinds) if one == kind]
        assert [row["row"] for row in found.of(kind)] == places
        for start in range(len(places) + 2):
            for limit in (1, 2, 9):
                shown = [row["row"] for row in found.of(kind, start, limit)]
                assert shown == places[start : start + limit], (kind, start, limit)
    unpacked.clear()
    list(found.of("bad", 1, 2))
    assert unpacked == [5]
    good = [row["row"] for number in range(4) for row in found.good(number)]
    assert good == [at for kind in pieces.GOOD for at, one in enumerate(kinds) if one == kind]
    assert pieces.Pieces(pieces.pack([], 4)).counts == {}


def test_a_sheet_is_read_in_few_statements_whatever_its_length(
    session: Session, office: Actor, database: Engine
) -> None:
    def statements(count: int) -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        session.rollback()
        event.listen(database, "before_cursor_execute", note)
        try:
            assert len(list(importing.judged(session, sheet(rows(count)), office))) == count
        finally:
            event.remove(database, "before_cursor_execute", note)
        return len(seen)

    assert statements(500) == statements(10)
    assert statements(1500) - statements(500) <= 4, "two for each five hundred rows"


@pytest.mark.parametrize("number", [1, 77, 4_321, 9_999_999])
def test_a_plain_code_is_checked_as_any_other(number: int) -> None:
    right = code(number)
    assert uscc.clean(right) == uscc.clean(f" {right.lower()} ") == right
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    for text in (wrong, right[:17], f"{right}0", f"I{right[1:]}", "￾" * 18):
        with pytest.raises(Invalid):
            uscc.clean(text)
