"""The register kept over the API: entered, corrected, moved, closed; by whom pages let."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.clock import local_date
from tests.cast import Cast
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields

SHOP = {"name": "江湾机修店", "legal_type": "self_employed", "sector": "industry_trade"}
WHEN = {"effective_on": local_date().isoformat(), "reason": "行业主管调整"}


@pytest.fixture
def office(client: FlaskClient, session: Session, cast: Cast) -> Program:
    return Program(client, session, cast.office)


def enter(keeper: Program, **more: Any) -> Any:
    return keeper.post("/organisations", {"particulars": {**SHOP, **more}})


def test_an_enterprise_is_entered_once_and_stands_under_who_enters(
    session: Session, client: FlaskClient, cast: Cast, office: Program
) -> None:
    body = {"particulars": SHOP}
    first, again = (office.post("/organisations", body, **{"Idempotency-Key": "e"}) for _ in "12")
    assert first.get_json() == again.get_json()
    other = {"particulars": {**SHOP, "name": "江湾机修二店"}}
    assert office.post("/organisations", other, **{"Idempotency-Key": "e"}).status_code == 409
    town = Program(client, session, cast.town)
    made = enter(town, name="曲阳小店").get_json()
    assert (made["town"], made["department"]) == ("江湾街道", None)
    queue = office.get("/organisations?gap=any").get_json()["items"]
    assert [one["name"] for one in queue] == ["曲阳小店", "江湾机修店"]
    assert fields(enter(town, department_id=str(cast.office_id))) == {"department_id"}
    assert fields(enter(office, staff_count=10**30)) == {"staff_count"}
    assert fields(enter(office, legal_type=None)) == {"uscc"}
    assert fields(enter(office, name="\u0007")) == {"name"}
    assert fields(enter(office, nonsense=1)) == {"particulars"}
    assert enter(Program(client, session, cast.principal)).status_code == 403


def test_what_an_enterprise_may_not_correct_is_said(
    session: Session, client: FlaskClient, cast: Cast, office: Program
) -> None:
    principal = Program(client, session, cast.principal)
    here = f"/organisations/{cast.enterprise_id}/correct"
    wrong = {"particulars": {"staff_count": 90, "name": "甲集团", "town_id": None}}
    assert fields(principal.post(here, wrong)) == {"name", "town_id"}
    right = {"particulars": {"staff_count": 90}}
    assert principal.post(here, right).get_json()["staff_count"] == 90
    assert principal.post(here, right).status_code == 409, "nothing changes"
    assert Program(client, session, cast.stranger).post(here, right).status_code == 404
    named = {"particulars": {"name": "甲精密机械有限公司"}, "reason": "更名"}
    assert office.post(here, named).get_json()["name"] == "甲精密机械有限公司"


def test_the_office_alone_says_where_it_stands_and_whether_it_runs(
    session: Session, client: FlaskClient, cast: Cast, office: Program
) -> None:
    made = enter(office).get_json()["id"]
    ids = {"organisation_ids": [made], "town_id": str(cast.town_id)}
    assert office.post("/organisations/assign", ids).get_json() == {"count": 1}
    assert office.post("/organisations/assign", ids).get_json() == {"count": 0}
    strange = {**ids, "organisation_ids": [made, str(cast.strange_enterprise_id)]}
    assert office.post("/organisations/assign", strange).status_code == 404
    here = f"/organisations/{made}"
    moved = office.post(f"{here}/move", {**WHEN, "town_id": None}).get_json()
    assert (moved["town_id"], moved["department_id"]) == (None, None)
    ahead = {**WHEN, "effective_on": "2999-01-01", "town_id": str(cast.town_id)}
    assert fields(office.post(f"{here}/move", ahead)) == {"effective_on"}
    assert fields(office.post(f"{here}/move", {**WHEN, "reason": " "})) == {"reason"}
    beside = {"co_supervisors": [{"id": str(cast.town_id), "area": "fire"}]}
    assert office.post(f"{here}/supervisors", beside).status_code == 422
    assert office.post(f"{here}/close", WHEN).get_json()["status"] == "closed"
    assert office.post(f"{here}/close", WHEN).status_code == 409
    assert office.post(f"{here}/reopen", WHEN).get_json()["status"] == "active"
    itself = {**WHEN, "into_id": made}
    assert fields(office.post(f"{here}/merge", itself)) == {"into_id"}
    outside = {**WHEN, "into_id": str(cast.strange_enterprise_id)}
    assert office.post(f"{here}/merge", outside).status_code == 404
    officer = Program(client, session, cast.officer)
    assert officer.post(f"{here}/close", WHEN).status_code == 403


def test_nodes_are_entered_and_called(
    session: Session, client: FlaskClient, cast: Cast, office: Program
) -> None:
    given = {"kind": "group", "name": "滨江置业", "code": "BJZY"}
    made = office.post("/organisations/nodes", given).get_json()
    assert office.post("/organisations/nodes", given).status_code == 409, "the code is taken"
    below = {**given, "code": "BJZY2", "above_id": str(cast.town_id)}
    assert fields(office.post("/organisations/nodes", below)) == {"above_id"}
    who = {"contact_name": "庄业", "contact_phone": "021-65110001"}
    here = f"/organisations/nodes/{made['id']}/correct"
    assert office.post(here, who).get_json()["contact_name"] == "庄业"
    assert office.post(here, who).status_code == 409
    assert fields(office.post(here, {**who, "contact_phone": "=1+1"})) == {"contact_phone"}
    own = f"/organisations/nodes/{cast.office_id}/correct"
    assert fields(office.post(own, {"region_code": "310109001"})) == {"region_code"}
    assert office.post(own, {"region_code": "310109"}).get_json()["kind"] == "office"
    assert Program(client, session, cast.town).post(here, who).status_code == 404
