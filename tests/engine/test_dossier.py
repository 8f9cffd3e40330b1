"""One page of an enterprise for those above it: all that is known, and nothing of others."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine.clock import LOCAL_ZONE
from engine.commands import execute
from engine.coverage import quarters, zero
from engine.dossier import dossier
from engine.errors import NotAllowed, NotFound
from engine.scoring import schemes, sheets
from tests.cast import Cast
from tests.engine.coverage_story import establish
from tests.engine.guidance_story import Visiting
from tests.histories import Pen

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL_ZONE)


def test_an_enterprise_of_which_nothing_is_known(session: Session, cast: Cast) -> None:
    found = dossier(session, cast.one_person_firm_id, actor=cast.officer)
    assert (found.established_on, found.obstacle, found.reported, found.overdue) == (
        None, "", 0, 0
    )  # fmt: skip
    assert (found.quarter, found.trained_on, found.points) == (None, None, None)


def test_what_happened_is_on_it(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW)
    establish(session, cast.administrator, date(2026, 9, 1))
    pen = Pen(session)
    reported = pen.case(cast.enterprise_id, NOW)
    pen.register(reported, NOW, level="major")
    elsewhere = pen.case(cast.one_person_firm_id, NOW)
    pen.register(elsewhere, NOW, level="major")
    session.commit()
    execute(session, quarters.sign, "2026Q3", actor=cast.principal)
    execute(session, zero.sign, "2026-10", "停产检修", actor=cast.principal)
    visiting = Visiting(session, cast)
    visiting.goes(rewards_paid="no")
    visiting.advises()
    scheme = execute(session, schemes.adopt, "enterprise", "enterprise", 2026, actor=cast.office)
    execute(session, sheets.compute, scheme.id, scored_ids=[cast.enterprise_id], actor=cast.office)

    found = dossier(session, cast.enterprise_id, actor=cast.officer)
    assert (found.reported, found.verified, found.open_majors) == (1, 1, 1)
    assert found.last_report_at == NOW
    assert (found.quarter, found.zero, found.returned) == ("2026Q3", "2026-10", None)
    assert (found.visited_on, found.open_follow_ups) == (NOW.date(), 1)
    assert found.established_on is not None
    # The office's own score is no business of the department.
    assert found.points is None
    assert dossier(session, cast.enterprise_id, actor=cast.office).points_year == 2026


def test_only_those_above_it_read_it(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        dossier(session, cast.strange_enterprise_id, actor=cast.officer)
    with pytest.raises(NotAllowed):
        dossier(session, cast.enterprise_id, actor=cast.reporter)
