"""The office's month is that of its departments; who is missing is named, and reminded."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import commands, incidents, jobs, returns
from engine.actors import SYSTEM
from engine.errors import Conflict
from engine.returns import late, locking
from engine.returns.digests import digest_of, lines_in_order
from engine.returns.figures import balances
from engine.store import Notification, Organisation, new_id
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.returns.month import House, after, at


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    return House(session, cast)


def close(house: House, step: Any, month: str, actor: Any) -> Any:
    return commands.execute(house.session, step, month, actor=actor)


def test_the_office_sums_what_departments_locked(house: House) -> None:
    told = house.hazard("2026-09")
    house.lock("2026-09")
    # What changes after the department's lock is not the office's to change.
    house.cancel(told, "2026-10", 2)
    house.lock("2026-09", by=house.cast.office)
    office = house.view("2026-09", by=house.cast.office)
    assert office.missing == []
    assert office.figures["verified"] == 1
    page = returns.behind(house.session, office, "verified", actor=house.cast.office)
    assert [one.row.id for one in page.items] == [told.id]
    # The department's correction reaches the office in the month after.
    with after("2026-10"):
        commands.execute(house.session, returns.accept, None, reason="撤销", actor=house.director)
        with pytest.raises(Conflict):
            commands.execute(
                house.session, returns.accept, None, reason="x", actor=house.cast.office
            )
    house.lock("2026-10")
    house.lock("2026-10", by=house.cast.office)
    after_it = house.view("2026-10", by=house.cast.office)
    assert (after_it.figures["opening"], after_it.figures.get("closing", 0)) == (1, 0)
    assert after_it.figures["~verified"] == -1
    assert balances(after_it.figures)


def test_a_department_that_has_not_locked_is_missing_and_counted(house: House) -> None:
    house.hazard("2026-09")
    house.lock("2026-09", by=house.cast.office)
    view = house.view("2026-09", by=house.cast.office)
    assert [part.name for part in view.missing] == ["区应急管理局"]
    assert view.figures["verified"] == 1
    house.lock("2026-09")
    assert house.view("2026-09", by=house.cast.office).missing == []


def test_those_below_are_reminded_when_it_is_time(house: House) -> None:
    session = house.session
    with after("2026-09", 3):
        while late.is_asked(session):
            session.rollback()
            commands.execute(session, late.enrol)
        session.rollback()
        jobs.run_due(session)
        assert _told(session, "return_due") == 3
        jobs.run_due(session)
        assert _told(session, "return_due") == 3
    house.lock("2026-09")
    with after("2026-09", 4):
        commands.execute(session, returns.submit, "2026-09", actor=house.director)
    with after("2026-09", 6), time_machine.travel(at("2026-10", 6, 9), tick=False):
        jobs.run_due(session)
    late_ones = session.scalars(
        select(Notification.organisation_id).where(Notification.kind == "return_late")
    ).all()
    assert late_ones == [house.cast.town_id]


def test_a_long_return_is_locked_by_a_job_piece_by_piece(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "LARGEST_AT_ONCE", 1)
    monkeypatch.setattr(locking, "AT_ONCE", 1)
    session = house.session
    told = house.hazard("2026-09")
    with after("2026-09"):
        close(house, returns.sign, "2026-09", house.director)
        assert close(house, returns.lock_by_size, "2026-09", house.director) is False
        assert returns.view(session, "2026-09", actor=house.director).state == "locking"
        with pytest.raises(Conflict, match="being locked"):
            close(house, returns.lock_by_size, "2026-09", house.director)
        jobs.run_due(session)
        view = returns.view(session, "2026-09", actor=house.director)
    assert view.state == "locked"
    assert view.row
    assert view.row.digest == digest_of(session, view.row)
    assert len(list(lines_in_order(session, house.cast.department_id, "2026-09"))) == 2
    with after("2026-10"):
        close(house, returns.sign, "2026-10", house.director)
        close(house, returns.lock_by_size, "2026-10", house.director)
        # The history moves while it is being locked: the signature is void, and nothing is kept.
        house.cancel(told, "2026-10", 30)
        jobs.run_due(session)
        assert returns.view(session, "2026-10", actor=house.director).state == "draft"
    assert list(lines_in_order(session, house.cast.department_id, "2026-10")) == []
    assert _told(session, "return_not_locked") == 2


def test_a_lock_that_cannot_end_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "LARGEST_AT_ONCE", 1)
    monkeypatch.setattr(locking, "AT_ONCE", 1)
    session = house.session
    house.hazard("2026-09")
    with after("2026-09"), time_machine.travel(at("2026-10", 3), tick=False) as moment:
        close(house, returns.sign, "2026-09", house.director)
        close(house, returns.lock_by_size, "2026-09", house.director)
        begun = returns.view(session, "2026-09", actor=house.director).locking
        assert begun == locking.Progress(written=0, of=2, is_stuck=False)
        with monkeypatch.context() as patch:
            patch.setattr(locking, "_finish", _fail)
            for _ in range(len(jobs.BACK_OFF) + 1):
                jobs.run_due(session)
                moment.shift(jobs.BACK_OFF[-1])
        stuck = returns.view(session, "2026-09", actor=house.director).locking
        assert stuck == locking.Progress(written=2, of=2, is_stuck=True)
        # The operator lets it go on, and nothing is written twice.
        (incident,) = session.scalars(select(t.Incident.id)).all()
        commands.execute(session, incidents.retry, incident, actor=SYSTEM)
        jobs.run_due(session)
        assert returns.view(session, "2026-09", actor=house.director).state == "locked"


def test_ledgers_that_disagree_void_the_signature_of_a_long_return(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "LARGEST_AT_ONCE", 1)
    session = house.session
    house.hazard("2026-09")
    with after("2026-09"):
        with house.writes():
            session.execute(update(t.Month).values(dismissed=t.Month.dismissed + 1))
        close(house, returns.sign, "2026-09", house.director)
        close(house, returns.lock_by_size, "2026-09", house.director)
        jobs.run_due(session)
        assert returns.view(session, "2026-09", actor=house.director).state == "draft"
    words = session.scalars(select(Notification.en)).all()
    assert any("disagree" in text for text in words)


def _fail(*_: object) -> None:
    raise OSError("no space left")


def test_an_enterprise_that_moves_takes_its_balance_along(house: House) -> None:
    session = house.session
    other = Organisation(
        id=new_id(),
        kind="department",
        name="区建管委",
        code="D2",
        parent_id=house.cast.office_id,
        created_at=at("2026-01", 2),
    )
    session.add(other)
    session.commit()
    new = house.person("other", other.id, "director", "洪局")
    house.hazard("2026-09")
    house.lock("2026-09")
    house.lock("2026-09", by=new)
    session.get_one(Organisation, house.enterprise_id).department_id = other.id
    session.commit()
    house.lock("2026-10")
    house.lock("2026-10", by=new)
    left, came = house.view("2026-10"), house.view("2026-10", by=new)
    assert (left.figures["opening"], left.figures["moved_out"]) == (1, 1)
    assert (came.figures["moved_in"], came.figures["closing"]) == (1, 1)
    assert "closing" not in left.figures
    page = returns.behind(session, came, "moved_in", actor=new)
    assert len(page.items) == 1


def test_two_who_lock_at_once_lock_it_once(house: House) -> None:
    with after("2026-09"):
        close(house, returns.sign, "2026-09", house.director)
        with Session(house.session.get_bind(), expire_on_commit=False) as other:
            other.info.update(house.session.info)
            commands.execute(other, returns.lock, "2026-09", actor=house.cast.officer)
        with pytest.raises(Conflict, match="管科"):
            close(house, returns.lock, "2026-09", house.director)
    rows = house.session.scalars(select(t.MonthlyReturn)).all()
    assert [row.state for row in rows] == ["locked"]


def _told(session: Session, key: str) -> int:
    return len(session.scalars(select(Notification.id).where(Notification.kind == key)).all())
