"""Scores over the API: computed, added to with a reason, signed once; read by whom they are of."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.clock import local_date
from tests.cast import Cast
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields

SCHEME = {"key": "district", "kind": "department", "year": local_date().year}


def test_a_sheet_is_added_to_until_it_is_signed(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    office, officer, town, stranger = (
        Program(client, session, getattr(cast, part))
        for part in ("office", "officer", "town", "stranger")
    )
    first, again = (
        office.post("/scoring/schemes", SCHEME, **{"Idempotency-Key": "s"}) for _ in "12"
    )
    assert first.get_json() == again.get_json()
    assert office.post("/scoring/schemes", SCHEME).status_code == 409
    assert office.post("/scoring/schemes", {**SCHEME, "key": "none"}).status_code == 404
    assert office.post("/scoring/schemes", {**SCHEME, "year": 9999}).status_code == 422
    assert officer.post("/scoring/schemes", SCHEME).status_code == 403
    scheme = f"/scoring/schemes/{first.get_json()['id']}"
    changed = first.get_json()["content"].replace('key = "district"', 'key = "other"')
    assert office.post(f"{scheme}/change", {"content": changed}).status_code == 422
    same = office.post(f"{scheme}/change", {"content": first.get_json()["content"]})
    assert (same.status_code, same.get_json()["version"]) == (201, 2)
    assert office.post(f"{scheme}/compute", {}).get_json()["count"] == 1
    (ranked,) = office.get(f"{scheme}/sheets").get_json()["items"]
    assert (ranked["name"], ranked["state"]) == ("区应急管理局", "draft")

    here = f"{scheme}/sheets/{cast.department_id}"
    for other in (officer, town):
        assert other.get(here).status_code == 404, "not yet, or not theirs"
    for points in (0, 999):
        body = {"points": points, "reason": "工作突出"}
        assert fields(office.post(f"{here}/bonus", body)) == {"points"}, points
    assert fields(office.post(f"{here}/bonus", {"points": 1e300, "reason": "工作突出"}))
    told = office.post(f"{here}/bonus", {"points": 1.5, "reason": "工作突出"}).get_json()
    assert told["total"] == ranked["total"] + 1.5
    at = {"at": told["bonus"][0]["at"]}
    assert town.post(f"{here}/bonus/take-back", at).status_code == 404
    assert office.post(f"{here}/bonus/take-back", at).get_json()["bonus"] == []
    assert office.post(f"{here}/bonus/take-back", at).status_code == 404, "it is gone"
    assert office.post(f"{here}/sign").get_json()["signed_by"] == "安主"
    assert office.post(f"{here}/sign").status_code == 409
    assert office.post(f"{scheme}/compute", {}).get_json()["count"] == 0, "signed sheets stay"
    assert officer.get(here).get_json()["state"] == "signed"
    assert [one["name"] for one in officer.get("/scoring/sheets").get_json()["items"]]
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{scheme}/compute", {}).status_code == 403
    assert officer.get(f"{here}/values/paid_rate").status_code == 404, "a figure is behind it"
