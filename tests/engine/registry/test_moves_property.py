"""Whatever happens to cases and wherever enterprises move: months recount, axes agree, lists tell.

Moves are made between months' ends, cases are cancelled after theirs; every month that is over
stays as it was, whatever comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine import statistics
from engine.clock import LOCAL_ZONE
from engine.errors import Conflict
from engine.statistics.overlaps import INDICATORS
from engine.store import Organisation
from tests.engine.registry.district import District, firm, found, move
from tests.engine.test_statistics import check_drill_down
from tests.engine.test_statistics_property import happen, happenings, openings
from tests.histories import Pen

BEGIN = datetime(2026, 8, 20, 9, 0, tzinfo=LOCAL_ZONE)
FIRST = datetime(2026, 9, 3, 10, 0, tzinfo=LOCAL_ZONE)
NOW = datetime(2026, 12, 20, 10, 0, tzinfo=LOCAL_ZONE)
MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")

#: On which day which of three enterprises moves on which axis to which node.
moves = st.lists(
    st.tuples(
        st.dates(date(2026, 9, 1), date(2026, 12, 19)),
        st.integers(0, 2),
        st.sampled_from(["department", "town", "group"]),
        st.integers(0, 1),
    ),
    max_size=6,
)
steps = st.lists(
    st.tuples(st.integers(0, 3), happenings, st.integers(0, 700)), min_size=4, max_size=25
)


@pytest.fixture
def district(session: Session) -> Iterator[tuple[District, list[Organisation]]]:
    with time_machine.travel(BEGIN, tick=False) as clock:
        made = found(session, "甲")
        parent = made.office.organisation_id
        firms = [
            firm(session, "甲厂", made.departments[0], made.towns[0], made.groups[0]),
            firm(session, "乙厂", made.departments[1], made.towns[0]),
            firm(session, "丙厂", None, None, made.groups[1], parent_id=parent),
        ]
        session.commit()
        clock.move_to(NOW)
        yield made, firms


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cases=st.lists(openings, min_size=1, max_size=4),
    steps=steps,
    moves=moves,
    month=st.sampled_from(MONTHS),
    by=st.sampled_from(["department", "town", "group"]),
)
def test_recount_axes_and_lists_agree_after_moves(
    session: Session,
    district: tuple[District, list[Organisation]],
    cases: list[dict[str, Any]],
    steps: list[Any],
    moves: list[Any],
    month: str,
    by: str,
) -> None:
    made, firms = district
    try:
        write(session, firms, cases, steps)
        before = told(session, made, by)
        for on, which, axis, to in sorted(moves, key=lambda each: each[0]):
            make(session, made, firms[which], on, axis, to)
        assert statistics.recount(session).differences == []
        first = min((on for on, *_ in moves), default=NOW.date())
        after = told(session, made, by)
        kept = [each for each in MONTHS if date.fromisoformat(f"{each}-28") < first.replace(day=1)]
        assert {m: before[m] for m in kept} == {m: after[m] for m in kept}, "no move reaches back"
        check_axes(session, made, month)
        check_trend(session, made, month)
        check_drill_down(session, made.departments[0], month, by)
    finally:
        session.rollback()
        session.expire_all()


def write(session: Session, firms: list[Organisation], cases: Any, steps: Any) -> None:
    """Let the cases happen, as the property of the plain months does."""
    pen = Pen(session)
    open_cases = [pen.case(firms[c.pop("owner")].id, FIRST, **c) for c in map(dict, cases)]
    clocks = {case.id: FIRST for case in open_cases}
    for number, (which, (name, facts), hours) in enumerate(steps):
        case = open_cases[which % len(open_cases)]
        clocks[case.id] = min(clocks[case.id] + timedelta(hours=hours), NOW)
        happen(pen, case, name, facts, clocks[case.id], number)


def make(session: Session, made: District, one: Organisation, on: date, axis: str, to: int) -> None:
    nodes = {"department": made.departments, "town": made.towns, "group": made.groups}
    try:
        move(session, one, made.office, on, **{axis: nodes[axis][to]})
    except Conflict:
        """It stands there already."""


def told(session: Session, made: District, by: str) -> dict[str, Any]:
    """Give what an axis says of every month."""
    return {
        month: [
            (line.key, dict(line.figures))
            for line in statistics.monthly(session, actor=made.office, month=month, by=by).lines
        ]
        for month in MONTHS
    }


def check_axes(session: Session, made: District, month: str) -> None:
    """The axes sum to the same whole, each node sees its own line, and the parts make up both."""
    whole = statistics.monthly(session, actor=made.office, month=month).total.figures
    parts = statistics.overlaps(session, actor=made.office, month=month)
    assert {key: whole[key] for key in INDICATORS} == parts.of(parts.parts)
    for by, nodes in (("department", made.departments), ("town", made.towns)):
        lines = statistics.monthly(session, actor=made.office, month=month, by=by).lines
        assert sum(line.figures["verified"] for line in lines) == whole["verified"]
        figures = {UUID(line.key): line.figures for line in lines if line.key != "none"}
        for node in nodes:
            own = statistics.monthly(session, actor=node, month=month).total.figures
            assert node.organisation_id
            line = figures.get(node.organisation_id)
            assert line is None or {**line} == {**own}
            assert line is not None or not any(own.values())
            assert own["opening"] + own["verified"] - own["closed"] == own["closing"]


def check_trend(session: Session, made: District, month: str) -> None:
    """A node's trend says of each month what its table said."""
    for node in (made.departments[0], made.towns[1], made.groups[0]):
        (point,) = statistics.trend(session, actor=node, month=month, count=1)
        table = statistics.monthly(session, actor=node, month=month).total.figures
        assert {key: table[key] for key in point.figures} == {**point.figures}
