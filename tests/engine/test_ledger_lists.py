"""The two ledgers as lists: filtered, page by page, and never more than one may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from engine import statistics
from engine.actors import SYSTEM
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid, NotAllowed
from engine.statistics import HazardFilters, RewardFilters
from tests import cast
from tests.histories import Pen, Told

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
NOVEMBER = datetime(2026, 11, 2, 8, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def people(session: Session, clock: time_machine.Traveller) -> cast.Cast:
    return cast.enter(session)


@pytest.fixture
def told(session: Session, people: cast.Cast) -> dict[str, Told]:
    """Six cases of 甲 by what became of them, and one of a stranger."""
    pen = Pen(session)
    own = people.enterprise_id
    cases = {
        "new": pen.case(own, NOVEMBER, description="消防通道堆放纸箱", place="二号仓库"),
        "late": pen.case(own, OCTOBER, description="护栏松动100%", place="屋顶"),
        "waiting": pen.case(own, OCTOBER, description="地面油污", place="一号车间"),
        "closed": pen.case(own, OCTOBER, description="配电柜进水", place="一号车间"),
        "refused": pen.case(own, OCTOBER, description="看错了", place="门卫"),
        "idea": pen.case(own, OCTOBER, kind="suggestion", description="加装镜子", place="路口"),
        "strange": pen.case(people.strange_enterprise_id, NOVEMBER, description="别家的"),
    }
    for name in ("late", "waiting", "closed"):
        pen.register(cases[name], OCTOBER, level="major" if name == "late" else "general")
    pen.complete(cases["late"], "plan", at=OCTOBER, due_on="2026-10-30")
    pen.complete(cases["waiting"], "rectify", at=OCTOBER, category="environment")
    pen.close(cases["closed"], NOVEMBER)
    pen.reward(cases["closed"], NOVEMBER, 20_000, until="paid")
    pen.reward(cases["late"], OCTOBER, 30_000, until="proposed")
    pen.tell(cases["refused"], "report:dismissed", at=OCTOBER, finding="unfounded")
    session.commit()
    return cases


def names(told: dict[str, Told], items: Any) -> set[str]:
    """Give the cases on a page by their names in the story."""
    by_id = {case.id: name for name, case in told.items()}
    return {by_id[getattr(item, "instance_id", item.id)] for item in items}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"new", "late", "waiting", "closed", "refused", "idea"}),
        ({"state": "open"}, {"late", "waiting"}),
        ({"state": "rectified"}, {"waiting"}),
        ({"state": "dismissed"}, {"refused"}),
        ({"level": "major"}, {"late"}),
        ({"category": "environment"}, {"waiting"}),
        ({"kind": "suggestion"}, {"idea"}),
        ({"overdue": True}, {"late"}),
        ({"month": "2026-11"}, {"new"}),
        ({"month": "2026-10", "dated": "registered"}, {"late", "waiting", "closed"}),
        ({"month": "2026-11", "dated": "registered"}, set()),
        ({"month": "2026-11", "dated": "closed"}, {"closed"}),
        ({"dated": "closed"}, {"closed"}),
        ({"place": "车间"}, {"waiting", "closed"}),
        ({"text": "纸箱"}, {"new"}),
        ({"text": "100%"}, {"late"}),
        ({"text": "%"}, {"late"}),
        ({"text": "_"}, set()),
        ({"state": "open", "text": "油污"}, {"waiting"}),
    ],
)
def test_each_filter_leaves_what_it_says(
    session: Session,
    people: cast.Cast,
    told: dict[str, Told],
    filters: dict[str, Any],
    expected: set[str],
) -> None:
    page = statistics.hazards(session, actor=people.verifier, filters=HazardFilters(**filters))
    assert names(told, page.items) == expected
    assert page.next is None


def test_a_number_is_looked_up(session: Session, people: cast.Cast, told: dict[str, Told]) -> None:
    row = next(
        row
        for row in statistics.hazards(session, actor=people.verifier).items
        if row.id == told["closed"].id
    )
    for number in (row.report_number, row.number, row.closure_number, row.number.lower()):
        found = statistics.hazards(
            session, actor=people.verifier, filters=HazardFilters(text=f" {number} ")
        )
        assert names(told, found.items) == {"closed"}, number
    strange = HazardFilters(text=told["strange"].instance.number)
    assert not statistics.hazards(session, actor=people.verifier, filters=strange).items


@pytest.mark.parametrize("field", ["state", "level", "category", "kind", "month", "dated"])
def test_a_filter_nobody_knows_is_named(session: Session, people: cast.Cast, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        statistics.hazards(session, actor=people.verifier, filters=HazardFilters(**{field: "moon"}))
    assert raised.value.details["field"] == field


def test_each_sees_the_ledger_of_their_own(
    session: Session, people: cast.Cast, told: dict[str, Told]
) -> None:
    assert names(told, statistics.hazards(session, actor=people.stranger).items) == {"strange"}
    assert len(statistics.hazards(session, actor=people.office).items) == 6
    assert len(statistics.hazards(session, actor=SYSTEM).items) == 7
    with pytest.raises(NotAllowed):
        statistics.hazards(session, actor=people.reporter)
    with pytest.raises(NotAllowed):
        statistics.rewards(session, actor=people.rectifier)


@pytest.mark.parametrize("most", [0, 20])
def test_those_above_find_an_enterprise_by_its_name(
    session: Session,
    people: cast.Cast,
    told: dict[str, Told],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
) -> None:
    monkeypatch.setattr("engine.statistics.listings._FEW_UNITS", most)

    def found(part: str, actor: Any = people.office, **more: Any) -> set[str]:
        filters = HazardFilters(unit=part, **more)
        return names(told, statistics.hazards(session, actor=actor, filters=filters).items)

    assert found("机械") == {"new", "late", "waiting", "closed", "refused", "idea"}
    assert found("机械", overdue=True) == {"late"}
    assert found("小吃") == set()
    assert found("外地") == set(), "not theirs to see"
    assert found("外地", SYSTEM) == {"strange"}
    rewards = statistics.rewards(session, actor=people.office, filters=RewardFilters(unit="机械"))
    assert names(told, rewards.items) == {"closed", "late"}


@pytest.mark.parametrize(
    "filters", [HazardFilters(), HazardFilters(overdue=True), HazardFilters(unit="机械")]
)
@pytest.mark.parametrize("who", ["verifier", "office"])
def test_pages_follow_each_other_without_gap_or_repeat(
    session: Session, people: cast.Cast, who: str, filters: HazardFilters
) -> None:
    pen = Pen(session)
    for number in range(7):
        # Two in each moment: the id decides between them.
        case = pen.case(people.enterprise_id, OCTOBER + timedelta(minutes=number // 2))
        pen.register(case, OCTOBER)
        pen.complete(case, "plan", at=OCTOBER, due_on="2026-10-30")
    actor = people.everybody()[who]
    seen, after = [], None
    for _ in range(4):
        page = statistics.hazards(session, actor=actor, filters=filters, after=after, limit=2)
        seen += [row.id for row in page.items]
        after = page.next
    assert after is None
    assert len(seen) == len(set(seen)) == 7
    moments = [row.reported_at for row in statistics.hazards(session, actor=actor).items]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("cursor", ["", "x", "12-zz", "f" * 40 + "-" + "0" * 32])
def test_a_cursor_nobody_gave_out_is_refused(
    session: Session, people: cast.Cast, cursor: str
) -> None:
    with pytest.raises(Invalid):
        statistics.hazards(session, actor=people.verifier, after=cursor)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"closed", "late"}),
        ({"state": "paid"}, {"closed"}),
        ({"month": "2026-10"}, {"late"}),
        ({"month": "2026-11", "dated": "paid"}, {"closed"}),
        ({"dated": "received"}, set()),
        ({"text": "记-12"}, {"closed"}),
    ],
)
def test_rewards_are_listed_with_their_case(
    session: Session,
    people: cast.Cast,
    told: dict[str, Told],
    filters: dict[str, str],
    expected: set[str],
) -> None:
    page = statistics.rewards(session, actor=people.finance, filters=RewardFilters(**filters))
    assert names(told, page.items) == expected
    assert all(row.hazard_number.startswith("YH-") for row in page.items)


def test_a_reward_is_found_by_each_of_its_numbers(
    session: Session, people: cast.Cast, told: dict[str, Told]
) -> None:
    row = statistics.rewards(
        session, actor=people.finance, filters=RewardFilters(state="paid")
    ).items[0]
    for number in (row.number, row.report_number, row.hazard_number):
        found = statistics.rewards(
            session, actor=people.finance, filters=RewardFilters(text=number)
        )
        assert names(told, found.items) == {"closed"}, number


def test_the_ledger_balances(session: Session, people: cast.Cast, told: dict[str, Told]) -> None:
    october = statistics.balance(session, actor=people.verifier, month="2026-10")
    november = statistics.balance(session, actor=people.verifier)
    assert (october.opening, october.new, october.closed, october.closing) == (0, 3, 0, 3)
    assert (november.opening, november.new, november.closed, november.closing) == (3, 0, 1, 2)
    assert november.overdue == 1


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_each_term_of_the_balance_opens_its_cases(
    session: Session, people: cast.Cast, told: dict[str, Told], month: str
) -> None:
    balance = statistics.balance(session, actor=people.verifier, month=month)
    listed = [
        len(statistics.hazards(session, actor=people.verifier, filters=filters).items)
        for filters in (
            HazardFilters(month=month, dated="registered"),
            HazardFilters(month=month, dated="closed"),
        )
    ]
    assert listed == [balance.new, balance.closed]
    still_open = HazardFilters(state="open")
    if month == "2026-11":
        now = statistics.hazards(session, actor=people.verifier, filters=still_open)
        assert len(now.items) == balance.closing


@pytest.fixture
def plans(database: Engine, database_kind: str) -> Iterator[list[str]]:
    """How SQLite means to find the rows of each question asked."""
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL plans by what the tables hold")
    seen: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            seen.extend(row[3] for row in cursor.fetchall())

    event.listen(database, "before_cursor_execute", explain)
    yield seen
    event.remove(database, "before_cursor_execute", explain)


@pytest.mark.parametrize(
    ("who", "filters", "index"),
    [
        ("verifier", {}, "ix_hazard_reported"),
        ("verifier", {"state": "reported"}, "ix_hazard_state"),
        ("verifier", {"overdue": True}, "ix_hazard_due"),
        ("office", {}, "ix_hazard_time"),
        ("office", {"state": "open"}, "ix_hazard_time"),
        ("office", {"overdue": True}, "ix_hazard_due"),
        ("office", {"dated": "closed"}, "ix_hazard_closed"),
        ("verifier", {"dated": "registered"}, "ix_hazard_registered"),
    ],
)
def test_a_long_ledger_is_never_sorted_as_a_whole(
    session: Session,
    people: cast.Cast,
    plans: list[str],
    who: str,
    filters: dict[str, Any],
    index: str,
) -> None:
    actor = people.everybody()[who]
    statistics.hazards(session, actor=actor, filters=HazardFilters(**filters))
    assert any(f"INDEX {index}" in line for line in plans), plans
    # Sorted is only what is overdue, which is found first, and what many enterprises give each in
    # order: of that SQLite reads no more than a page from each.
    sorts = any("TEMP B-TREE" in line for line in plans)
    assert sorts == bool(filters.get("overdue") or (who == "office" and filters.get("dated")))


@pytest.mark.parametrize("who", ["verifier", "office"])
def test_what_is_overdue_is_counted_without_looking_at_a_row(
    session: Session, people: cast.Cast, plans: list[str], who: str
) -> None:
    actor = people.everybody()[who]
    for count in (statistics.balance, partial(statistics.monthly, month="2026-11")):
        plans.clear()
        count(session, actor=actor)
        assert any("COVERING INDEX ix_hazard_due" in line for line in plans), plans
