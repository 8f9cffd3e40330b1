"""A self-check over the API: one's own, reported from once, and telling nobody who reported."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import doctor
from engine.store import Hazard
from tests.cast import Cast
from tests.web.reporting import deploy
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields


def test_a_round_is_its_makers_own(client: FlaskClient, session: Session, cast: Cast) -> None:
    deploy(session, cast.enterprise_id)
    reporter, verifier, officer, stranger = (
        Program(client, session, getattr(cast, part))
        for part in ("reporter", "verifier", "officer", "stranger")
    )
    one, other = (each["code"] for each in reporter.get("/checks/items").get_json()["items"][:2])
    begun = {"place": "一号车间", "codes": [one, other]}
    assert fields(reporter.post("/checks", {**begun, "codes": ["NIX"]})) == {"codes"}
    assert officer.post("/checks", begun).status_code == 403
    first, again = (reporter.post("/checks", begun, **{"Idempotency-Key": "c"}) for _ in "12")
    assert first.get_json() == again.get_json()
    here = f"/checks/{first.get_json()['id']}"
    noted = {"results": {one: {"found": "hazard", "note": "护栏松了"}, other: {"found": "ok"}}}
    assert fields(reporter.post(f"{here}/fill", {"results": {"NIX": {"found": "ok"}}})) == {"NIX"}
    assert verifier.post(f"{here}/fill", noted).status_code == 404
    assert stranger.get(here).status_code == 404
    assert fields(reporter.post(f"{here}/sign")) == {one, other}, "nobody has looked yet"
    assert reporter.post(f"{here}/fill", noted).status_code == 200
    report = {"definition_key": "hazard_report", "answers": {"kind": "hazard", "place": "别处"}}
    there = f"{here}/items/{one}/report"
    assert verifier.post(there, report).status_code == 404
    assert reporter.post(f"{here}/items/NIX/report", report).status_code == 404
    sent, resent = (reporter.post(there, report, **{"Idempotency-Key": "r"}) for _ in "12")
    assert sent.status_code == 201, sent.text
    assert sent.get_json() == resent.get_json()
    assert reporter.post(there, report).status_code == 409, "an item is reported once"
    session.rollback()
    hazard = session.scalars(select(Hazard)).one()
    assert (hazard.source, hazard.channel, hazard.place) == ("self_check", "api", "一号车间")
    own, others = (who.get(here).get_json()["entries"][0] for who in (reporter, verifier))
    assert own["number"] == hazard.report_number
    assert (others["instance_id"], others["number"]) == (None, None)
    assert reporter.post(f"{here}/sign").get_json()["hazards"] == 1
    assert reporter.post(f"{here}/fill", noted).status_code == 409
    assert [each["id"] for each in verifier.get("/checks").get_json()["items"]] == [here[8:]]
    assert list(doctor.examine(session)) == []
