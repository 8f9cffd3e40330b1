"""Cases that were there before the register: what their steps answered is known of them, too."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.clock import LOCAL_ZONE
from engine.statistics import recount
from engine.store import Hazard
from engine.store.earlier_majors import note_majors
from tests.cast import Cast
from tests.histories import Pen
from tests.processes.player import AUTHORITY, SIX_ELEMENTS, UNION

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=LOCAL_ZONE)


def test_the_columns_are_filled_as_a_recount_would(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    pen, later = Pen(session), OCTOBER + timedelta(days=1)
    case, other = (pen.case(cast.enterprise_id, OCTOBER) for _ in range(2))
    pen.complete(case, "determine", at=OCTOBER, level="major")
    pen.register(case, OCTOBER, level="major")
    pen.complete(case, "rectify:report_authority", at=later, **AUTHORITY, supervised=True)
    pen.complete(case, "rectify:report_union", at=later, **UNION)
    pen.complete(case, "rectify:plan", at=later, interim_controls="停用", **SIX_ELEMENTS)
    pen.complete(case, "rectify:plan", at=later, interim_controls="看守", **SIX_ELEMENTS)
    pen.complete(other, "acknowledge", at=later, interim_controls="停用")
    session.commit()
    names = ("determined_at", "planned_at", "guarded_at", "authority_on", "congress_on")
    session.execute(update(Hazard).values(dict.fromkeys((*names, "supervised_on"))))
    assert recount(session).differences != []
    note_majors(session.connection())
    assert recount(session).differences == []
