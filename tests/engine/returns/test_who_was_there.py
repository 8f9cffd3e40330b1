"""Who was not in the register in a month, or was closed all through it, signs nothing for it."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import commands, returns
from engine.coverage import zero
from engine.errors import Conflict
from engine.presence import absence, absences
from engine.store import Organisation
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after, at


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    return House(session, cast)


def stay(house: House, from_on: date, until_on: date | None, status: str = "active") -> None:
    """Note from when to when the enterprise of the cast stood in the register, and how."""
    with house.writes():
        house.session.add(
            t.Placement(
                organisation_id=house.enterprise_id,
                from_on=from_on,
                until_on=until_on,
                department_id=house.cast.department_id,
                town_id=house.cast.town_id,
                group_id=house.cast.group_id,
                sector="industry",
                status=status,
            )
        )


def sign_zero(house: House, month: str) -> None:
    with time_machine.travel(at("2026-12", 5), tick=False):
        commands.execute(house.session, zero.sign, month, "停产检修", actor=house.cast.principal)


def sign_return(house: House, month: str) -> None:
    with after(month):
        commands.execute(house.session, returns.sign, month, actor=house.cast.principal)


STEPS = pytest.mark.parametrize("step", [sign_zero, sign_return], ids=["zero", "return"])


@STEPS
def test_nothing_is_signed_for_a_month_before_the_enterprise_was_entered(
    house: House, step: object
) -> None:
    stay(house, date(2026, 9, 30), None)
    with pytest.raises(Conflict, match=r"entered on 2026-09-30.*Begin with 2026-09"):
        step(house, "2026-08")  # type: ignore[operator]
    step(house, "2026-09")  # type: ignore[operator]


@STEPS
def test_nothing_is_signed_for_a_month_after_the_enterprise_was_closed(
    house: House, step: object
) -> None:
    stay(house, date(2026, 1, 1), date(2026, 9, 2))
    stay(house, date(2026, 9, 2), None, "closed")
    with pytest.raises(Conflict, match="since 2026-09-02"):
        step(house, "2026-10")  # type: ignore[operator]
    step(house, "2026-09")  # type: ignore[operator]


def test_one_that_was_opened_again_signs_from_that_month_on(house: House) -> None:
    stay(house, date(2026, 1, 1), date(2026, 7, 1))
    stay(house, date(2026, 7, 1), date(2026, 9, 15), "closed")
    stay(house, date(2026, 9, 15), None)
    months = ("2026-06", "2026-07", "2026-08", "2026-09")
    told = absences(house.session, house.enterprise_id, months)
    assert list(told) == ["2026-07", "2026-08"]


def test_one_that_has_stopped_for_a_while_still_signs(house: House) -> None:
    stay(house, date(2026, 1, 1), None, "suspended")
    sign_return(house, "2026-09")


def test_one_without_placements_was_there_until_it_closed(house: House) -> None:
    assert absence(house.session, house.enterprise_id, "2026-09") is None
    with house.writes():
        house.session.get_one(Organisation, house.enterprise_id).closed_on = date(2026, 9, 1)
    assert absence(house.session, house.enterprise_id, "2026-08") is None
    assert absence(house.session, house.enterprise_id, "2026-09") is not None
