"""The monthly table, the cases behind each figure, and the recount: told over two months."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import statistics
from engine.actors import SYSTEM, Actor
from engine.clock import LOCAL_ZONE
from engine.errors import Invalid, NotAllowed
from engine.statistics import FIGURES, Line, Table
from engine.store import Hazard, Month, MonthPerson, Organisation, Reward
from engine.store.tables import MechanismRecord
from tests import cast
from tests.histories import Pen

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)
NOVEMBER = datetime(2026, 11, 2, 9, 0, tzinfo=LOCAL_ZONE)
AXES = list(statistics.AXES)


@pytest.fixture
def people(session: Session, clock: time_machine.Traveller) -> cast.Cast:
    return cast.enter(session)


@pytest.fixture
def two_months(session: Session, people: cast.Cast) -> cast.Cast:
    """甲: three hazards in October, one closed then and one in November; 丙 and 乙: one each."""
    pen = Pen(session)
    for number in range(3):
        told = pen.case(people.enterprise_id, OCTOBER, person=b"a", description=f"{number}")
        pen.register(told, OCTOBER, level="major" if number == 0 else "general")
        pen.complete(told, "plan", at=OCTOBER, due_on="2026-10-30")
        if number < 2:
            pen.close(told, OCTOBER if number == 0 else NOVEMBER)
            pen.reward(told, NOVEMBER, 10_000 * (number + 1))
    new = pen.case(people.enterprise_id, NOVEMBER, person=b"b")
    pen.tell(new, "report:dismissed", at=NOVEMBER, finding="duplicate")
    small = pen.case(people.one_person_firm_id, NOVEMBER, person=b"c")
    pen.register(small, NOVEMBER)
    strange = pen.case(people.strange_enterprise_id, NOVEMBER, person=b"d")
    pen.register(strange, NOVEMBER)
    session.commit()
    return people


def line_of(table: Table, name: str) -> Line:
    return next(line for line in table.lines if line.name == name)


def some(line: Line, *keys: str) -> list[int]:
    return [line.figures[key] for key in keys]


def test_the_three_indicators_of_an_enterprise(session: Session, two_months: cast.Cast) -> None:
    line = statistics.monthly(session, actor=two_months.principal, month="2026-11").total
    assert some(line, "reported", "verified", "closed", "dismissed") == [1, 0, 1, 1]
    assert some(line, "paid_fen", "paid_count", "max_paid_fen") == [30_000, 2, 20_000]
    assert some(line, "reporters", "rewarded") == [1, 1]
    assert (line.year["reported"], line.year["verified"], line.year["reporters"]) == (4, 3, 2)


def test_the_balance_of_each_month_holds_and_hands_over(
    session: Session, two_months: cast.Cast
) -> None:
    october, november = (
        statistics.monthly(session, actor=two_months.principal, month=month).total
        for month in ("2026-10", "2026-11")
    )
    assert some(october, "opening", "verified", "closed", "closing") == [0, 3, 1, 2]
    assert some(november, "opening", "verified", "closed", "closing") == [2, 0, 1, 1]
    assert some(october, "overdue") == [2], "both were past 30 October when it ended"


def test_overdue_is_counted_today_in_the_present_month(
    session: Session, two_months: cast.Cast, clock: time_machine.Traveller
) -> None:
    session.execute(update(Hazard).values(due_on=NOVEMBER.date()))
    session.commit()
    line = statistics.monthly(session, actor=two_months.principal, month="2026-11").total
    assert line.figures["overdue"] == 0, "its day is not over"
    clock.shift(timedelta(days=1))
    line = statistics.monthly(session, actor=two_months.principal, month="2026-11").total
    assert line.figures["overdue"] == 1


def test_each_sees_only_sums_over_what_is_theirs(session: Session, two_months: cast.Cast) -> None:
    def verified(actor: Actor) -> int:
        return statistics.monthly(session, actor=actor, month="2026-11").total.year["verified"]

    assert [verified(a) for a in (two_months.principal, two_months.stranger)] == [3, 1]
    for overseer in (two_months.officer, two_months.town, two_months.group, two_months.office):
        assert verified(overseer) == 4
    with pytest.raises(NotAllowed):
        verified(two_months.reporter)


@pytest.mark.parametrize("by", AXES)
def test_lines_of_every_axis_sum_to_the_same_total(
    session: Session, two_months: cast.Cast, by: str
) -> None:
    table = statistics.monthly(session, actor=two_months.office, month="2026-11", by=by)
    for key in FIGURES.keys() - {"max_paid_fen"}:
        assert sum(line.figures[key] for line in table.lines) == table.total.figures[key], key
    assert table.total.figures["paid_fen"] == 30_000


def test_lines_are_named_and_those_that_stand_nowhere_come_last(
    session: Session, two_months: cast.Cast
) -> None:
    session.execute(
        update(Organisation)
        .where(Organisation.id == two_months.one_person_firm_id)
        .values(group_id=None)
    )
    table = statistics.monthly(session, actor=two_months.office, month="2026-11", by="group")
    assert [line.name for line in table.lines] == ["滨江城投集团", "none"]


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
@pytest.mark.parametrize("by", ["enterprise", "town"])
def test_every_figure_opens_to_exactly_its_cases(
    session: Session, two_months: cast.Cast, month: str, by: str
) -> None:
    check_drill_down(session, two_months.office, month, by)


def check_drill_down(session: Session, actor: Actor, month: str, by: str) -> None:
    """Compare every figure of every line, and of the total, with the list it opens."""
    table = statistics.monthly(session, actor=actor, month=month, by=by)
    for line in [*table.lines, table.total]:
        for figure in FIGURES.values():
            if figure.unit == "persons":
                continue
            spans = [(line.figures, False)]
            if figure.key in line.year:
                spans.append((line.year, True))
            for figures, cumulative in spans:
                page = statistics.cases(
                    session,
                    actor=actor,
                    month=month,
                    indicator=figure.key,
                    by=by,
                    key=line.key or None,
                    cumulative=cumulative,
                    limit=500,
                )
                assert behind(figure.key, page.items) == figures[figure.key], figure.key


def behind(key: str, items: object) -> int:
    assert isinstance(items, list)
    match key:
        case "approved_fen":
            return sum(item.approved_fen for item in items)
        case "paid_fen":
            return sum(item.paid_fen for item in items)
        case "noncash_fen":
            return sum(item.noncash_fen for item in items)
        case "received_fen":
            return sum(item.paid_fen + (item.noncash_fen or 0) for item in items)
        case "max_paid_fen":
            return max((item.paid_fen for item in items), default=0)
    return len(items)


def test_persons_are_never_listed(session: Session, two_months: cast.Cast) -> None:
    for indicator in ("reporters", "rewarded"):
        with pytest.raises(Invalid):
            statistics.cases(
                session, actor=two_months.principal, month="2026-11", indicator=indicator
            )


def test_nobody_opens_what_is_not_theirs(session: Session, two_months: cast.Cast) -> None:
    page = statistics.cases(
        session,
        actor=two_months.stranger,
        month="2026-11",
        indicator="verified",
        key=str(two_months.one_person_firm_id),
    )
    assert list(page.items) == []
    with pytest.raises(NotAllowed):
        statistics.cases(session, actor=two_months.verifier, month="2026-11", indicator="paid_fen")


def test_only_lists_that_one_may_read_are_offered(two_months: cast.Cast) -> None:
    def offered(actor: Actor) -> set[str]:
        return {figure.opens for figure in FIGURES.values() if statistics.may_open(actor, figure)}

    assert offered(two_months.principal) == {"hazard", "reward", "enterprise"}
    assert offered(two_months.verifier) == {"hazard", "enterprise"}
    assert offered(two_months.administrator) == {"enterprise"}
    assert offered(two_months.reporter) == set()


def test_what_is_not_offered_cannot_be_asked_for(session: Session, two_months: cast.Cast) -> None:
    with pytest.raises(NotAllowed):
        statistics.cases(
            session, actor=two_months.administrator, month="2026-11", indicator="verified"
        )


def test_a_list_is_in_the_order_of_what_it_tells(session: Session, two_months: cast.Cast) -> None:
    seen, after = [], None
    while True:
        page = statistics.cases(
            session,
            actor=two_months.office,
            month="2026-11",
            indicator="closed",
            cumulative=True,
            after=after,
            limit=1,
        )
        seen += [row.closed_at.astimezone(LOCAL_ZONE) for row in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [NOVEMBER, OCTOBER]


def test_the_trend_says_for_each_month_what_its_table_says(
    session: Session, two_months: cast.Cast
) -> None:
    points = statistics.trend(session, actor=two_months.office, month="2026-11", count=3)
    assert [point.month for point in points] == ["2026-09", "2026-10", "2026-11"]
    for point in points:
        total = statistics.monthly(session, actor=two_months.office, month=point.month).total
        assert point.figures.items() <= total.figures.items()
    shorter = statistics.trend(session, actor=two_months.office, month="2026-11", count=1)
    assert shorter == points[-1:], "what was open before is counted"
    with pytest.raises(NotAllowed):
        statistics.trend(session, actor=two_months.reporter, month="2026-11")


def test_the_mechanism_counts_from_its_day(session: Session, two_months: cast.Cast) -> None:
    session.merge(
        MechanismRecord(
            organisation_id=two_months.enterprise_id,
            established_on=date(2026, 10, 31),
            implemented_on=date(2026, 11, 1),
            updated_at=NOVEMBER,
        )
    )
    session.flush()
    keys = ("obliged", "established", "established_new", "implemented", "silent")
    told = {
        month: some(statistics.monthly(session, actor=two_months.office, month=month).total, *keys)
        for month in ("2026-09", "2026-10", "2026-11")
    }
    assert told == {
        "2026-09": [2, 0, 0, 0, 2],
        "2026-10": [2, 1, 1, 0, 1],
        "2026-11": [2, 1, 0, 1, 0],
    }


@pytest.mark.parametrize(("month", "by"), [("2026-13", "town"), ("x", "town"), ("2026-11", "moon")])
def test_a_wrong_month_or_axis_is_named(
    session: Session, people: cast.Cast, month: str, by: str
) -> None:
    with pytest.raises(Invalid):
        statistics.monthly(session, actor=people.office, month=month, by=by)


def test_the_recount_agrees_with_what_is_kept(session: Session, two_months: cast.Cast) -> None:
    counted = statistics.recount(session)
    assert counted.differences == []
    november = counted.rows[two_months.enterprise_id, "2026-11"]
    assert (november["closed"], november["paid_fen"], november["rewarded"]) == (1, 30_000, 1)
    only = statistics.recount(session, organisation_id=two_months.enterprise_id, month="2026-10")
    assert set(only.rows) == {(two_months.enterprise_id, "2026-10")}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (update(Month).where(Month.month == "2026-11").values(closed=7), ("month", "closed")),
        (update(Hazard).where(Hazard.state == "closed").values(level="major"), ("hazard", "level")),
        (update(Reward).values(paid_fen=1), ("reward", "paid_fen")),
        (
            update(MonthPerson).where(MonthPerson.digest == b"b").values(digest=b"z"),
            ("month_person", "reporter"),
        ),
    ],
)
def test_the_recount_finds_what_was_altered(
    session: Session, two_months: cast.Cast, change: object, found: tuple[str, str]
) -> None:
    session.execute(change)  # type: ignore[call-overload]
    differences = statistics.recount(session).differences
    assert {(d.table, d.column) for d in differences} == {found}


def test_the_recount_finds_a_month_that_is_gone(session: Session, two_months: cast.Cast) -> None:
    row = session.scalars(select(Month).where(Month.month == "2026-10")).one()
    session.delete(row)
    session.flush()
    found = {d.column: (d.kept, d.counted) for d in statistics.recount(session).differences}
    assert found["verified"] == (0, 3)


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_all_axes_counted_at_once_are_the_tables(
    session: Session, two_months: cast.Cast, month: str
) -> None:
    for actor in (two_months.office, two_months.group, two_months.principal, SYSTEM):
        for by, found in statistics.tables(session, actor=actor, month=month).items():
            table = statistics.monthly(session, actor=actor, month=month, by=by)
            assert found.total == table.total
            if by != "enterprise":
                assert found.lines == table.lines


def test_enterprises_come_page_by_page(session: Session, two_months: cast.Cast) -> None:
    whole = statistics.monthly(session, actor=SYSTEM, month="2026-11")
    after, lines = None, []
    while after is not None or not lines:
        page = statistics.monthly(session, actor=SYSTEM, month="2026-11", after=after, limit=1)
        assert page.total == whole.total
        lines += page.lines
        after = page.next
    assert lines == whole.lines
    with pytest.raises(Invalid):
        statistics.monthly(session, actor=SYSTEM, month="2026-11", after="no", limit=1)


@pytest.mark.parametrize("by", statistics.AXES)
def test_a_line_is_that_of_the_table(session: Session, two_months: cast.Cast, by: str) -> None:
    told: Any = {"actor": two_months.office, "month": "2026-11", "by": by}
    table = statistics.monthly(session, **told, with_persons=False)
    for line in table.lines:
        assert statistics.line(session, **told, key=line.key) == line
    assert statistics.line(session, **told) == table.total
    assert statistics.line(session, **told, key="none") in (None, *table.lines)
