"""A city told from a few played cases is one that the engine checks and counts as its own."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import board, doctor, majors, statistics
from engine.board.keeping import looking_from
from engine.filestore import FileStore
from engine.statistics import HazardFilters
from engine.store import tables as t
from web import papers  # noqa: F401 - printing is a job that it registers
from web.demo import city

ENTERPRISES = 30
HAZARDS = 150


@pytest.mark.slow
def test_everything_fits_together(session: Session, tmp_path: object) -> None:
    session.info["files"] = FileStore(tmp_path)  # type: ignore[arg-type]
    told = city.build(session, enterprises=ENTERPRISES, hazards=HAZARDS, variety=1)
    assert {one["login"] for one in told["people"]} >= {"awb", "yjj", "jd01", "e00000-boss"}
    assert [str(found) for found in doctor.examine(session)] == []
    own = select(t.Organisation.id).where(t.Organisation.code == "E00000").scalar_subquery()
    cases = select(func.count()).select_from(t.Hazard).where(t.Hazard.organisation_id != own)
    assert session.scalar(cases) == HAZARDS
    office = session.scalars(select(t.Organisation).where(t.Organisation.kind == "office")).one()
    director = looking_from(office.id, "office")
    shown = board.read(session, actor=director).board
    assert shown == board.count(session, actor=director)
    assert shown.enterprises == ENTERPRISES + 1
    late = statistics.hazards(
        session, actor=director, filters=HazardFilters(overdue=True), limit=500
    )
    assert len(late.items) == shown.late.overdue
    register = majors.overview(session, actor=director)
    told = ("determined_at", "planned_at", "guarded_at", "authority_on", "congress_on")
    days = [func.count(getattr(t.Hazard, name)) for name in told]
    of_city = select(func.count(), *days).where(
        t.Hazard.organisation_id != own, t.Hazard.level == "major", t.Hazard.state == "closed"
    )
    closed, *noted = session.execute(of_city).one()
    assert noted == [closed] * len(told), "the register misses nothing of what is closed"
    assert register.supervised >= 2
    assert {key for key, count in register.missing.items() if count} == {
        "authority", "congress", "plan", "overdue",
    }  # fmt: skip
