"""Ledger rows and months written in the step's own transaction, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine.store import Hazard, Month, MonthPerson, Reward
from tests import cast
from tests.histories import Pen, Told

NOVEMBER = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def people(session: Session) -> cast.Cast:
    return cast.enter(session)


@pytest.fixture
def pen(session: Session, people: cast.Cast) -> Pen:
    return Pen(session)


@pytest.fixture
def told(pen: Pen, people: cast.Cast) -> Told:
    return pen.case(people.enterprise_id, NOVEMBER, description="配电柜进水", place="一号车间")


@pytest.fixture
def statements(database: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database, "before_cursor_execute", listen)
    yield seen
    event.remove(database, "before_cursor_execute", listen)


def row_of(session: Session, told: Told) -> Hazard:
    session.expire_all()
    return session.get_one(Hazard, (told.instance.organisation_id, told.id))


def month_of(session: Session, told: Told, month: str = "2026-11") -> dict[str, int]:
    session.expire_all()
    row = session.get_one(Month, (told.instance.organisation_id, month))
    names = (column.key for column in Month.__table__.c)
    counters = {name: getattr(row, name) for name in names}
    return {n: v for n, v in counters.items() if v and n not in ("organisation_id", "month")}


def test_a_report_is_on_the_ledger_at_once(session: Session, told: Told) -> None:
    row = row_of(session, told)
    assert (row.state, row.place, row.reported_at) == ("reported", "一号车间", NOVEMBER)
    assert (row.sector, row.town_id) == ("industry", told.instance.town_id)
    assert month_of(session, told) == {"reported": 1, "reporters": 1}


def test_the_loop_leaves_one_row_and_true_months(session: Session, pen: Pen, told: Told) -> None:
    pen.register(told, NOVEMBER, level="major")
    pen.complete(told, "rectify", at=NOVEMBER, control_type="engineering")
    pen.complete(told, "accept", at=NOVEMBER, result="failed")
    pen.complete(told, "rectify", at=DECEMBER, control_type="eliminate")
    pen.complete(told, "accept", at=DECEMBER, result="passed")
    pen.close(told, DECEMBER)
    row = row_of(session, told)
    assert (row.state, row.rounds, row.control_type) == ("closed", 1, "eliminate")
    assert month_of(session, told) == {
        "reported": 1,
        "reporters": 1,
        "verified": 1,
        "verified_major": 1,
        "category_object": 1,
    }
    assert month_of(session, told, "2026-12") == {"closed": 1, "closed_major": 1}


def test_a_reward_row_moves_through_its_states(session: Session, pen: Pen, told: Told) -> None:
    pen.reward(told, NOVEMBER, 20_000, until="paid", funding_line="5-4")
    reward = session.scalars(select(Reward)).one()
    assert (reward.state, reward.paid_fen, reward.funding_line) == ("paid", 20_000, "5-4")
    pen.tell(told, "reward:received", at=DECEMBER)
    session.expire_all()
    assert session.scalars(select(Reward.state)).one() == "received"
    assert month_of(session, told)["rewarded"] == 1
    assert month_of(session, told, "2026-12") == {"received_fen": 20_000}


def test_the_largest_payment_of_a_month_is_kept(
    session: Session, pen: Pen, people: cast.Cast
) -> None:
    for fen in (300, 900, 500):
        told = pen.case(people.enterprise_id, NOVEMBER)
        pen.reward(told, NOVEMBER, fen)
    month = month_of(session, told)
    assert (month["max_paid_fen"], month["paid_fen"], month["paid_count"]) == (900, 1700, 3)


def test_one_person_reporting_thrice_is_one_person(
    session: Session, pen: Pen, people: cast.Cast
) -> None:
    for person in (b"a", b"b", b"a", b"a"):
        told = pen.case(people.enterprise_id, NOVEMBER, person=person)
    assert month_of(session, told) == {"reported": 4, "reporters": 2}
    digests = session.scalars(select(MonthPerson.digest)).all()
    assert sorted(digests) == [b"a", b"b"]


def test_a_later_correction_moves_the_month_it_belongs_to(
    session: Session, pen: Pen, told: Told
) -> None:
    pen.register(told, NOVEMBER)
    pen.complete(told, "determine", at=DECEMBER, level="major")
    assert month_of(session, told)["verified_major"] == 1
    assert session.get(Month, (told.instance.organisation_id, "2026-12")) is None


@pytest.mark.parametrize(
    ("tag", "element", "data", "most"),
    [
        ("task:claimed", "verify", {}, 0),
        ("task:completed", "tidy_up", {"answers": {"colour": "red"}}, 0),
        ("task:completed", "acknowledge", {"answers": {"note": "知道了"}}, 2),
        ("task:completed", "verify", {"answers": {"level": "major", "finding": "confirmed"}}, 2),
        ("hazard:registered", "", {"number": "YH-1", "level": "major"}, 3),
        ("reward:proposed", "", {"number": "JL-1", "computed_fen": 100}, 2),
    ],
)
def test_an_event_costs_no_more_statements_than_it_changes_rows(
    session: Session,
    pen: Pen,
    told: Told,
    statements: list[str],
    tag: str,
    element: str,
    data: dict[str, Any],
    most: int,
) -> None:
    statements.clear()
    pen.tell(told, tag, at=NOVEMBER, element=element, **data)
    assert len([s for s in statements if " event " not in s]) == most


def test_what_is_rolled_back_was_never_counted(session: Session, pen: Pen, told: Told) -> None:
    session.commit()
    pen.register(told, NOVEMBER + timedelta(hours=1))
    session.rollback()
    assert month_of(session, told) == {"reported": 1, "reporters": 1}
    assert row_of(session, told).state == "reported"
