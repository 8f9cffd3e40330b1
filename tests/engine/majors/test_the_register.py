"""The register over many majors: what is missing, how old, and that figures open their lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from engine import majors
from engine.actors import Actor
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid
from engine.majors import AGES, MISSING, MajorFilters
from engine.statistics import recount
from tests.cast import Cast, enter
from tests.histories import Pen, Told
from tests.processes.player import SIX_ELEMENTS

PLAN = {"due_on": "2026-11-15", "interim_controls": "停用"}
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def people(session: Session, clock: time_machine.Traveller) -> Cast:
    clock.move_to(NOW)
    return enter(session)


@pytest.fixture
def told(session: Session, people: Cast) -> list[Told]:
    """Two enterprises with a major of every age and stage; one general hazard, one of another's."""
    pen, cases = Pen(session), []
    owners = (people.enterprise_id, people.one_person_firm_id)
    for number, (owner, days) in enumerate(product(owners, (2, 8, 30, 31, 91, 120))):
        case = _major(pen, owner, NOW - timedelta(days=days), stage=number % 6)
        cases.append(case)
    pen.register(pen.case(people.enterprise_id, NOW), NOW - timedelta(days=9))
    _major(pen, people.strange_enterprise_id, NOW, stage=0)
    session.commit()
    return cases


def _major(pen: Pen, owner: Any, at: datetime, *, stage: int) -> Told:
    """Tell a major as far as its stage: from nothing known of it to closed with a supervision."""
    case = pen.case(owner, at, description="没有可燃气体报警", place="喷漆房")
    steps: list[Callable[[], None]] = [
        lambda: pen.complete(case, "determine", at=at, level="major"),
        lambda: pen.complete(
            case, "rectify:report_authority", at=at, reported_to_authority="2026-11-01",
            supervised=True, supervised_by="区应急管理局",
        ),
        lambda: pen.complete(case, "rectify:report_union", at=at, reported_to_union="2026-11-01"),
        lambda: pen.complete(
            case, "rectify:plan", at=at, **SIX_ELEMENTS, **PLAN
        ),
        lambda: pen.close(case, NOW - timedelta(days=1)),
    ]  # fmt: skip
    pen.register(case, at, level="major")
    for step in steps[:stage]:
        step()
    return case


def ids(session: Session, actor: Actor, **filters: Any) -> list[Any]:
    """Give the ids on the register, turning its pages three rows at a time."""
    found: list[Any] = []
    after = None
    while True:
        page = majors.register(
            session, actor=actor, filters=MajorFilters(**filters), after=after, limit=3
        )
        found += [row.id for row in page.items]
        if page.next is None:
            return found
        after = page.next


def test_pages_hold_every_major_once_the_latest_first(
    session: Session, people: Cast, told: list[Told]
) -> None:
    everything = ids(session, people.officer, standing="all")
    assert sorted(everything) == sorted(case.id for case in told)
    assert len(ids(session, people.verifier, standing="all")) == 6
    page = majors.register(session, actor=people.office, filters=MajorFilters(standing="all"))
    moments = [row.registered_at for row in page.items]
    assert moments == sorted(moments, reverse=True)


def test_the_row_and_the_list_agree_on_what_is_missing(
    session: Session, people: Cast, told: list[Told]
) -> None:
    rows = majors.register(session, actor=people.officer, filters=MajorFilters()).items
    said = {key: {row.id for row in rows if key in majors.missing_of(row)} for key in MISSING}
    for key in MISSING:
        assert set(ids(session, people.officer, missing=key)) == said[key], key
    assert any(said["overdue"])
    assert set(ids(session, people.officer, missing="any")) == set().union(*said.values())


def test_every_figure_opens_the_majors_it_counts(
    session: Session, people: Cast, told: list[Told]
) -> None:
    for actor in (people.officer, people.principal):
        figures = majors.overview(session, actor=actor)
        rows = majors.register(session, actor=actor, filters=MajorFilters(standing="open")).items
        assert figures.closing == len(rows) == sum(figures.major_by_age.values())
        for key in AGES:
            assert figures.major_by_age[key] == len(ids(session, actor, age=key)), key
        for key in MISSING:
            assert figures.missing[key] == len(ids(session, actor, missing=key)), key
        assert figures.closed_inside == len(ids(session, actor, standing="closed_inside")) > 0
        assert figures.new == len(ids(session, actor, month="2026-11"))
        closed = ids(session, actor, month="2026-11", dated="closed", standing="closed")
        inside = ids(session, actor, month="2026-11", dated="closed", standing="closed_inside")
        assert figures.closed == len(closed) + len(inside)
        assert sum(figures.general_by_age.values()) == 1
        assert figures.days_since_zero == max((NOW - row.registered_at).days for row in rows)
    assert recount(session).differences == []


def test_days_at_zero_are_counted_from_the_last_closure(session: Session, people: Cast) -> None:
    pen = Pen(session)
    assert majors.overview(session, actor=people.officer).days_at_zero is None
    case = pen.case(people.enterprise_id, NOW - timedelta(days=40))
    pen.register(case, NOW - timedelta(days=39), level="major")
    pen.close(case, NOW - timedelta(days=12))
    session.commit()
    figures = majors.overview(session, actor=people.officer)
    assert (figures.days_at_zero, figures.days_since_zero) == (12, None)


def test_filters_find_by_number_words_and_enterprise(
    session: Session, people: Cast, told: list[Told]
) -> None:
    row = majors.register(session, actor=people.officer).items[0]
    for number in (row.number, row.report_number):
        assert ids(session, people.officer, text=number) == [row.id]
    assert ids(session, people.officer, text="气体", unit="丙") != []
    assert ids(session, people.officer, text="气体", unit="乙") == []
    for wrong in ({"missing": "sense"}, {"age": "old"}, {"standing": "x"}, {"month": "2026-13"}):
        with pytest.raises(Invalid):
            ids(session, people.officer, **wrong)


@contextmanager
def counted(database: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield statements
    event.remove(database, "before_cursor_execute", note)


def test_a_page_takes_as_many_statements_however_long_it_is(
    session: Session, database: Engine, people: Cast, told: list[Told]
) -> None:
    taken = []
    for limit in (1, 10):
        session.rollback()
        with counted(database) as statements:
            page = majors.register(session, actor=people.officer, limit=limit)
            assert len(page.items) == limit
            majors.told(session, page.items, actor=people.officer)
            majors.overview(session, actor=people.officer)
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 5
