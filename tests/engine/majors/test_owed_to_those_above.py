"""The register tells those above what the law owes them; the rest is in the case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import commands, majors
from engine.majors.told import Determination, Tick, Told, owed
from tests.cast import Cast
from tests.engine.majors.major_stories import Major
from web.config import Config

#: What people wrote in steps for each other: it is no part of a report.
WRITTEN = {"evidence": "车间主任口头承认", "note": "大家都同意定重大", "done": "请老王换了报警器",
           "accept": "老李说可以", "cost": 123_400}  # fmt: skip


@pytest.fixture
def major(session: Session, cast: Cast, config: Config, clock: time_machine.Traveller) -> Major:
    case = Major(session, cast, config, checklist_item="GEN-01")
    case.determined(determination_note=WRITTEN["note"])
    case.reported().planned()
    commands.execute(session, majors.guard, case.id, text="停用，派人看守", actor=cast.rectifier)
    case.does(
        "rectifier",
        "rectify",
        done_note=WRITTEN["done"],
        control_type="engineering",
        fund_actual=WRITTEN["cost"],
        photos_after=[case._photo()],
    )
    case.does("acceptor", "accept", result="passed", accept_note=WRITTEN["accept"])
    return case


def dossier(case: Major, actor: Any) -> Any:
    row = majors.get_major(case.session, case.id, actor=actor)
    return majors.dossiers(case.session, [row], actor=actor)[0]


def test_those_above_are_told_what_a_report_holds(major: Major) -> None:
    cast = major.cast
    own = dossier(major, cast.principal)
    assert own.told.text("done_note") == WRITTEN["done"]
    assert own.told.determinations[0].note == WRITTEN["note"]
    for actor in (cast.officer, cast.town, cast.group, cast.office):
        told = dossier(major, actor).told
        assert told.plan == own.told.plan
        assert told.due == own.told.due
        assert [one.text for one in told.interim] == [one.text for one in own.told.interim]
        assert told.determinations[0].criterion == own.told.determinations[0].criterion
        assert told.determinations[0].level == "major"
        said = [(one.addressee, one.reported_on, one.proof) for one in told.reports]
        assert said == [(one.addressee, one.reported_on, one.proof) for one in own.told.reports]
        written = {"done_note", "accept_note", "fund_actual", "determination_note"}
        assert not written & told.answers.keys()
        assert not any(one.note or one.by for one in told.determinations)
        assert not any(tick.evidence for one in told.determinations for tick in one.ticks)
        people = [one.by for one in (*told.interim, *told.reports)]
        assert {*people, *(by for _at, by in told.said.values())} == {None}


def test_which_conditions_hold_is_told_without_the_evidence() -> None:
    tick = Tick(number=1, text="没有报警", is_precondition=False, met=True, evidence="见照片")
    said = Told(
        determinations=[
            Determination(
                at=datetime(2026, 11, 2, tzinfo=UTC), by=uuid4(), element="determine",
                task_id=None, criterion="第三条", ticks=[tick], level="major", note="同意",
                proposed="major",
            )
        ]
    )  # fmt: skip
    (one,) = owed(said).determinations
    assert (one.ticks[0].met, one.ticks[0].text, one.ticks[0].evidence) == (True, "没有报警", "")
    assert (one.by, one.note, one.criterion, one.proposed) == (None, "", "第三条", "major")
    assert said.determinations[0].ticks[0].evidence == "见照片", "the enterprise's own stays whole"
