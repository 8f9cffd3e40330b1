"""Sixty thousand jobs that nobody waits for keep no deadline and no paper from its turn."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from engine import clock as clocks
from engine import commands, due_jobs, jobs, sealing, standing
from engine.board import keeping
from engine.coverage import deadlines
from engine.relations import reminding
from engine.returns import late
from engine.store import new_id
from engine.store import tables as t
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


def add(session: Session, owner: UUID, kind: str, count: int, minutes: int) -> None:
    """Write jobs that have been due for so many minutes, each a second longer than the next."""
    first = clocks.now() - timedelta(minutes=minutes)
    rows = [
        standing.row(owner, new_id(), kind, first + timedelta(seconds=number))
        for number in range(count)
    ]
    session.execute(insert(t.Job), rows)
    session.commit()


def kinds(session: Session, limit: int = 50) -> list[str]:
    return [row.kind for row in due_jobs.find(session, limit)]


def test_what_somebody_waits_for_comes_first_and_the_rest_gets_its_share(
    session: Session, cast: Cast
) -> None:
    for kind in due_jobs.PATIENT:
        add(session, cast.enterprise_id, kind, 120, 600)
    add(session, cast.enterprise_id, "timer", 3, 1)
    add(session, cast.enterprise_id, "render_certificate", 2, 2)
    found = kinds(session)
    assert found[:5] == ["render_certificate"] * 2 + ["timer"] * 3
    assert Counter(found[5:]) == dict.fromkeys(due_jobs.PATIENT, 5)
    add(session, cast.enterprise_id, "timer", 100, 5)
    found = kinds(session)
    assert found[:2] == ["timer"] * 2
    assert len([kind for kind in found if kind not in due_jobs.PATIENT]) == 50
    assert Counter(found[50:]) == dict.fromkeys(due_jobs.PATIENT, 5), "nor are these forgotten"


def test_every_kind_that_stands_for_ever_is_patient() -> None:
    assert set(due_jobs.PATIENT) == {
        sealing.SEAL_DAYS, keeping.COUNT_BOARD, late.REMIND, deadlines.REMIND,
        reminding.REMIND,
    }  # fmt: skip


def test_a_fresh_process_finds_every_handler_of_the_engine() -> None:
    """A kind whose module nobody imported yet would be given up as unknown."""
    root = Path(jobs.__file__).parents[1]
    written = sum(
        path.read_text("utf-8").count("\n@handler(") for path in (root / "engine").rglob("*.py")
    )
    told = "from engine import jobs; jobs._load(); print(len(jobs._HANDLERS))"
    found = subprocess.run(
        [sys.executable, "-c", told], cwd=root, capture_output=True, check=True, text=True
    )
    assert int(found.stdout) == written


@pytest.fixture
def asked(database: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield seen
    event.remove(database, "before_cursor_execute", note)


def test_a_look_is_one_statement(session: Session, cast: Cast, asked: list[str]) -> None:
    add(session, cast.enterprise_id, "seal_days", 20, 5)
    asked.clear()
    assert len(jobs.due(session)) == 5
    assert len([one for one in asked if "FROM job" in one]) == 1


def test_what_takes_long_makes_way(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while of work that nobody waits for it is looked anew for what has come due."""
    add(session, cast.enterprise_id, "seal_days", 4, 60)
    run: list[str] = []

    def seal(own: Session, job: jobs.Job) -> None:
        run.append(job.kind)
        if len(run) == 1:
            own.execute(
                insert(t.Job), [standing.row(cast.enterprise_id, new_id(), "note", clocks.now())]
            )

    jobs._load()
    monkeypatch.setitem(jobs._HANDLERS, "seal_days", seal)
    monkeypatch.setitem(jobs._HANDLERS, "note", lambda _s, job: run.append(job.kind))
    monkeypatch.setattr(jobs, "_PATIENCE", 0.0)
    while jobs.run_due(session):
        pass
    assert run == ["seal_days", "note", "seal_days", "seal_days", "seal_days"]


def test_many_that_are_enrolled_at_once_take_turns_until_their_night(
    cast: Cast,
) -> None:
    owners = [uuid5(cast.enterprise_id, str(number)) for number in range(2400)]
    now = clocks.now()
    spread = Counter(int((sealing._first_turn(one) - now).total_seconds() // 3600)
                     for one in owners)  # fmt: skip
    assert all(now <= sealing._first_turn(one) <= sealing._next_night(one) for one in owners)
    assert [sealing._first_turn(one) for one in owners] == [
        sealing._first_turn(one) for one in owners
    ]
    assert max(spread.values()) < 3 * 2400 / 24, "no hour has to seal them all"
    assert len(spread) >= 15
    in_a_row = [UUID(int=(cast.enterprise_id.int & ~0xFFFFFFFF) | number << 8)
                for number in range(1000)]  # fmt: skip
    assert len({int(standing.turn(one) * 14_400) for one in in_a_row}) > 900


def test_few_are_sealed_at_once_and_many_by_turns(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []

    def begin(_s: Session, kind: str, wanted: Any, at: Any = None) -> int:
        given.append(at)
        return len(wanted)

    monkeypatch.setattr(standing, "begin", begin)
    for count, expected in ((1, None), (sealing._AT_ONCE + 1, sealing._first_turn)):
        ids = [new_id() for _ in range(count)]
        monkeypatch.setattr(
            sealing,
            "_asking",
            lambda ids=ids: select(t.Organisation.id).where(t.Organisation.id.in_(ids)),
        )
        session.execute(
            insert(t.Organisation),
            [
                {"id": one, "kind": "enterprise", "name": "公司", "code": one.hex[-12:].upper(),
                 "status": "active", "settings": {}, "created_at": clocks.now(),
                 "sector": "general"}
                for one in ids
            ],
        )  # fmt: skip
        session.commit()
        assert commands.execute(session, sealing.enrol) == count
        assert given.pop() is expected
