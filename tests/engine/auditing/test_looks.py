"""Every look from above is on record, in a row and in the case's own chain, and blocks nobody."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, commands, jobs
from engine.actors import Actor
from engine.auditing import looks, record
from engine.auditing.record import LookFilters
from engine.errors import GroundNeeded, Invalid, NotAllowed
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.stories import begin, deploy, do, tags
from tests.looking import state_ground
from tests.together import Together

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def case(session: Session, cast: Cast) -> UUID:
    """A report of 甲; the officer, the town and the office have said on what ground they look."""
    deploy(session, cast)
    for actor in (cast.officer, cast.town, cast.office):
        state_ground(session, actor)
    return begin(session, cast.reporter, "line")


def look(session: Session, cast: Cast, case: UUID, actor: Actor, what: str = "history") -> bool:
    """Look as a page does; say whether it was put on record anew."""
    session.rollback()
    found = looks.look_into(session, cast.enterprise_id, case, what, actor=actor)
    if found is None:
        return False
    return commands.execute(session, looks.note, found, actor=actor)


def test_a_look_is_a_row_and_an_event_once_a_day(
    session: Session, cast: Cast, case: UUID, clock: time_machine.Traveller
) -> None:
    assert look(session, cast, case, cast.officer)
    assert not look(session, cast, case, cast.officer)
    assert tags(session, case) == ["instance:started", "case:looked"]
    event = session.scalars(select(t.Event).where(t.Event.tag == "case:looked")).one()
    assert event.actor_id == cast.officer.user_id
    assert event.role == "officer"
    assert "检查计划 12 号" in event.data
    assert look(session, cast, case, cast.officer, "file")
    assert look(session, cast, case, cast.town)
    clock.shift(timedelta(days=1))
    assert look(session, cast, case, cast.officer)
    assert tags(session, case).count("case:looked") == 4
    assert list(audit.verify(session, instance_id=case)) == []


def test_another_ground_is_another_look(session: Session, cast: Cast, case: UUID) -> None:
    look(session, cast, case, cast.officer)
    state_ground(session, cast.officer, kind="accident", reference="事故 3 号",
                 enterprise_id=cast.enterprise_id)  # fmt: skip
    assert look(session, cast, case, cast.officer)
    (latest, _) = record.of_case(session, _row(session, case))
    assert {latest.kind, _.kind} == {"plan", "accident"}


def test_the_enterprise_leaves_no_trace_in_its_own_case(
    session: Session, cast: Cast, case: UUID
) -> None:
    for actor in (cast.verifier, cast.principal):
        assert not look(session, cast, case, actor)
    assert tags(session, case) == ["instance:started"]


def test_an_audit_file_that_the_enterprise_takes_is_noted_once_a_day(
    session: Session, cast: Cast, case: UUID, clock: time_machine.Traveller
) -> None:
    def take() -> bool:
        note = looks.note_own_file
        return commands.execute(session, note, cast.enterprise_id, case, actor=cast.principal)

    assert [take(), take()] == [True, False]
    clock.shift(timedelta(days=1))
    assert take()
    assert tags(session, case).count("case:looked") == 2
    assert list(record.of_case(session, _row(session, case))) == []


def test_without_a_ground_nothing_is_written(session: Session, cast: Cast, case: UUID) -> None:
    with pytest.raises(GroundNeeded):
        look(session, cast, case, cast.group)
    assert tags(session, case) == ["instance:started"]


def test_two_looks_at_once_are_one(
    session: Session, cast: Cast, case: UUID, database: Any, secrets: Any
) -> None:
    found = looks.look_into(session, cast.enterprise_id, case, "history", actor=cast.officer)
    assert found is not None
    session.rollback()
    said = Together(database, secrets).at_once(
        *[lambda s: looks.note(s, found, actor=cast.officer)] * 2
    )
    assert sorted(said) == [False, True]
    assert tags(session, case).count("case:looked") == 1
    assert list(audit.verify(session, instance_id=case)) == []


def test_a_look_and_a_step_at_once_both_stand_in_one_chain(
    session: Session, cast: Cast, case: UUID
) -> None:
    look(session, cast, case, cast.officer)
    do(session, cast.verifier, case, "first")
    look(session, cast, case, cast.town)
    do(session, cast.verifier, case, "second")
    assert tags(session, case).count("case:looked") == 2
    assert list(audit.verify(session, instance_id=case)) == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_reader_does_not_wait_for_who_writes_the_case(
    session: Session, cast: Cast, case: UUID, database: Any, clock: time_machine.Traveller
) -> None:
    with closing(Session(database)) as writer:
        writer.execute(select(t.Instance).where(t.Instance.id == case).with_for_update())
        assert look(session, cast, case, cast.officer)
        assert tags(session, case) == ["instance:started"]
        assert len(record.of_case(session, _row(session, case))) == 1
        writer.rollback()
    clock.shift(timedelta(minutes=1))
    jobs.run_due(session)
    assert tags(session, case) == ["instance:started", "case:looked"]
    assert list(audit.verify(session, instance_id=case)) == []


def test_each_side_reads_its_own_record(session: Session, cast: Cast, case: UUID) -> None:
    other = begin(session, cast.sole, "line")
    look(session, cast, case, cast.officer)
    look(session, cast, case, cast.officer, "replay")
    look(session, cast, case, cast.office)
    found = looks.look_into(session, cast.one_person_firm_id, other, "history", actor=cast.town)
    assert found is not None
    commands.execute(session, looks.note, found, actor=cast.town)

    def of(side: str, actor: Actor, **filters: str) -> list[tuple[str, str, str]]:
        session.rollback()
        page = record.looks(session, side, actor=actor, filters=LookFilters(**filters))
        return sorted((row.person, row.what, row.enterprise) for row in page.items)

    first = ("安主", "history", "甲机械有限公司")
    second = ("管科", "history", "甲机械有限公司")
    third = ("管科", "replay", "甲机械有限公司")
    fourth = ("纪街", "history", "丙小吃店")
    assert of("ours", cast.principal) == [first, second, third]
    assert of("ours", cast.sole) == [fourth]
    assert of("mine", cast.officer) == [second, third]
    assert of("all", cast.office) == [first, second, third, fourth]
    assert of("all", cast.office, what="replay") == [third]
    assert of("all", cast.office, text="小吃") == [fourth]
    assert of("ours", cast.union, text="应急") == [second, third]
    assert of("ours", cast.union, kind="grant") == []
    assert of("ours", cast.union, month="2026-10") == []
    with pytest.raises(Invalid):
        of("ours", cast.union, what="nothing")
    for side, actor in (("ours", cast.officer), ("mine", cast.principal), ("all", cast.officer)):
        with pytest.raises(NotAllowed):
            of(side, actor)


def test_the_purpose_is_not_told_to_the_enterprise(
    session: Session, cast: Cast, case: UUID
) -> None:
    look(session, cast, case, cast.officer)
    (ours,) = record.looks(session, "ours", actor=cast.principal).items
    assert "年度检查" not in repr(ours)
    (mine,) = record.looks(session, "mine", actor=cast.officer).items
    assert mine.purpose == "年度检查"


def test_pages_of_a_long_record_miss_nothing(
    session: Session, cast: Cast, case: UUID, clock: time_machine.Traveller
) -> None:
    for _ in range(5):
        look(session, cast, case, cast.officer)
        clock.shift(timedelta(days=1))
    after, seen = None, []
    while True:
        page = record.looks(session, "ours", actor=cast.principal, after=after, limit=2)
        seen += [row.at for row in page.items]
        if (after := page.next) is None:
            break
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


def test_the_office_sees_how_much_each_unit_looked(
    session: Session, cast: Cast, case: UUID
) -> None:
    look(session, cast, case, cast.officer)
    look(session, cast, case, cast.officer, "replay")
    look(session, cast, case, cast.town)
    rows = record.by_organisation(session, "2026-11", actor=cast.office)
    said = [(row.name, row.looks, row.cases, row.enterprises, row.people) for row in rows]
    assert said == [("区应急管理局", 2, 1, 1, 1), ("江湾街道", 1, 1, 1, 1)]


def _row(session: Session, case: UUID) -> Any:
    session.rollback()
    return session.execute(select(t.Instance.__table__).where(t.Instance.id == case)).one()
