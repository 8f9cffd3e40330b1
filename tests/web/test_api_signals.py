"""Where a report of another program is from, and alarms of devices: over the API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, places
from engine.commands import execute
from engine.store import Event, Hazard, Reporter
from tests.cast import Cast
from tests.processes.player import REPORT
from tests.web.reporting import deploy
from tests.web.test_api import Client

pytestmark = pytest.mark.usefixtures("clock")
SIGNAL = {"device": "cam-12", "source": "ai", "alarm": "未戴安全帽"}


@pytest.fixture
def told(session: Session, cast: Cast) -> dict[str, Any]:
    """What an alarm of 甲's camera says."""
    deploy(session, cast.enterprise_id)
    owner, admin = cast.enterprise_id, cast.administrator
    row = execute(session, places.create_place, owner, name="二号车间", actor=admin)
    return {**SIGNAL, "place_code": row.code, "at": clock.now().isoformat()}


def test_a_source_is_said_by_those_who_take_reports_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast.enterprise_id)
    answers = {**REPORT, "kind": "hazard", "photos_before": [], "identity_mode": "named"}
    asked = {"definition_key": "hazard_report", "answers": answers}
    plain = Client(client, session, cast.reporter).post("/instances", asked)
    assert plain.status_code == 201
    refused = Client(client, session, cast.reporter).post(
        "/instances", {**asked, "source": "special_check"}
    )
    assert refused.status_code == 403
    verifier = Client(client, session, cast.verifier)
    checked = verifier.post("/instances", {**asked, "source": "special_check"})
    assert checked.status_code == 201, checked.text
    note = {"source": "government", "source_note": "检查记录 12 号"}
    inspected = verifier.post("/instances", {**asked, **note})
    assert inspected.get_json()["receipt_code"] is None
    assert verifier.post("/instances", {**asked, "source": "iot"}).status_code == 422
    odd = {"source": "government", "source_note": "\ufffe"}
    assert verifier.post("/instances", {**asked, **odd}).status_code == 422
    rows = session.scalars(select(Hazard).order_by(Hazard.report_number)).all()
    known = [(row.source, row.channel) for row in rows]
    assert known == [("staff", "api"), ("special_check", "api"), ("government", "api")]
    # Whose key it is found it; nothing in the history says who that was.
    assert len(session.scalars(select(Reporter)).all()) == 2
    begun = session.scalars(select(Event).where(Event.sequence == 1)).all()
    assert {(one.actor_id, one.role) for one in begun} == {(None, "reporter")}
    listed = verifier.get("/hazards?source=government&channel=api").get_json()["items"]
    assert [one["source"] for one in listed] == ["government"]
    assert verifier.get("/hazards?source=nowhere").status_code == 422


def test_an_alarm_is_taken_once(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Any]
) -> None:
    gateway = Client(client, session, cast.reporter)
    first = gateway.post("/signals", told)
    assert first.status_code == 201, first.text
    again = gateway.post("/signals", {**told, "confidence": 0.5})
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    # Another gateway that holds the same alarm begins nothing, either.
    other = Client(client, session, cast.verifier).post("/signals", told)
    assert (other.status_code, other.get_json()) == (200, first.get_json())
    keyed = [
        gateway.post("/signals", {**told, "device": "cam-13"}, **{"Idempotency-Key": "a"})
        for _ in range(2)
    ]
    assert {one.status_code for one in keyed} == {201}
    assert keyed[0].get_json() == keyed[1].get_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "staff"},
        {"at": "yesterday"},
        {"at": "2026-11-02T09:00:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"confidence": 7},
        {"place_code": "A\ufffeB"},
        {"device": "\ufffe"},
        {"picture": "no-id"},
        {"who": "me"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_is_refused_and_begins_nothing(
    client: FlaskClient, session: Session, cast: Cast, told: dict[str, Any], wrong: dict[str, Any]
) -> None:
    answer = Client(client, session, cast.reporter).post("/signals", {**told, **wrong})
    assert answer.status_code == 422, answer.text
    assert not session.scalars(select(Hazard)).all()
