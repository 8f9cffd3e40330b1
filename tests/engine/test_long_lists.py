"""Lists of a whole city: read to the end without holding them, and paged without a way round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import clock as clocks
from engine import registry, statistics, training
from engine.actors import SYSTEM, Actor
from engine.auditing import record
from engine.auditing.record import LookFilters
from engine.clock import LOCAL_ZONE
from engine.coverage import units
from engine.errors import Invalid
from engine.guidance import finding
from engine.statistics import whole
from engine.store import new_id
from engine.store import tables as t
from tests import cast
from tests.histories import Pen
from tests.looking import state_ground

NOVEMBER = datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def people(session: Session, clock: time_machine.Traveller) -> cast.Cast:
    """The cast, with a few cases in both districts."""
    people = cast.enter(session)
    pen = Pen(session)
    for owner in (people.enterprise_id, people.one_person_firm_id, people.strange_enterprise_id):
        for person in (b"a", b"b"):
            told = pen.case(owner, NOVEMBER, person=person)
            pen.register(told, NOVEMBER)
            pen.reward(told, NOVEMBER, 10_000, until="paid")
    session.commit()
    return people


@pytest.fixture
def asked(database: Engine) -> Iterator[list[str]]:
    """The statements as they are asked."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield seen
    event.remove(database, "before_cursor_execute", note)


def test_every_line_is_read_a_part_at_a_time(
    session: Session, people: cast.Cast, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "_AT_ONCE", 1)
    monkeypatch.setattr(whole, "_FOUND", 1)
    for actor in (people.office, people.group, people.principal, SYSTEM):
        table = statistics.monthly(session, actor=actor, month="2026-11")
        lines = statistics.Whole(session, actor=actor, month="2026-11")
        asked.clear()
        found, spent = [], []
        for line in lines:
            found.append(line)
            spent.append(len(asked))
        assert found == table.lines
        assert lines.total == table.total
        between = [after - before for before, after in pairwise(spent)]
        assert len(set(between)) <= 1, "each part costs the same, and is asked for when it is due"


def test_a_month_is_refused_before_anything_is_read(session: Session, people: cast.Cast) -> None:
    with pytest.raises(Invalid):
        statistics.Whole(session, actor=people.office, month="2026-13")


def lists(session: Session, people: cast.Cast) -> dict[str, Any]:
    """Give lists that are turned by a cursor."""
    office: dict[str, Any] = {"actor": people.office}
    target = t.CoverageTarget(
        organisation_id=people.office_id,
        id=new_id(),
        sectors=[],
        is_for_the_rest=True,
        stage="established",
        due_on=clocks.local_date(),
        percent=100,
    )
    return {
        "register": lambda after: registry.listed(session, after=after, **office),
        "month": lambda after: statistics.monthly(
            session, month="2026-11", after=after, limit=1, **office
        ),
        "behind a figure": lambda after: statistics.cases(
            session, month="2026-11", indicator="obliged", after=after, **office
        ),
        "ledger": lambda after: statistics.hazards(session, after=after, **office),
        "looks": lambda after: record.looks(session, "all", after=after, **office),
        "coverage": lambda after: units.enterprises(
            session, units.Chosen(target=target), after=after, **office
        ),
        "visits": lambda after: finding.visits(
            session, filters=finding.Filters(), after=after, **office
        ),
        "trainings": lambda after: training.held(session, year=2026, after=after, **office),
        "untrained": lambda after: training.untrained(
            session, year=2026, position="principal", after=after, **office
        ),
    }


@pytest.mark.parametrize("after", ["no", "zz-zz", "9" * 50, "\x00", "￾"])
def test_a_cursor_nobody_gave_out_is_refused_everywhere_alike(
    session: Session, people: cast.Cast, after: str
) -> None:
    for name, turn in lists(session, people).items():
        with pytest.raises(Invalid) as refused:
            turn(after)
        assert refused.value.details["field"] == "after", name
        assert "翻页位置不对" in refused.value.message.zh, name


@pytest.mark.parametrize("name", ["register", "month", "behind a figure"])
def test_a_cursor_that_names_a_stranger_is_refused(
    session: Session, people: cast.Cast, name: str
) -> None:
    """Its place in the order of names is nobody's to find out."""
    turn = lists(session, people)[name]
    for stranger in (people.strange_enterprise_id, new_id()):
        with pytest.raises(Invalid):
            turn(stranger.hex)
    assert turn(people.enterprise_id.hex) is not None


@pytest.fixture
def looked(session: Session, people: cast.Cast) -> int:
    """Three offices looked at 甲 by turns, and a department of another district at its own."""
    watchers = (people.officer, people.town, people.office)
    for actor in watchers:
        state_ground(session, actor)
    for number in range(9):
        actor = watchers[number % 3]
        ground = session.scalars(
            select(t.AuditGround).where(t.AuditGround.organisation_id == actor.organisation_id)
        ).one()
        session.add(
            t.AuditLook(
                organisation_id=people.enterprise_id, id=new_id(), instance_id=None,
                what="analysis" if number % 2 else "export",
                at=NOVEMBER - timedelta(minutes=number), user_id=actor.user_id,
                from_organisation_id=actor.organisation_id, ground_id=ground.id,
            )
        )  # fmt: skip
    session.commit()
    return 9


def paged(session: Session, actor: Actor, **filters: str) -> list[datetime]:
    after, found = None, []
    while after is not None or not found:
        page = record.looks(
            session, "all", actor=actor, filters=LookFilters(**filters), after=after, limit=2
        )
        found += [row.at for row in page.items]
        after = page.next
        if after is None:
            return found
    return found


def test_all_looks_are_paged_in_order_without_gap_or_repeat(
    session: Session, people: cast.Cast, looked: int
) -> None:
    found = paged(session, people.office)
    assert len(found) == looked
    assert found == sorted(found, reverse=True)
    assert len(paged(session, people.office, what="analysis")) == looked // 2
    assert len(paged(session, people.office, month="2026-11")) == looked


def test_all_looks_are_found_by_index(
    session: Session, people: cast.Cast, looked: int, database: Engine, database_kind: str
) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL plans by what the tables hold")
    seen: list[str] = []

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "audit_look" in statement:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            seen.extend(row[3] for row in cursor.fetchall())

    event.listen(database, "before_cursor_execute", explain)
    try:
        record.looks(session, "all", actor=people.office)
    finally:
        event.remove(database, "before_cursor_execute", explain)
    assert any("audit_look USING" in line and "ix_audit_look_from" in line for line in seen), seen
    assert not any(line.startswith("SCAN audit_look") for line in seen), seen
