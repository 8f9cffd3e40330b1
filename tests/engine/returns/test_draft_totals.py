"""A draft costs as many statements for many enterprises as for few, and says what its lines say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bench.measure import watched
from engine import commands, returns
from engine.returns import drafting
from engine.store import Organisation
from tests.cast import Cast
from tests.engine.returns.drafts import check_draft
from tests.engine.returns.month import House, after, at


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    return House(session, cast)


def grow(house: House, first: int, last: int) -> None:
    """Enter enterprises, each with something in every figure of the balance."""
    for number in range(first, last):
        owner = house.enterprise(f"企业{number}", f"E{number:04d}")
        house.close(house.hazard("2026-08", 3, owner), "2026-09", 12)
        told = house.hazard("2026-09", 5, owner)
        with house.writes():
            house.pen.complete(told, "verify", at=at("2026-09", 5), due_on="2026-09-10")
            house.pen.reward(told, at("2026-09", 9), 1_000 + number)


def statements(house: House, look: Callable[[], Any]) -> int:
    bind: Any = house.session.get_bind()
    house.session.rollback()
    with watched(bind) as traffic:
        look()
    return traffic.statements


def test_a_draft_asks_as_often_for_many_enterprises_as_for_few(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "AT_ONCE", 2)
    session, counts = house.session, []
    for first, last in ((0, 2), (2, 9)):
        grow(house, first, last)
        with after("2026-09"):
            for actor in (house.director, house.cast.office):
                shown = returns.view(session, "2026-09", actor=actor)
                counts.append(
                    (
                        statements(house, lambda: returns.view(session, "2026-09", actor=actor)),  # noqa: B023
                        statements(house, lambda: returns.lines(session, shown, limit=2)),  # noqa: B023
                        *(
                            statements(
                                house,
                                lambda: returns.behind(session, shown, key, actor=actor, limit=2),  # noqa: B023
                            )
                            for key in ("verified", "closing", "paid_fen", "silent", "obliged")
                        ),
                    )
                )
                check_draft(session, actor, "2026-09")
    assert counts[:2] == counts[2:]
    assert max(max(row) for row in counts) <= 15


def test_signing_asks_as_often_for_many_enterprises_as_for_few(house: House) -> None:
    counts = []
    for first, last in ((0, 2), (2, 9)):
        grow(house, first, last)
        with after("2026-09"):
            counts.append(statements(house, lambda: _sign_and_withdraw(house)))
    assert counts[0] == counts[1] <= 20


def test_what_departments_locked_is_opened_as_it_was_locked(house: House) -> None:
    told = house.hazard("2026-09")
    house.hazard("2026-09", 6)
    house.lock("2026-09")
    # It is counted in the draft of the office although the histories say otherwise by now.
    house.cancel(told, "2026-10", 2)
    with after("2026-09"):
        check_draft(house.session, house.cast.office, "2026-09")
        shown = returns.view(house.session, "2026-09", actor=house.cast.office)
        page = returns.behind(house.session, shown, "verified", actor=house.cast.office)
    assert shown.figures["verified"] == len(page.items) == 2


def test_a_line_of_a_department_that_is_over_it_no_more_is_counted_anew(house: House) -> None:
    other = house.enterprise("企业", "E0001")
    told = house.hazard("2026-09", 5, other)
    house.hazard("2026-09", 6)
    house.lock("2026-09")
    house.cancel(told, "2026-10", 2)
    with house.writes():
        house.session.get_one(Organisation, other).department_id = None
    with after("2026-09"):
        check_draft(house.session, house.cast.office, "2026-09")
        shown = returns.view(house.session, "2026-09", actor=house.cast.office)
    # The department's two other lines are taken as they were locked; this one is not.
    assert shown.figures["verified"] == 1


def test_who_left_is_listed_once_however_short_the_pages(house: House) -> None:
    owners = [house.enterprise(f"企业{number}", f"E{number:04d}") for number in range(4)]
    for owner in owners:
        house.hazard("2026-09", 5, owner)
        house.hazard("2026-09", 6, owner)
    house.lock("2026-09")
    with house.writes():
        for owner in owners[:3]:
            house.session.get_one(Organisation, owner).department_id = None
    with after("2026-10"):
        check_draft(house.session, house.director, "2026-10")
        shown = returns.view(house.session, "2026-10", actor=house.director)
    assert (shown.figures["moved_out"], shown.figures["opening"]) == (6, 8)


def _sign_and_withdraw(house: House) -> None:
    commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
    commands.execute(house.session, returns.withdraw, "2026-09", actor=house.director)
