"""Evidence, statements, targets and reminders over the API: as on pages, and refused as there."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.coverage_story import photo
from tests.web.test_api import Client as Program

TARGET = {"title": "重点行业", "basis": "通知", "due_on": "2027-03-31"}
RULES = {
    "kind": "rules",
    "on": local_date().isoformat(),
    "details": {"chapters": {"content": "第 2 页"}, "signer": "朱任"},
}


@pytest.fixture
def principal(client: FlaskClient, session: Session, cast: Cast) -> Program:
    return Program(client, session, cast.principal)


@pytest.fixture
def stranger(client: FlaskClient, session: Session, cast: Cast) -> Program:
    return Program(client, session, cast.stranger)


def fields(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return set(answer.get_json()["errors"])


def test_evidence_is_entered_once_and_withdrawn_once(
    session: Session, cast: Cast, principal: Program, stranger: Program
) -> None:
    given = {**RULES, "files": [str(photo(session, cast.principal))]}
    session.commit()
    first, again = (
        principal.post("/coverage/evidence", given, **{"Idempotency-Key": "e"}) for _ in range(2)
    )
    assert first.status_code == again.status_code == 201, first.text
    assert first.get_json() == again.get_json()
    other = {**given, "note": "另一份"}
    assert (
        principal.post("/coverage/evidence", other, **{"Idempotency-Key": "e"}).status_code == 409
    )
    here = f"/coverage/evidence/{first.get_json()['id']}/withdraw"
    assert stranger.post(here, {"reason": "不是我的"}).status_code == 404
    assert fields(principal.post(here, {"reason": "  "})) == {"reason"}
    assert principal.post(here, {"reason": "作废"}).get_json()["withdrawn_reason"] == "作废"
    assert principal.post(here, {"reason": "作废"}).status_code == 409
    (row,) = session.scalars(select(t.Evidence)).all()
    assert row.withdrawn_reason == "作废"


def test_evidence_is_refused_field_by_field(
    session: Session, cast: Cast, client: FlaskClient, principal: Program
) -> None:
    def sent(**more: Any) -> Any:
        return principal.post("/coverage/evidence", {**RULES, **more})

    strange = str(photo(session, cast.stranger))
    session.commit()
    assert fields(sent()) == {"files"}
    assert sent(files=[strange]).status_code in (404, 422), "another enterprise's file"
    assert fields(sent(on="2999-01-01", files=[strange])) == {"on"}
    assert fields(sent(details={"chapters": ["第 2 页"]})) == {"details.chapters"}
    funds = {"kind": "funds", "details": {"budget_fen": 10**30, "year": True, "source": "other"}}
    assert fields(sent(**funds)) == {"details.budget_fen", "details.year"}
    for kind in ("application/json", "text/plain"):
        body = orjson.dumps({**RULES, "title": "制度\0"})
        assert principal.send("/coverage/evidence", body, kind).status_code == 400, kind
    union = Program(client, session, cast.union)
    assert union.post("/coverage/evidence", RULES).status_code == 403, "the union's is its opinion"
    officer = Program(client, session, cast.officer)
    assert officer.post("/coverage/evidence", RULES).status_code == 403


def test_the_principal_signs_months_and_quarters_once(
    session: Session, cast: Cast, client: FlaskClient, principal: Program
) -> None:
    known = principal.get("/coverage/zero-statements").get_json()
    assert [one["state"] for one in known["months"]] == ["free"] * 12
    said = {"month": known["months"][0]["month"], "note": "排查两次，未发现"}
    assert principal.post("/coverage/zero-statements", said).status_code == 201
    assert principal.post("/coverage/zero-statements", said).status_code == 409
    for month in ("2999-01", "2026-1", "abc"):
        assert fields(principal.post("/coverage/zero-statements", {**said, "month": month}))
    known = principal.get("/coverage/zero-statements").get_json()
    assert known["months"][0]["state"] == "signed"
    assert [one["note"] for one in known["items"]] == [said["note"]]
    quarter = principal.get("/coverage/quarters").get_json()["items"][0]["quarter"]
    assert principal.post(f"/coverage/quarters/{quarter}/sign", {}).status_code == 201
    late = principal.post(f"/coverage/quarters/{quarter}/sign", {})
    assert (late.status_code, late.get_json()["by"]) == (409, "朱任")
    assert principal.post("/coverage/quarters/1999Q9/sign", {}).status_code == 404
    verifier = Program(client, session, cast.verifier)
    assert verifier.post("/coverage/zero-statements", said).status_code == 403


def test_a_target_is_its_setters_own(
    session: Session, cast: Cast, client: FlaskClient, principal: Program, stranger: Program
) -> None:
    office = Program(client, session, cast.office)
    made = office.post("/coverage/targets", TARGET).get_json()
    here = f"/coverage/targets/{made['id']}"
    assert office.post(f"{here}/change", {"percent": 90}).get_json()["due_on"] == TARGET["due_on"]
    assert fields(office.post(f"{here}/change", {"percent": 10**40})) == {"percent"}
    wrong = {"responsible_id": str(cast.strange_enterprise_id)}
    assert fields(office.post(f"{here}/change", wrong)) == {"responsible_id"}
    assert (principal.get(here).status_code, stranger.get(here).status_code) == (200, 404)
    assert stranger.post(f"{here}/change", {}).status_code == 403
    told = office.post("/coverage/reminders", {"target_id": made["id"], "name": "甲机械"})
    assert told.get_json() == {"enterprises": 1, "people": 2, "more": False, "unreached": 0}
    again = office.post("/coverage/reminders", {"target_id": made["id"]}).get_json()
    assert again["enterprises"] == 1, "each once a day: 丙 is left"
    strange = office.post("/coverage/reminders", {"target_id": str(cast.office_id)})
    assert strange.status_code == 404
    (note,) = principal.get(f"/coverage/records/{cast.enterprise_id}/reminders").get_json()["items"]
    assert "滨江区安委办" in note["zh"]
    obstacle = f"/coverage/records/{cast.enterprise_id}/obstacle"
    assert fields(office.post(obstacle, {"obstacle": "other"})) == {"note"}
    assert office.post(obstacle, {"obstacle": "union"}).get_json()["obstacle"] == "union"
    assert office.post(obstacle, {"obstacle": None}).get_json()["obstacle"] is None
    assert stranger.post(obstacle, {"obstacle": "union"}).status_code == 404
    assert office.post(f"{here}/withdraw").status_code == 200
    assert office.post(f"{here}/withdraw").status_code == 404
