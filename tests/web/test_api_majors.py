"""The register of majors over the API: as on its page, for the same people, entered once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.store import Hazard
from tests.cast import Cast
from tests.engine.majors.major_stories import Major
from tests.engine.stories import tags
from tests.pictures import photo
from tests.web.test_api import Client as Program
from tests.web.test_api_files import Program as Sender
from web.config import Config

REPORTED = {
    "addressee": "authority",
    "name": "区应急管理局",
    "method": "phone",
    "reported_on": "2026-11-02",
    "note": "接报 7",
}
LISTED = {"authority": "区应急管理局", "case_number": "督3", "listed_on": "2026-11-02"}


@pytest.fixture
def major(session: Session, cast: Cast, config: Config, clock: time_machine.Traveller) -> Major:
    return Major(session, cast, config).determined()


def program(client: FlaskClient, major: Major, part: str) -> Program:
    return Program(client, major.session, major.cast.everybody()[part])


def test_the_register_says_what_is_missing_and_how_old(client: FlaskClient, major: Major) -> None:
    verifier = program(client, major, "verifier")
    (row,) = verifier.get("/majors").get_json()["items"]
    assert row["missing"] == ["authority", "congress", "interim", "plan"]
    assert (row["age_days"], row["level"], row["is_closed_inside"]) == (0, "major", False)
    assert not [key for key in row if "reporter" in key]
    assert verifier.get("/majors?missing=overdue").get_json() == {"items": [], "next": None}
    assert len(verifier.get("/majors?age=week&missing=any").get_json()["items"]) == 1
    told = verifier.get("/majors/overview").get_json()
    assert (told["closing"], told["major_by_age"]["week"], told["missing"]["plan"]) == (1, 1, 1)
    whole = verifier.get(f"/majors/{major.id}").get_json()
    (judged,) = whole["determinations"]
    assert judged["by"] == "何核"
    assert whole["plan"] == {}
    above = program(client, major, "officer").get(f"/majors/{major.id}").get_json()
    (owed,) = above["determinations"]
    assert (owed["criterion"], owed["by"], owed["note"]) == (judged["criterion"], None, "")
    assert not any(tick["evidence"] for tick in owed["ticks"])
    for query in ("standing=x", "age=day", "sector=x", "month=x", "supervised=x", "cursor=x"):
        assert verifier.get(f"/majors?{query}").status_code == 422, query


def test_an_enterprise_enters_reports_and_measures_once(client: FlaskClient, major: Major) -> None:
    verifier = program(client, major, "verifier")
    asked = verifier.post(f"/majors/{major.id}/reports", REPORTED)
    assert asked.status_code == 409
    assert "不用登记两次" in asked.get_json()["detail"]
    major.reported().planned()
    key = {"Idempotency-Key": "r"}
    first, again = (verifier.post(f"/majors/{major.id}/reports", REPORTED, **key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    entered = [one for one in first.get_json()["reports"] if not one["is_from_process"]]
    assert [(one["name"], one["proof"], one["by"]) for one in entered] == [
        ("区应急管理局", "接报 7", "何核")
    ]
    wrong = verifier.post(f"/majors/{major.id}/reports", {**REPORTED, "note": "", "name": " "})
    assert wrong.status_code == 422
    assert set(wrong.get_json()["errors"]) == {"name", "files"}
    late = verifier.post(f"/majors/{major.id}/reports", {**REPORTED, "reported_on": "soon"})
    assert set(late.get_json()["errors"]) == {"reported_on"}
    told = verifier.post(f"/majors/{major.id}/measures", {"text": "拉警戒线"}).get_json()
    assert told["interim"][-1]["text"] == "拉警戒线"
    assert verifier.post(f"/majors/{major.id}/measures", {"text": " "}).status_code == 422
    assert tags(major.session, major.id).count("major:reported") == 1


def test_an_authority_lists_a_major_and_strikes_it_off(client: FlaskClient, major: Major) -> None:
    major.reported().planned().put_right()
    officer, here = program(client, major, "officer"), f"/majors/{major.id}/supervisions"
    sender = Sender(client, major.session, major.cast.officer)
    notice = sender.send(BytesIO(photo("brown")).getvalue()).get_json()["id"]
    listed: Any = officer.post(here, {**LISTED, "files": [notice]})
    assert listed.status_code == 201
    (entry,) = listed.get_json()["supervisions"]
    assert (entry["authority"], entry["files"]) == ("区应急管理局", [notice])
    assert listed.get_json()["is_closed_inside"]
    twice = officer.post(here, LISTED)
    assert twice.status_code == 409
    end = f"{here}/{entry['id']}/strike-off"
    struck = {"cancelled_on": "2026-11-02", "cancelled_by": "督核1"}
    for part, status in (("town", 403), ("group", 403), ("verifier", 422), ("stranger", 404)):
        assert program(client, major, part).post(end, struck).status_code == status, part
    principal = program(client, major, "principal")
    asked = principal.post(f"{here}/{entry['id']}/apply", {"applied_on": "2026-11-02"})
    assert asked.get_json()["supervisions"][0]["applied_on"] == "2026-11-02"
    done = officer.post(end, struck).get_json()
    assert done["supervisions"][0]["cancelled_by"] == "督核1"
    assert officer.get("/majors").get_json()["items"] == []
    assert officer.post(end, struck).status_code == 409
    row = major.session.get_one(Hazard, (major.cast.enterprise_id, major.id))
    major.session.refresh(row)
    assert row.supervised_on is None


def test_who_sees_none_of_it(client: FlaskClient, major: Major) -> None:
    stranger = program(client, major, "stranger")
    assert stranger.get("/majors").get_json()["items"] == []
    assert stranger.get(f"/majors/{major.id}").status_code == 404
    assert stranger.post(f"/majors/{major.id}/measures", {"text": "x"}).status_code == 404
    assert program(client, major, "reporter").get("/majors").status_code == 403
    assert (
        program(client, major, "group").post(f"/majors/{major.id}/supervisions", LISTED).status_code
        == 403
    )
