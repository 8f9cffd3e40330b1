"""Visits planned and sessions held over the API: by whose they are, once, and refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import commands, definitions, training
from engine.actors import SYSTEM
from engine.clock import local_date
from tests.cast import Cast
from tests.engine.coverage_story import photo
from tests.engine.guidance_story import guidance_bundle
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields

TODAY = local_date().isoformat()
LESSON = {"topic": "专题培训", "audience": "principal", "held_on": TODAY, "minutes": 90}


@pytest.fixture
def officer(client: FlaskClient, session: Session, cast: Cast) -> Program:
    return Program(client, session, cast.officer)


def test_a_visit_is_planned_once_and_called_off_by_its_own(
    session: Session, client: FlaskClient, cast: Cast, officer: Program
) -> None:
    office = {"organisation_id": cast.office_id, "actor": SYSTEM}
    commands.execute(session, definitions.deploy, guidance_bundle(), **office)
    asked = officer.get("/guidance-visits/start-form").get_json()
    assert "visitors" in [one.get("key") for one in asked["form"]["components"]]
    answers: dict[str, Any] = {
        "plan_kind": "annual",
        "plan_number": "1",
        "planned_on": (local_date() + timedelta(days=3)).isoformat(),
        "visitors": [str(cast.officer.user_id)],
        "announce": False,
    }
    plan = {"enterprise_id": str(cast.enterprise_id), "answers": answers}
    assert fields(officer.post("/guidance-visits", plan)) == {"visitors"}, "two go at least"
    answers["other_visitors"] = "石科"
    strange = {**plan, "enterprise_id": str(cast.strange_enterprise_id)}
    assert officer.post("/guidance-visits", strange).status_code == 404
    first, again = (
        officer.post("/guidance-visits", plan, **{"Idempotency-Key": "v"}) for _ in "12"
    )
    assert first.status_code == 201
    assert first.get_json() == again.get_json()
    other = officer.post("/guidance-visits", strange, **{"Idempotency-Key": "v"})
    assert other.status_code == 409
    here = f"/guidance-visits/{first.get_json()['id']}/cancel"
    town = Program(client, session, cast.town)
    assert town.post(here, {"reason": "不是我们的"}).status_code == 404
    assert officer.post(here, {"reason": "  "}).status_code == 422
    assert officer.post(here, {"reason": "改期"}).get_json()["state"] == "cancelled"
    assert officer.post(here, {"reason": "改期"}).status_code == 409


def test_a_session_is_its_holders_own(
    session: Session, client: FlaskClient, cast: Cast, officer: Program
) -> None:
    strange = str(photo(session, cast.stranger))
    session.commit()
    wrong = officer.post("/training-sessions", {**LESSON, "minutes": 10**20})
    assert fields(wrong) == {"minutes"}
    assert fields(officer.post("/training-sessions", {**LESSON, "held_on": "1999-01-01"}))
    taken = officer.post("/training-sessions", {**LESSON, "materials": [strange]})
    assert taken.status_code in (404, 422)
    made = officer.post("/training-sessions", LESSON).get_json()
    here = f"/training-sessions/{made['id']}"
    office = Program(client, session, cast.office)
    assert office.get(here).status_code == 200
    assert office.post(f"{here}/change", {"minutes": 60}).status_code == 404
    changed = officer.post(f"{here}/change", {"place": "三楼", "sectors": ["gas"]}).get_json()
    assert (changed["place"], changed["topic"]) == ("三楼", "专题培训")
    assert officer.post(f"{here}/change", {"place": None}).get_json()["place"] is None
    assert officer.post(f"{here}/withdraw").status_code == 200
    assert officer.post(f"{here}/withdraw").status_code == 404


def test_a_list_of_people_is_judged_line_by_line(
    session: Session, client: FlaskClient, cast: Cast, officer: Program
) -> None:
    here = f"/training-sessions/{officer.post('/training-sessions', LESSON).get_json()['id']}"
    people = [
        {"enterprise": "单位", "name": "姓名"},
        {"enterprise": "甲机械有限公司", "name": "朱任"},
        {"enterprise": "甲机械有限公司", "name": "朱任"},
        {"enterprise": "CN003", "name": "单一", "position": "staff"},
        {"enterprise": "乙外地公司", "name": "莫生"},
    ]
    asked = {"people": people, "dry_run": True}
    lines = officer.post(f"{here}/attendees", asked).get_json()["lines"]
    assert [(one["line"], bool(one["faults"]), one["is_known"]) for one in lines] == [
        (1, True, False),
        (2, False, False),
        (3, False, True),
        (4, False, False),
        (5, True, False),
    ]
    took = officer.post(f"{here}/attendees", {"people": people}).get_json()
    assert (took["taken"], took["left"]) == (2, 3)
    page = officer.get(f"{here}/attendees?limit=1").get_json()
    more = officer.get(f"{here}/attendees?limit=1&cursor={page['next']}").get_json()
    assert [one["name"] for one in page["items"] + more["items"]] == ["单一", "朱任"]
    assert more["next"] is None
    assert officer.post(f"{here}/withdraw").status_code == 409, "somebody was there"
    code = officer.post(f"{here}/sheet", {"open": True}).get_json()["code"]
    signed = {"enterprise": "丙小吃店", "name": "单一", "position": "principal"}
    commands.execute(session, training.sign, code, **signed)
    assert officer.get(here).get_json()["by_origin"] == {"imported": 2, "signed": 1}
    confirmed = officer.post(f"{here}/confirm").get_json()
    assert confirmed["by_origin"] == {"imported": 2, "confirmed": 1}
    assert officer.post(f"{here}/sheet", {"open": False}).get_json()["code"] is None
    untrained = officer.get("/training-untrained?position=principal").get_json()["items"]
    assert untrained == []
    assert Program(client, session, cast.principal).get(f"{here}/attendees").status_code == 403
    assert Program(client, session, cast.town).get(f"{here}/attendees").status_code == 404
