"""Whatever happens to cases, in whatever order: rows, months and lists tell the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine import statistics
from engine.clock import LOCAL_ZONE
from tests import cast
from tests.engine.test_statistics import check_drill_down
from tests.histories import Pen, Told

FIRST = datetime(2026, 9, 3, 10, 0, tzinfo=LOCAL_ZONE)
NOW = datetime(2026, 12, 20, 10, 0, tzinfo=LOCAL_ZONE)
MONTHS = statistics.months_back("2026-12", 4)

METHODS = [None, "cash", "wage", "points", "goods", "leave", "honour", "a way of our own"]
levels = st.sampled_from(["general", "major", "unheard of"])
categories = st.sampled_from(["human", "object", "environment", "management"])
openings = st.fixed_dictionaries(
    {
        "owner": st.integers(0, 2),
        "kind": st.sampled_from(["hazard", "hazard", "hazard", "suggestion"]),
        "person": st.sampled_from([b"a", b"b", b"c"]),
        "source": st.sampled_from(["staff", "staff", "self_check", "iot", "ai", "government"]),
    }
)
#: What may happen to a case: the event, where, and with what facts.
happenings = st.one_of(
    st.tuples(st.just("acknowledge"), st.fixed_dictionaries({})),
    st.tuples(
        st.just("verify"),
        st.fixed_dictionaries(
            {"level": levels, "category": categories},
            optional={"kind": st.sampled_from(["hazard", "suggestion"])},
        ),
    ),
    st.tuples(st.just("determine"), st.fixed_dictionaries({"level": levels})),
    st.tuples(
        st.just("plan"),
        st.fixed_dictionaries(
            {"due_on": st.sampled_from(["2026-09-10", "2026-10-20", "2027-01-09"])}
        ),
    ),
    st.tuples(st.just("rectify"), st.fixed_dictionaries({})),
    st.tuples(st.just("consider"), st.fixed_dictionaries({"adopted": st.booleans()})),
    st.tuples(st.just("sign_closure"), st.fixed_dictionaries({"closure_signed": st.booleans()})),
    st.tuples(
        st.just("accept"),
        st.fixed_dictionaries({"result": st.sampled_from(["passed", "failed"])}),
    ),
    st.tuples(
        st.just("hazard:registered"),
        st.fixed_dictionaries({"level": levels, "category": categories}),
    ),
    st.tuples(st.just("hazard:registered"), st.just({"level": "general", "category": "object"})),
    st.tuples(st.just("hazard:closed"), st.just({"number": "XH"})),
    st.tuples(st.just("report:dismissed"), st.just({"finding": "unfounded"})),
    st.tuples(st.just("reporter:told"), st.just({})),
    st.tuples(st.just("instance:completed"), st.just({})),
    st.tuples(st.just("instance:cancelled"), st.just({})),
    st.tuples(
        st.just("reward:proposed"),
        st.fixed_dictionaries({"computed_fen": st.integers(0, 90_000), "which": st.integers(1, 2)}),
    ),
    st.tuples(
        st.just("reward:approved"),
        st.fixed_dictionaries({"approved_fen": st.integers(0, 90_000)}),
    ),
    st.tuples(
        st.just("reward:paid"),
        st.fixed_dictionaries(
            {"paid_fen": st.integers(0, 90_000), "method": st.sampled_from(METHODS)},
            # Events from before it was kept apart say only how it was given.
            optional={
                "noncash_fen": st.integers(0, 90_000),
                "points": st.integers(0, 10**9),
                "points_rate": st.sampled_from([0, 0.01, 25, 1e9, "25", None]),
                "gift": st.sampled_from(["手套", "", "长" * 300, 7]),
            },
        ),
    ),
    st.tuples(st.just("reward:received"), st.just({})),
    st.tuples(st.just("reward:refused"), st.just({})),
)
steps = st.lists(
    st.tuples(st.integers(0, 4), happenings, st.integers(0, 500)), min_size=5, max_size=40
)


@pytest.fixture
def people(session: Session) -> Iterator[cast.Cast]:
    with time_machine.travel(NOW, tick=False):
        yield cast.enter(session)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cases=st.lists(openings, min_size=1, max_size=5),
    steps=steps,
    month=st.sampled_from(MONTHS),
    by=st.sampled_from(list(statistics.AXES)),
)
def test_rows_months_and_lists_tell_the_same(
    session: Session,
    people: cast.Cast,
    cases: list[dict[str, Any]],
    steps: list[tuple[int, tuple[str, dict[str, Any]], int]],
    month: str,
    by: str,
) -> None:
    try:
        write(session, people, cases, steps)
        assert statistics.recount(session).differences == []
        check_balances(session, people)
        check_drill_down(session, people.office, month, by)
    finally:
        session.rollback()


def write(
    session: Session,
    people: cast.Cast,
    cases: list[dict[str, Any]],
    steps: list[tuple[int, tuple[str, dict[str, Any]], int]],
) -> None:
    """Start the cases, then let each step happen to one of them, hours after its last."""
    pen = Pen(session)
    owners = (people.enterprise_id, people.one_person_firm_id, people.strange_enterprise_id)
    told = [pen.case(owners[c.pop("owner")], FIRST, **c) for c in map(dict, cases)]
    clocks = {case.id: FIRST for case in told}
    for number, (which, (name, facts), hours) in enumerate(steps):
        case = told[which % len(told)]
        clocks[case.id] = min(clocks[case.id] + timedelta(hours=hours), NOW)
        happen(pen, case, name, facts, clocks[case.id], number)


def happen(
    pen: Pen, case: Told, name: str, facts: dict[str, Any], at: datetime, number: int
) -> None:
    """Let one thing happen; numbers are given out as the engine does, never twice."""
    if ":" not in name:
        pen.complete(case, name, at=at, **facts)
        return
    facts = dict(facts)
    if name == "hazard:registered":
        facts["number"] = f"YH-{case.id.hex[-8:]}-{number}"
    if name == "reward:proposed":
        facts["number"] = f"JL-{case.id.hex[-8:]}-{facts.pop('which')}"
    pen.tell(case, name, at=at, **facts)


def check_balances(session: Session, people: cast.Cast) -> None:
    """Opening + new - closed = closing, and each month opens where the last one closed."""
    carried = 0
    for month in MONTHS:
        figures = statistics.monthly(session, actor=people.office, month=month).total.figures
        assert figures["opening"] == carried
        carried = figures["opening"] + figures["verified"] - figures["closed"]
        assert figures["closing"] == carried
        assert carried >= 0
        parts = [v for key, v in figures.items() if key.startswith("category_")]
        assert sum(parts) <= figures["verified"]
        assert figures["noncash_count"] <= figures["paid_count"]
        assert figures["max_paid_fen"] <= figures["paid_fen"]
        whole = statistics.balance(session, actor=people.office, month=month)
        assert whole.closing >= carried
