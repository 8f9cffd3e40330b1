"""A month is drafted, signed, locked and handed in; what was locked never changes."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, organisations, returns
from engine.actors import SYSTEM
from engine.errors import AlreadyDone, Conflict, NotAllowed, SeparationOfDuties
from engine.returns.digests import digest_of
from engine.returns.figures import balances
from engine.store import Notification
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after, as_role


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    return House(session, cast)


def test_a_month_goes_from_draft_to_submitted(house: House) -> None:
    told = house.hazard("2026-08")
    house.close(told, "2026-09", 4)
    house.hazard("2026-09")
    house.pen.reward(told, told.instance.started_at.replace(month=9), 20_000)
    house.session.commit()
    draft = house.view("2026-09")
    assert draft.state == "draft"
    house.lock("2026-09")
    locked = house.view("2026-09")
    assert locked.state == "locked"
    assert locked.figures == draft.figures
    assert (locked.figures["opening"], locked.figures["verified"]) == (1, 1)
    assert (locked.figures["closed"], locked.figures["closing"]) == (1, 1)
    assert locked.figures["paid_fen"] == 20_000
    assert balances(locked.figures)
    assert locked.row
    assert locked.row.digest == digest_of(house.session, locked.row)
    with after("2026-09"):
        commands.execute(house.session, returns.submit, "2026-09", actor=house.director)
    assert house.view("2026-09").state == "submitted"
    words = house.session.scalars(
        select(Notification.zh).where(Notification.organisation_id == house.cast.office_id)
    ).all()
    assert any("区应急管理局" in text and "2026-09" in text for text in words)


def test_a_month_cannot_be_locked_before_it_is_over_or_out_of_order(house: House) -> None:
    with after("2026-08"), pytest.raises(Conflict, match="not over"):
        commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
    house.lock("2026-09")
    with after("2026-11"):
        with pytest.raises(Conflict, match="in order"):
            commands.execute(house.session, returns.sign, "2026-11", actor=house.director)
        with pytest.raises(Conflict, match="earlier"):
            commands.execute(house.session, returns.sign, "2026-08", actor=house.director)


def test_only_the_director_signs_and_only_once(house: House) -> None:
    with after("2026-09"):
        with pytest.raises(NotAllowed):
            commands.execute(house.session, returns.sign, "2026-09", actor=house.cast.officer)
        with pytest.raises(Conflict, match="not signed"):
            commands.execute(house.session, returns.lock, "2026-09", actor=house.cast.officer)
        commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        with pytest.raises(AlreadyDone, match="signed by 丁局"):
            commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        commands.execute(house.session, returns.lock, "2026-09", actor=house.cast.officer)
        with pytest.raises(AlreadyDone, match="locked by 管科"):
            commands.execute(house.session, returns.lock, "2026-09", actor=house.director)
        commands.execute(house.session, returns.submit, "2026-09", actor=house.director)
        with pytest.raises(AlreadyDone, match="handed in"):
            commands.execute(house.session, returns.submit, "2026-09", actor=house.director)


def by_two(house: House, value: bool) -> None:
    """Let an administrator set whether it takes two people."""
    commands.execute(
        house.session,
        organisations.update_settings,
        house.cast.department_id,
        {"returns_by_two": value},
        actor=SYSTEM,
    )


def test_where_it_takes_two_the_signer_does_not_lock(house: House) -> None:
    by_two(house, True)
    with after("2026-09"):
        commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        with pytest.raises(SeparationOfDuties):
            commands.execute(house.session, returns.lock, "2026-09", actor=house.director)
        commands.execute(house.session, returns.lock, "2026-09", actor=house.cast.officer)
    assert house.view("2026-09").state == "locked"


@pytest.mark.parametrize("strict", [True, False], ids=["two", "one"])
def test_a_month_keeps_the_rule_it_was_signed_under(house: House, strict: bool) -> None:
    by_two(house, strict)
    with after("2026-09"):
        commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        other = {"returns_by_two": not strict}
        commands.execute(house.session, returns.set_up, other, actor=house.director)
        if strict:
            with pytest.raises(SeparationOfDuties, match="When it was signed"):
                commands.execute(house.session, returns.lock, "2026-09", actor=house.director)
            # Who signs again signs under the rule of now.
            commands.execute(house.session, returns.withdraw, "2026-09", actor=house.director)
            commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        commands.execute(house.session, returns.lock, "2026-09", actor=house.director)
    assert house.view("2026-09").state == "locked"


def test_figures_that_moved_since_the_signature_are_signed_again(house: House) -> None:
    told = house.hazard("2026-09")
    with after("2026-09"):
        commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        house.cancel(told, "2026-10", 2)
        with pytest.raises(Conflict, match=r"Verified 1 → 0"):
            commands.execute(house.session, returns.lock, "2026-09", actor=house.director)
        assert returns.view(house.session, "2026-09", actor=house.director).state == "signed"
        commands.execute(house.session, returns.withdraw, "2026-09", actor=house.director)
        commands.execute(house.session, returns.sign, "2026-09", actor=house.director)
        commands.execute(house.session, returns.lock, "2026-09", actor=house.director)
    assert "verified" not in house.view("2026-09").figures


def test_a_locked_month_never_changes(house: House) -> None:
    told = house.hazard("2026-09")
    house.lock("2026-09")
    before = _kept(house)
    house.cancel(told, "2026-10")
    house.hazard("2026-09", 28)
    with after("2026-10"):
        for step in (returns.sign, returns.withdraw, returns.lock):
            with pytest.raises(Conflict):
                commands.execute(house.session, step, "2026-09", actor=house.director)
        commands.execute(house.session, returns.accept, None, reason="复核", actor=house.director)
        stated = returns.Stated(
            id=told.id,
            enterprise_id=house.enterprise_id,
            corrects="2026-09",
            figure="reported",
            delta=3,
            reason="漏报",
        )
        commands.execute(house.session, returns.state, stated, actor=house.director)
    house.lock("2026-10")
    assert _kept(house) == before
    view = house.view("2026-09")
    assert view.row
    assert view.row.digest == digest_of(house.session, view.row)


def test_an_enterprise_signs_its_own_month(house: House) -> None:
    house.hazard("2026-09")
    principal = house.cast.principal
    house.lock("2026-09", by=principal)
    with after("2026-09"):
        row = commands.execute(house.session, returns.submit, "2026-09", actor=principal)
        with pytest.raises(NotAllowed):
            commands.execute(house.session, returns.sign, "2026-10", actor=house.cast.verifier)
        page = returns.months(house.session, actor=house.director, unit_id=house.enterprise_id)
    assert row.submitted_to == house.cast.department_id
    assert row.figures["verified"] == 1
    assert dict(page)["2026-09"] is row


def test_opening_a_locked_figure_lists_the_cases_counted_then(house: House) -> None:
    stays, goes = house.hazard("2026-09", 4), house.hazard("2026-09", 5)
    house.lock("2026-09")
    house.cancel(goes, "2026-10")
    late = house.hazard("2026-09", 6)
    view = house.view("2026-09")
    page = returns.behind(house.session, view, "verified", actor=house.director)
    assert {(one.row.id, one.is_otherwise_now) for one in page.items} == {
        (stays.id, False),
        (goes.id, True),
    }
    first = returns.behind(house.session, view, "closing", actor=house.director, limit=1)
    rest = returns.behind(
        house.session, view, "closing", actor=house.director, after=first.next, limit=1
    )
    assert {one.row.id for one in [*first.items, *rest.items]} == {stays.id, goes.id}
    assert rest.next is None
    draft = returns.behind(house.session, house.view("2026-10"), "withdrawn", actor=house.director)
    assert [one.row.id for one in draft.items] == [goes.id]
    assert late.id not in {one.row.id for one in page.items}
    with pytest.raises(NotAllowed):
        returns.behind(house.session, view, "paid_fen", actor=as_role(house.director, "verifier"))


def _kept(house: House) -> list[object]:
    session = house.session
    session.expire_all()
    row = session.get(t.MonthlyReturn, (house.cast.department_id, "2026-09"))
    lines = session.scalars(select(t.ReturnLine).where(t.ReturnLine.month == "2026-09"))
    assert row
    return [
        (row.state, row.figures, row.digest, row.locked_at),
        *[(one.enterprise_id, one.figures, one.cases) for one in lines],
    ]
