"""What those below told of a month: enterprises one by one, units beside what is counted now."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import registry, returns
from engine.commands import execute
from engine.coverage import zero
from engine.errors import Invalid, NotAllowed
from engine.returns import below, enterprises
from engine.statistics.paging import Page
from tests.cast import Cast
from tests.engine.registry.district import firm
from tests.engine.returns.month import House, after, at


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    return House(session, cast)


def told(house: House, month: str = "2026-09", **more: str) -> dict[str, str]:
    unit = returns.own_unit(house.session, house.cast.officer)
    found, cursor = {}, None
    while True:
        page: Page = enterprises.enterprises(
            house.session, unit, month, actor=house.cast.officer, after=cursor, limit=1, **more
        )
        found |= {row.name: row.told for row in page.items}
        cursor = page.next
        if cursor is None:
            return found


def test_a_signed_zero_is_something_else_than_silence(
    house: House, session: Session, cast: Cast
) -> None:
    with after("2026-08"):
        firm(session, "丁锻造厂", parent_id=cast.office_id, department=cast.officer)
        session.commit()
    house.hazard("2026-09")
    assert told(house) == {
        "丁锻造厂": "silent", "丙小吃店": "silent", "甲机械有限公司": "reported",
    }  # fmt: skip
    with after("2026-09"):
        execute(session, zero.sign, "2026-09", "停产", actor=cast.sole)
        house.lock("2026-09", by=cast.principal)
        execute(session, returns.submit, "2026-09", actor=cast.principal)
    assert told(house) == {"丁锻造厂": "silent", "丙小吃店": "zero", "甲机械有限公司": "returned"}
    unit = returns.own_unit(session, cast.officer)
    assert enterprises.how_many(session, unit, "2026-09", actor=cast.officer) == {
        "returned": 1, "zero": 1, "reported": 0, "silent": 1,
    }  # fmt: skip
    assert list(told(house, which="zero")) == ["丙小吃店"]


def test_who_stopped_later_was_silent_in_the_month_all_the_same(
    house: House, session: Session, cast: Cast
) -> None:
    with after("2026-07"):
        shop = firm(session, "丁锻造厂", parent_id=cast.office_id, department=cast.officer)
        session.commit()
    with time_machine.travel(at("2026-10", 8), tick=False):
        execute(
            session, registry.act, shop.id, "suspend", effective_on=date(2026, 10, 8),
            reason="停产", actor=cast.office,
        )  # fmt: skip
    with time_machine.travel(at("2026-11", 8), tick=False):
        unit = returns.own_unit(session, cast.officer)
        silent = returns.view(session, "2026-09", actor=cast.officer).figures["silent"]
        assert (
            enterprises.how_many(session, unit, "2026-09", actor=cast.officer)["silent"] == silent
        )
        assert told(house)["丁锻造厂"] == "silent"
        assert "丁锻造厂" not in told(house, "2026-10")


def test_what_is_no_state_or_no_place_is_refused(house: House, cast: Cast) -> None:
    unit = returns.own_unit(house.session, cast.officer)
    for wrong in ({"which": "maybe"}, {"after": "x"}):
        with pytest.raises(Invalid):
            enterprises.enterprises(
                house.session, unit, "2026-09", actor=cast.officer, **wrong  # type: ignore[arg-type]
            )  # fmt: skip
    with pytest.raises(NotAllowed):
        enterprises.how_many(house.session, unit, "2026-09", actor=cast.reporter)


def test_a_locked_return_stands_beside_what_is_counted_now(house: House, cast: Cast) -> None:
    case = house.hazard("2026-09")
    parts, _, _ = returns.received(house.session, "2026-09", actor=cast.office)

    def shown() -> dict[str, below.Compared]:
        found = below.compare(house.session, "2026-09", parts, actor=cast.office)
        return {one.part.name: one for one in found}

    department = shown()["区应急管理局"]
    assert department.handed_in is None
    assert department.counted is not None
    assert (department.counted["verified"], department.difference("verified")) == (1, 0)
    house.lock("2026-09")
    locked = shown()["区应急管理局"]
    assert [locked.difference(key) for key in below.KEYS] == [0, 0, 0, 0]
    # Withdrawn afterwards: the locked month stays, and shows that the histories say otherwise.
    house.cancel(case, "2026-10", 2)
    now = shown()["区应急管理局"]
    assert now.handed_in is not None
    assert (now.handed_in["verified"], now.difference("verified")) == (1, -1)
