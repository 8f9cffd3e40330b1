"""The analysis over the API: the figures of its pages, names of nobody, histories on a ground."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy.orm import Session

from engine import jobs
from engine.analysis import keeping
from tests import looking
from tests.cast import STAFF, Cast
from tests.engine.analysis_story import ACCEPT, OCTOBER, RECTIFY, USUAL, Desk
from tests.web.test_api import Client as Program
from web import db

OF_OCTOBER = "period=months&first=2026-10&last=2026-10"


@pytest.fixture(autouse=True)
def desk(session: Session, cast: Cast, clock: time_machine.Traveller) -> Desk:
    desk = Desk(session, cast)
    closed = {
        "place": "二号车间",
        "category": "object",
        "state": "closed",
        "level": "general",
        "closed_at": OCTOBER + timedelta(days=4),
    }
    for _ in range(2):
        desk.case(USUAL, hazard=closed)
    desk.case(["acknowledge", RECTIFY, ACCEPT], hazard=closed)
    desk.case(["acknowledge"], is_finished=False)
    session.commit()
    return desk


@pytest.fixture
def officer(client: FlaskClient, session: Session, cast: Cast) -> Program:
    return Program(client, session, cast.officer)


def told(program: Program, part: str = "", more: str = "") -> Any:
    answer = program.get(f"/analysis{part}?{OF_OCTOBER}{more}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_it_says_what_the_pages_say(officer: Program) -> None:
    sums = told(officer)
    assert (sums["total"]["cases"], sums["total"]["finished"]) == (4, 3)
    assert sums["total"]["closing"]["median"] == 4 * 24 * 3600
    assert (sums["period"], sums["key"]) == (
        {"first": "2026-10", "last": "2026-10"},
        "hazard_report",
    )
    usual, short = told(officer, "/ways")["items"]
    assert (usual["took"]["count"], usual["fits"], usual["faults"]) == (2, 2, [])
    assert [(one["kind"], one["step"]) for one in short["faults"]] == [("skipped", "verify")]
    page = told(officer, "/ways", "&limit=1")
    assert told(officer, "/ways", f"&cursor={page['next']}")["items"] == [short]
    steps = {one["key"]: one for one in told(officer, "/steps")["steps"]}
    assert (steps["acknowledge"]["done"], steps["acknowledge"]["open"]) == (4, 0)
    assert steps["verify"]["roles"] == ["verifier"]
    fit = told(officer, "/conformance")
    assert (fit["total"]["checked"], fit["total"]["fits"]) == (3, 2)
    rows = told(officer, "/cases", f"&figure=finished&by=way&of={short['digest']}")["items"]
    assert [one["organisation"] for one in rows] == ["甲机械有限公司"]
    everything = str([sums, usual, short, steps, fit, rows])
    assert not [name for name in STAFF.values() if name in everything]


def test_a_long_count_is_left_to_a_job(
    client: FlaskClient, officer: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 0)
    first = officer.get(f"/analysis/steps?{OF_OCTOBER}")
    assert (first.status_code, first.get_json()) == (202, {"done": 0, "of": 4})
    with client.application.app_context():
        while jobs.run_due(db.session()):
            pass
    assert told(officer)["total"]["cases"] == 4
    again = officer.post(f"/analysis/recount?{OF_OCTOBER}")
    assert (again.status_code, again.get_json()) == (202, {"done": 0, "of": 4})
    assert told(officer)["total"]["cases"] == 4, "what is kept is given meanwhile"


def test_an_event_log_needs_a_ground(
    client: FlaskClient, session: Session, officer: Program, cast: Cast
) -> None:
    path = f"/analysis/events.xes?{OF_OCTOBER}"
    refused = officer.get(path)
    assert refused.status_code == 403
    assert refused.get_json()["type"] == "urn:bihuan:ground-needed"
    looking.state_ground(session, cast.officer)
    with officer.get(path) as log:
        assert len(etree.fromstring(log.data).findall("{*}trace")) == 4
    with officer.get(f"/analysis/events.csv?{OF_OCTOBER}") as rows:
        assert "甲机械有限公司" in rows.get_data(as_text=True)
    with Program(client, session, cast.stranger).get(path) as nothing:
        assert etree.fromstring(nothing.data).findall("{*}trace") == []


def test_wrong_questions_are_refused_in_words(officer: Program, cast: Cast) -> None:
    for query in (
        "period=x", "unit=x", "version=1", "period=months&first=2026-13", "level=x", "sector=x",
        f"{OF_OCTOBER[:21]}2026-10&last=2026-01",
    ):  # fmt: skip
        assert officer.get(f"/analysis?{query}").status_code == 422, query
    for query in ("figure=x", "figure=late&by=way", "cursor=x"):
        assert officer.get(f"/analysis/cases?{query}").status_code == 422, query
    strange = f"/analysis?unit={cast.strange_enterprise_id}"
    assert officer.get(strange).status_code == 404
