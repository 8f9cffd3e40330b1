"""Honours and the library over the API: whose they are decides, and nobody learns of a refusal."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.clock import local_date
from tests.cast import Cast
from tests.engine.coverage_story import photo
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields

NAMED = {"period": str(local_date().year), "title": "安全之星", "reason": "整改及时"}


def test_an_honour_is_proposed_decided_and_ones_own(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    union, principal, rectifier, verifier, stranger = (
        Program(client, session, getattr(cast, part))
        for part in ("union", "principal", "rectifier", "verifier", "stranger")
    )
    person = {**NAMED, "user_id": str(cast.rectifier.user_id)}
    assert fields(union.post("/honours", {**person, "team": "一号车间"})) == {"team"}
    assert fields(union.post("/honours", NAMED)) == {"team"}
    assert union.post("/honours", {**person, "period": "9999999"}).status_code == 422
    numbered = {**person, "reason": "报告 BG-CN001-20261102-0001"}
    assert fields(union.post("/honours", numbered)) == {"reason"}, "it would say who reported"
    oneself = {**person, "user_id": str(cast.union.user_id)}
    assert union.post("/honours", oneself).status_code == 403
    outside = {**person, "user_id": str(cast.stranger.user_id)}
    assert union.post("/honours", outside).status_code == 404
    first, again = (union.post("/honours", person, **{"Idempotency-Key": "h"}) for _ in "12")
    assert first.get_json() == again.get_json()
    assert union.post("/honours", person).status_code == 409
    assert principal.post("/honours", person).status_code == 403
    here = f"/honours/{first.get_json()['id']}"
    assert rectifier.get(here).status_code == 404, "not yet told"
    assert stranger.get(here).status_code == stranger.post(f"{here}/decide").status_code == 404
    assert principal.post(f"{here}/decide").get_json()["state"] == "decided"
    assert principal.post(f"{here}/decide").status_code == 409
    assert verifier.post(f"{here}/agree").status_code == 404
    assert rectifier.get(here).get_json()["may"] == ["agree", "refuse"]
    refused = rectifier.post(f"{here}/refuse", **{"Idempotency-Key": "n"})
    assert (refused.status_code, refused.get_json()["state"]) == (200, "refused")
    assert rectifier.post(f"{here}/agree").status_code == 409
    assert verifier.get("/honours").get_json()["items"] == []
    team = union.post("/honours", {**NAMED, "team": "一号车间"}).get_json()
    there = f"/honours/{team['id']}"
    assert fields(principal.post(f"{there}/decline", {"reason": " "})) == {"reason"}
    assert principal.post(f"{there}/decline", {"reason": "另议"}).get_json()["state"] == "declined"
    assert union.post(f"{there}/drop").status_code == 409


def test_a_document_is_its_units_own(client: FlaskClient, session: Session, cast: Cast) -> None:
    officer, town, office, reporter, stranger = (
        Program(client, session, getattr(cast, part))
        for part in ("officer", "town", "office", "reporter", "stranger")
    )
    file, strange = photo(session, cast.officer), photo(session, cast.town)
    session.commit()
    given = {
        "kind": "guide", "title": "报告指引", "issuer": "区应急管理局", "issued_on": "2026-10-20",
        "files": [str(file)],
    }  # fmt: skip
    assert officer.post("/documents", {**given, "files": [str(strange)]}).status_code in (404, 422)
    assert fields(officer.post("/documents", {**given, "issued_on": "1066-10-14"})) == {"issued_on"}
    first, again = (officer.post("/documents", given, **{"Idempotency-Key": "d"}) for _ in "12")
    assert first.get_json() == again.get_json()
    assert fields(officer.post("/documents", given)) == {"title"}, "it is there already"
    here = f"/documents/{first.get_json()['id']}"
    assert len(reporter.get("/documents?words=指引").get_json()["items"]) == 1
    assert stranger.get("/documents").get_json()["items"] == []
    assert stranger.get(f"{here}/files/{file}").status_code == 404
    for other in (town, office):
        assert other.post(f"{here}/withdraw", {"reason": "不是我们的"}).status_code == 404
    assert officer.post(f"{here}/withdraw", {"reason": "已有新版"}).status_code == 200
    assert officer.post(f"{here}/withdraw", {"reason": "已有新版"}).status_code == 409
    assert reporter.get(f"{here}/files/{file}").status_code == 404
