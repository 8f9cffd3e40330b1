"""Standards that end are told of 90 days ahead and the day after, once each."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import jobs
from engine.clock import LOCAL_ZONE
from engine.commands import execute
from engine.coverage import deadlines
from engine.particulars import expiry
from engine.store import Notification, Organisation
from tests.cast import Cast
from tests.engine.registry.district import officer

pytestmark = pytest.mark.usefixtures("clock")
UNTIL = date(2027, 3, 1)


def told_on(session: Session, clock: time_machine.Traveller, day: date) -> Counter[str]:
    """Let the office's job come due on a day; gives what was told about standards, and to whom."""
    clock.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL_ZONE))
    session.rollback()
    before = set(session.scalars(select(Notification.id)))
    session.rollback()
    for owner, job in jobs.due(session, limit=10):
        session.rollback()
        jobs.run(session, owner, job)
    session.expire_all()
    rows = session.execute(select(Notification.id, Notification.kind)).all()
    session.rollback()
    return Counter(k for id_, k in rows if id_ not in before and k.startswith("standard_"))


def state(session: Session, cast: Cast, until: date | None) -> None:
    session.get_one(Organisation, cast.enterprise_id).standard_until = until
    session.commit()


def test_each_day_is_told_of_once_before_it_and_once_after(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    state(session, cast, UNTIL)
    execute(session, deadlines.enrol)
    days = [UNTIL + timedelta(days=n) for n in (-91, -90, -89, -1, 0, 1, 2)]
    told = {(day - UNTIL).days: dict(told_on(session, clock, day)) for day in days}
    # The principal and the administrator of 甲.
    assert {n: one for n, one in told.items() if one} == {
        -90: {"standard_ahead": 2}, 1: {"standard_after": 2}
    }  # fmt: skip
    last = session.scalars(select(Notification).where(Notification.kind == "standard_ahead")).all()
    assert {row.organisation_id for row in last} == {cast.enterprise_id}
    assert "有效期到 2027-03-01，还有 90 天" in last[0].zh
    # Once it is renewed, the new day is told of in its turn.
    state(session, cast, UNTIL + timedelta(days=365))
    assert told_on(session, clock, UNTIL + timedelta(days=3)) == {}
    assert told_on(session, clock, UNTIL + timedelta(days=300)) == {"standard_ahead": 2}


def test_what_was_missed_is_told_late_and_what_is_long_over_is_not(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    state(session, cast, UNTIL)
    execute(session, deadlines.enrol)
    assert told_on(session, clock, UNTIL - timedelta(days=40)) == {"standard_ahead": 2}
    assert told_on(session, clock, UNTIL + timedelta(days=20)) == {"standard_after": 2}
    state(session, cast, UNTIL - timedelta(days=60))
    assert told_on(session, clock, UNTIL + timedelta(days=21)) == {}


def test_many_are_told_in_lots_and_nobody_twice(
    session: Session, cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in session.scalars(select(Organisation).where(Organisation.kind == "enterprise")):
        one.standard_until = UNTIL
    session.commit()
    monkeypatch.setattr(expiry, "MOST", 1)
    clock.move_to(datetime(2027, 2, 1, 9, tzinfo=LOCAL_ZONE))
    office = officer(cast.office_id, "office")
    more = [execute(session, expiry.remind, actor=office) for _ in range(6)]
    assert (more[0], more[-1]) == (True, False)
    rows = session.execute(select(Notification.organisation_id, Notification.user_id)).all()
    assert len(rows) == len(set(rows)) > 2
