"""Those above remind by themselves when a day is near, and know whom they have to call."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import jobs
from engine.clock import LOCAL_ZONE
from engine.commands import execute
from engine.coverage import deadlines, quarters, reminders, targets
from engine.coverage.units import Chosen
from engine.store import Notification, Organisation
from engine.store import tables as t
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def target(session: Session, cast: Cast) -> t.CoverageTarget:
    """By the end of the year every gas enterprise is to have the mechanism; 甲 is one."""
    session.get_one(Organisation, cast.enterprise_id).sector = "gas"
    wanted = targets.Wanted(
        title="燃气企业", basis="通知", sectors=("gas",), due_on=date(2026, 12, 31)
    )
    row = targets.save(session, wanted, actor=cast.office)
    session.commit()
    return row


def run_on(session: Session, clock: time_machine.Traveller, cast: Cast, day: date) -> Counter[str]:
    """Let the office's job come due on a day; gives how many were told what."""
    clock.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL_ZONE))
    before = set(session.scalars(select(Notification.id)))
    session.rollback()
    for owner, job in jobs.due(session, limit=10):
        session.rollback()
        jobs.run(session, owner, job)
    session.expire_all()
    rows = session.execute(select(Notification.id, Notification.kind)).all()
    session.rollback()
    return Counter(kind for id_, kind in rows if id_ not in before)


def test_a_target_is_called_to_mind_as_its_day_comes_near(
    session: Session, cast: Cast, target: t.CoverageTarget, clock: time_machine.Traveller
) -> None:
    session.rollback()
    assert deadlines.is_asked(session)
    assert execute(session, deadlines.enrol) == 1
    assert not deadlines.is_asked(session)
    told = {
        day: run_on(session, clock, cast, day)[reminders.KEY]
        for day in (
            date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 24), date(2026, 12, 31),
            date(2027, 1, 1), date(2027, 1, 2), date(2027, 2, 1),
        )
    }  # fmt: skip
    # The principal and the administrator of 甲; not on the day itself, and monthly afterwards.
    assert [count for day, count in told.items() if day.day != 1 or day.month == 2] == [
        0,
        2,
        0,
        0,
        2,
    ]
    assert told[date(2026, 12, 1)] == 2
    assert told[date(2027, 1, 1)] == 2


def test_whom_nobody_reads_for_is_said_and_not_counted_as_reminded(
    session: Session, cast: Cast, target: t.CoverageTarget
) -> None:
    silent = session.get_one(Organisation, cast.one_person_firm_id)
    silent.sector = "gas"
    session.execute(
        delete(t.Membership).where(t.Membership.organisation_id == cast.one_person_firm_id)
    )
    session.commit()
    done = execute(session, reminders.remind, Chosen(target=target), actor=cast.office)
    assert (done.enterprises, done.unreached) == (1, 1)
    session.expire_all()
    assert session.get(t.MechanismRecord, cast.one_person_firm_id) is None or (
        session.get_one(t.MechanismRecord, cast.one_person_firm_id).reminded_at is None
    )


def test_a_principal_is_told_of_the_quarter_until_it_is_signed(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 12, 30, 9, tzinfo=LOCAL_ZONE))
    session.rollback()
    execute(session, deadlines.enrol)
    assert run_on(session, clock, cast, date(2027, 1, 9))["quarter_due"] == 0
    due = run_on(session, clock, cast, date(2027, 1, 10))["quarter_due"]
    assert due >= 2, "甲's and 丙's principals"
    execute(session, quarters.sign, "2026Q4", actor=cast.principal)
    late = run_on(session, clock, cast, date(2027, 1, 16))["quarter_late"]
    assert late == due - 1
    assert run_on(session, clock, cast, date(2027, 1, 17))["quarter_late"] == 0


@pytest.mark.parametrize("days", [30, 7, -1])
def test_the_days_are_counted_from_the_deadline(days: int) -> None:
    due_on = date(2026, 12, 20)
    assert deadlines.is_day(due_on, due_on - timedelta(days=days))
    assert not deadlines.is_day(due_on, due_on - timedelta(days=days + 1))
