"""Who takes part in a city is counted by a job, and shown with the moment it was counted at."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, jobs
from engine.board import counted
from engine.errors import Invalid, NotAllowed
from engine.participation import axes, keeping
from engine.store import tables as t
from engine.store import writing
from tests.cast import Cast
from tests.histories import Pen


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single enterprise is many."""
    monkeypatch.setattr(counted, "_FEW", 0)


def report(pen: Pen, cast: Cast) -> None:
    session = pen.session
    with writing(session):
        pen.case(cast.enterprise_id, keeping.clock.now(), source="staff")
        session.commit()


@pytest.mark.usefixtures("many")
def test_a_job_counts_and_a_page_shows_what_it_came_to(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    pen = Pen(session)
    report(pen, cast)

    def look(by: str) -> keeping.Shown:
        return keeping.read(session, "2026-11", by, actor=cast.office)

    for by in ("town", "enterprise"):
        assert look(by) == keeping.Shown(None, is_stale=True)
        for _ in range(2):
            asked = commands.execute(session, keeping.ask, "2026-11", by, actor=cast.office)
            assert getattr(asked, "state", None) == "waiting"
        kept = select(t.Job).where(t.Job.kind == keeping.COUNT)
        assert len(session.scalars(kept).all()) == 1
        session.rollback()
        jobs.run_due(session)
        shown = look(by)
        assert shown.table == axes.table(session, "2026-11", by, actor=cast.office)
        assert shown.table is not None
        assert shown.table.total.reported == 1
        assert not shown.is_stale
    session.rollback()
    # What is reported since is not in what is kept, and after an hour it is counted anew.
    report(pen, cast)
    shown = look("town")
    assert shown.table is not None
    assert (shown.table.total.reported, shown.is_stale) == (1, False)
    session.rollback()
    clock.shift(timedelta(hours=1, minutes=1))
    assert look("town").is_stale
    commands.execute(session, keeping.ask, "2026-11", "town", actor=cast.office)
    jobs.run_due(session)
    shown = look("town")
    assert shown.table is not None
    assert shown.table.total.reported == 2


def test_few_are_counted_as_they_are_looked_at(
    session: Session, cast: Cast, clock: time_machine.Traveller
) -> None:
    report(Pen(session), cast)
    shown = keeping.read(session, "2026", "sector", actor=cast.office)
    assert shown.at is None
    assert shown.table == axes.table(session, "2026", "sector", actor=cast.office)
    assert keeping.ask(session, "2026", "sector", actor=cast.office) is None
    with pytest.raises(Invalid):
        keeping.read(session, "2026-13", "sector", actor=cast.office)
    with pytest.raises(NotAllowed):
        keeping.ask(session, "2026", "sector", actor=cast.reporter)
