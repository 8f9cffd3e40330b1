"""What those above look at over the API: the register, coverage, the board; as on their pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import clock, commands, jobs, registry
from engine.coverage import targets
from engine.registry import importing, receiving
from tests.cast import Cast
from tests.engine.coverage_story import enter
from tests.engine.registry.sheets import code, workbook
from tests.web.test_api import API
from tests.web.test_api import Client as Program
from tests.web.test_api_contract import Sender
from web import db


@pytest.fixture
def office(client: FlaskClient, session: Session, cast: Cast) -> Program:
    return Program(client, session, cast.office)


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.get_json()["items"]]


def work(client: FlaskClient) -> None:
    """Let the jobs that are due be done."""
    with client.application.app_context():
        while jobs.run_due(db.session()):
            pass


def test_the_register_narrows_and_pages(office: Program, cast: Cast) -> None:
    assert names(office.get("/organisations")) == ["丙小吃店", "甲机械有限公司"]
    assert names(office.get("/organisations?text=机械")) == ["甲机械有限公司"]
    assert names(office.get(f"/organisations?town_id={cast.town_id}&status=closed")) == []
    page = office.get("/organisations?limit=1").get_json()
    assert names(office.get(f"/organisations?cursor={page['next']}")) == ["甲机械有限公司"]
    for wrong in ("status=x", "gap=x", "sector=x", "department_id=x", "cursor=x", "limit=0"):
        assert office.get(f"/organisations?{wrong}").status_code == 422, wrong


def test_an_entry_says_where_it_stood(
    client: FlaskClient, session: Session, office: Program, cast: Cast
) -> None:
    here = f"/organisations/{cast.enterprise_id}"
    commands.execute(
        session,
        registry.move,
        cast.enterprise_id,
        {"department_id": cast.department_id, "town_id": None, "group_id": cast.group_id},
        effective_on=clock.local_date(),
        reason="区划调整",
        actor=cast.office,
    )
    assert office.get(here).get_json()["town_id"] is None
    told = office.get(f"{here}/changes").get_json()
    (change,) = told["items"]
    assert (change["kind"], change["reason"], change["by"]) == ("moved", "区划调整", "安主")
    assert change["before"] == {"town_id": str(cast.town_id)}
    assert told["names"] == {str(cast.town_id): "江湾街道"}
    assert names(office.get("/organisations?gap=town")) == ["甲机械有限公司"]
    principal = Program(client, session, cast.principal)
    assert names(principal.get("/organisations")) == ["甲机械有限公司"]
    assert principal.get(here).status_code == 200
    stranger = Program(client, session, cast.stranger)
    assert stranger.get(here).status_code == stranger.get(f"{here}/changes").status_code == 404


def test_a_sheet_is_taken_in_once(
    client: FlaskClient, session: Session, office: Program, cast: Cast
) -> None:
    content = workbook([["江湾铸造公司", code(1), "工贸", "区应急管理局"], ["坏公司", "1", "工贸"]])
    sender = Sender(client, session, cast.office)

    def send() -> Any:
        return sender.send("/organisations/imports", "s", sheet=(BytesIO(content), "名录.xlsx"))

    first, again = send(), send()
    assert first.status_code == 201
    assert first.get_json() == again.get_json()
    assert first.get_json()["counts"] == {"new": 1, "changed": 0, "same": 0, "bad": 1}
    here = f"/organisations/imports/{first.get_json()['id']}"
    (bad,) = office.get(here).get_json()["items"]
    assert (bad["name"], bad["faults"][0]["field"]) == ("坏公司", "uscc")
    (good,) = office.get(f"{here}?kind=new").get_json()["items"]
    assert good["name"] == "江湾铸造公司"
    taken = office.post(f"{here}/take")
    assert (taken.status_code, taken.get_json()["state"]) == (200, "imported")
    assert office.post(f"{here}/take").status_code == 409
    assert names(office.get("/organisations?text=铸造")) == ["江湾铸造公司"]
    officer = Program(client, session, cast.officer)
    assert officer.get(here).status_code == 404
    for body in ({}, {"sheet": (BytesIO(b"no sheet"), "x.xlsx")}):
        wrong = sender.send("/organisations/imports", None, **body)
        assert wrong.status_code == 422
    bare = client.post(f"{API}/organisations/imports", headers={"Authorization": "Bearer x"})
    assert bare.status_code == 401


def test_a_long_sheet_is_read_and_taken_in_by_jobs(
    client: FlaskClient, session: Session, office: Program, cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(receiving, "ROWS_AT_ONCE", 0)
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    content = workbook([["江湾铸造公司", code(1), "工贸", "区应急管理局"]])
    sender = Sender(client, session, cast.office)
    sent = sender.send("/organisations/imports", None, sheet=(BytesIO(content), "名录.xlsx"))
    assert (sent.status_code, sent.get_json()["state"]) == (202, "reading")
    here = f"/organisations/imports/{sent.get_json()['id']}"
    assert office.get(here).get_json()["items"] == []
    work(client)
    assert office.get(here).get_json()["sheet"]["counts"]["new"] == 1
    begun = office.post(f"{here}/take")
    assert (begun.status_code, begun.get_json()["state"]) == (202, "importing")
    work(client)
    assert office.get(here).get_json()["sheet"]["state"] == "imported"
    assert names(office.get("/organisations?text=铸造")) == ["江湾铸造公司"]


def test_coverage_opens_to_enterprises_and_their_evidence(
    client: FlaskClient, session: Session, office: Program, cast: Cast
) -> None:
    commands.execute(session, targets.adopt, actor=cast.office)
    row = enter(session, cast.principal, "rules", clock.local_date())
    session.commit()
    known = office.get("/coverage/targets").get_json()["items"]
    rest = next(one for one in known if one["is_for_the_rest"])
    assert (rest["counts"]["due"], rest["counts"]["drafted"]) == (2, 1)
    query = f"target_id={rest['id']}"
    board = office.get(f"/coverage/board?{query}&by=department").get_json()
    (line,) = board["lines"]
    assert (line["name"], line["counts"]["due"], line["percent"]) == ("区应急管理局", 2, 0.0)
    listed = office.get(f"/coverage/enterprises?{query}&count=drafted&key={line['key']}")
    (one,) = listed.get_json()["items"]
    assert (one["name"], one["stage"]) == ("甲机械有限公司", "drafted")
    page = office.get(f"/coverage/enterprises?{query}&limit=1").get_json()
    more = office.get(f"/coverage/enterprises?{query}&cursor={page['next']}").get_json()
    assert len(more["items"]) == 1
    record = office.get(f"/coverage/records/{cast.enterprise_id}").get_json()
    assert [one["id"] for one in record["evidence"]] == [str(row.id)]
    assert "rules" not in record["lacking"]
    assert record["stage"] == "drafted"
    assert office.get(f"/coverage/board?target_id={cast.office_id}").status_code == 404
    for wrong in ("count=x", "by=x", "cursor=x", "key=x"):
        assert office.get(f"/coverage/enterprises?{query}&{wrong}").status_code == 422, wrong
    stranger = Program(client, session, cast.stranger)
    assert stranger.get(f"/coverage/records/{cast.enterprise_id}").status_code == 404
    assert stranger.get("/coverage/targets").get_json()["items"] == []


def test_the_board_is_for_those_above(
    client: FlaskClient, session: Session, office: Program, cast: Cast
) -> None:
    told = office.get("/board").get_json()
    assert (told["board"]["enterprises"], told["board"]["majors"]) == (2, [])
    assert office.post("/board/refresh").get_json() == {"is_counted": True}
    assert office.get("/board/silent").get_json()["items"] == []
    assert office.get("/board/steps/verify?which=late").get_json()["items"] == []
    for wrong in ("which=x", "cursor=x"):
        assert office.get(f"/board/steps/verify?{wrong}").status_code == 422, wrong
    assert Program(client, session, cast.stranger).get("/board").status_code == 403
