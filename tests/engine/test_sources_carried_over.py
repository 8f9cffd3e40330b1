"""Migration 0007: whoever was counted as a reporter for what an inspection found is so no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import ledger, statistics
from engine.store import tables as t
from engine.store.earlier_sources import forget_who_found_in_inspections
from tests.cast import Cast
from tests.histories import Pen

pytestmark = pytest.mark.usefixtures("clock")
# In China it is the next month already.
LATE = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
EARLY = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)


def test_persons_are_counted_from_reports_of_the_staff(session: Session, cast: Cast) -> None:
    pen, owner = Pen(session), cast.enterprise_id
    pen.case(owner, EARLY, source="staff", person=b"both")
    found = [
        pen.case(owner, EARLY, source="government", person=b"both"),
        pen.case(owner, LATE, source="special_check", person=b"both"),
        pen.case(owner, EARLY, source="iot", person=b"machine"),
    ]
    pen.case(owner, LATE, kind="suggestion", source="government", person=b"idea")
    # As it was counted before.
    for one, month in zip(found, ("2026-09", "2026-10", "2026-09"), strict=True):
        if ledger.count_persons(session, one.instance, month, "reporter"):
            counted = {month: {"reporters": 1}}
            ledger.add_to_months(session, owner, counted)
    session.commit()
    assert statistics.recount(session).differences != []
    forget_who_found_in_inspections(session.connection())
    session.commit()
    session.expire_all()
    assert statistics.recount(session).differences == []
    kept = session.execute(select(t.MonthPerson.month, t.MonthPerson.digest)).all()
    assert sorted(map(tuple, kept)) == [("2026-09", b"both"), ("2026-10", b"idea")]
    # Whoever runs it again changes nothing.
    forget_who_found_in_inspections(session.connection())
    assert statistics.recount(session).differences == []
