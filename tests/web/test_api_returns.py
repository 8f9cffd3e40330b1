"""The months over the API: the same steps and the same refusals as on the pages, each once."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import jobs
from engine.returns import locking
from engine.store import Organisation
from tests.cast import Cast
from tests.engine.returns.month import House, after, at
from tests.web.test_api import Client as Program
from web import db


@pytest.fixture
def house(session: Session, cast: Cast) -> House:
    """A department in whose enterprise a hazard was found and rewarded in September."""
    house = House(session, cast)
    told = house.hazard("2026-09")
    house.pen.reward(told, at("2026-09", 9), 20_000)
    session.commit()
    return house


def test_a_director_closes_a_month_and_each_step_is_done_once(
    client: FlaskClient, session: Session, house: House
) -> None:
    director = Program(client, session, house.director)
    month = "/returns/2026-09"
    with after("2026-09"):
        assert director.get(month).get_json()["state"] == "draft"
        early = director.post(f"{month}/lock")
        assert early.status_code == 409
        assert "签字" in early.get_json()["detail"]
        key = {"Idempotency-Key": "sign"}
        signed, again = (director.post(f"{month}/sign", {"note": "已核对"}, **key) for _ in "ab")
        assert signed.status_code == again.status_code == 200
        assert signed.get_json() == again.get_json()
        assert signed.get_json()["state"] == "signed"
        twice = director.post(f"{month}/sign", {})
        assert (twice.status_code, twice.get_json()["by"]) == (409, "丁局")
        assert director.post(f"{month}/withdraw").get_json()["state"] == "draft"
        director.post(f"{month}/sign", {})
        locked = director.post(f"{month}/lock").get_json()
        assert locked["state"] == "locked"
        assert len(locked["digest"]) == 64
        assert director.post(f"{month}/submit").get_json()["state"] == "submitted"
        whole = director.get(month).get_json()
        assert (whole["signed_by"], whole["submitted_to"]) == ("丁局", "滨江区安委办")
        assert (whole["figures"]["verified"], whole["figures"]["paid_fen"]) == (1, 20_000)
        office = Program(client, session, house.cast.office)
        parts = office.get("/returns/received?month=2026-09").get_json()
        assert {one["name"]: one["state"] for one in parts["items"]} == {
            "区应急管理局": "submitted",
            "江湾街道": "draft",
        }
        assert office.post(f"{month}/remind").get_json() == {"people": 1}


def test_a_figure_opens_to_its_cases_and_lines(
    client: FlaskClient, session: Session, house: House
) -> None:
    house.lock("2026-09")
    with after("2026-09"):
        director = Program(client, session, house.director)
        lines = director.get("/returns/2026-09/lines").get_json()["items"]
        mine = next(one for one in lines if one["organisation_id"] == str(house.enterprise_id))
        assert mine["figures"]["verified"] == 1
        (hazard,) = director.get("/returns/2026-09/cases?figure=verified").get_json()["items"]
        assert hazard["hazard"]["organisation"] == "甲机械有限公司"
        (paid,) = director.get("/returns/2026-09/cases?figure=paid_fen").get_json()["items"]
        assert (paid["value"], paid["reward"]["paid_fen"]) == (20_000, 20_000)
        assert not [key for key in (*hazard["hazard"], *paid["reward"]) if "reporter" in key]
        obliged = director.get("/returns/2026-09/cases?figure=obliged&limit=1").get_json()
        (first,) = obliged["items"]
        more = director.get(
            f"/returns/2026-09/cases?figure=obliged&limit=1&cursor={obliged['next']}"
        ).get_json()
        assert {first["organisation"]["name"], more["items"][0]["organisation"]["name"]} == {
            "甲机械有限公司",
            "丙小吃店",
        }
        refused = director.get("/returns/2026-09/cases?figure=reporters")
        assert (refused.status_code, refused.get_json()["field"]) == (422, "figure")
        file = director.get("/returns/2026-09/export/three_indicators.csv")
        assert "区应急管理局" in file.get_data(as_text=True)
        with director.get("/returns/2026-09/evidence.zip") as evidence:
            assert evidence.data[:2] == b"PK"
        asks, key = "/returns/2026-09/evidence", {"Idempotency-Key": "once"}
        own = f"{asks}?unit_id={house.cast.department_id}"
        assert director.post(own, **key).get_json()["state"] == "at_once"
        # Of another unit it is another request, whatever key it comes with.
        assert director.post(asks, **key).status_code == 409
        ticked = director.post(
            "/returns/2026-09/entered", {"profile": "three_indicators", "reference": "A-1"}
        )
        assert ticked.status_code == 201
        (entry,) = director.get("/returns/2026-09").get_json()["entered"]
        assert (entry["reference"], entry["entered_by"]) == ("A-1", "丁局")


def test_what_changed_is_put_right_in_the_next_month(
    client: FlaskClient, session: Session, house: House
) -> None:
    told = [house.hazard("2026-09", day) for day in (9, 10)]
    house.lock("2026-09")
    for one in told:
        house.cancel(one, "2026-10")
    with after("2026-10"):
        director = Program(client, session, house.director)
        seen, query = [], "?limit=1"
        while query:
            page = director.get(f"/returns/corrections{query}").get_json()
            assert page["month"] == "2026-10"
            seen += page["items"]
            query = f"?limit=1&cursor={page['next']}" if page["next"] else ""
        assert {one["delta"] for one in seen} == {-1}
        keys = [one["key"] for one in seen]
        assert len(keys) == len(set(keys)) > 2
        wrong = director.post("/returns/corrections/accept", {"keys": keys[:1], "reason": " "})
        assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["reason"])
        made = director.post("/returns/corrections/accept", {"keys": keys[:1], "reason": "复核"})
        assert [one["origin"] for one in made.get_json()["items"]] == ["computed"]
        director.post("/returns/corrections/accept", {"keys": None, "reason": "复核"})
        assert director.get("/returns/corrections").get_json()["items"] == []
        stated = {
            "organisation_id": str(house.enterprise_id),
            "corrects": "2026-09",
            "figure": "paid_fen",
            "delta": -150,
            "reason": "漏记",
        }
        key = {"Idempotency-Key": "s"}
        first, again = (director.post("/returns/corrections", stated, **key) for _ in "ab")
        assert first.get_json() == again.get_json()
        rows = director.get("/returns/2026-10/adjustments").get_json()["items"]
        assert len(rows) == len(keys) + 1
        first = director.get("/returns/2026-10/adjustments?limit=1").get_json()
        rest = director.get(f"/returns/2026-10/adjustments?cursor={first['next']}").get_json()
        assert [*first["items"], *rest["items"]] == rows
        of_one = director.get("/returns/2026-10/adjustments?figure=paid_fen").get_json()["items"]
        assert {one["figure"] for one in of_one} == {"paid_fen"}
        assert [one["delta"] for one in rows if one["origin"] == "stated"] == [-150]
        for field, value in (("delta", 0), ("corrects", "2026-10"), ("figure", "moved_in")):
            answer = director.post("/returns/corrections", {**stated, field: value})
            assert answer.status_code == 422, field
            assert field in answer.get_json()["errors"]


def test_a_long_month_is_locked_by_a_job(
    client: FlaskClient, session: Session, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "LARGEST_AT_ONCE", 0)
    with after("2026-09"):
        director = Program(client, session, house.director)
        director.post("/returns/2026-09/sign", {})
        key = {"Idempotency-Key": "lock"}
        begun, again = (director.post("/returns/2026-09/lock", **key) for _ in range(2))
        assert (begun.status_code, begun.get_json()["state"]) == (202, "locking")
        assert (again.status_code, again.get_json()) == (202, begun.get_json())
        with client.application.app_context():
            while jobs.run_due(db.session()):
                pass
        assert director.get("/returns/2026-09").get_json()["state"] == "locked"


def test_an_enterprise_that_was_gone_is_told_why_it_hands_none_in(
    client: FlaskClient, session: Session, house: House
) -> None:
    session.get_one(Organisation, house.enterprise_id).closed_on = date(2026, 8, 15)
    session.commit()
    with after("2026-09"):
        principal = Program(client, session, house.cast.principal)
        told = principal.get("/returns/2026-09").get_json()["absence"]
        refused = principal.post("/returns/2026-09/sign", {})
        assert (refused.status_code, refused.get_json()["detail"]) == (409, told["zh"])
        director = Program(client, session, house.director)
        assert director.get("/returns/2026-09").get_json()["absence"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/returns/2026-13", 422),
        ("/returns/x/lines", 422),
        ("/returns?unit_id=x", 422),
        ("/returns?unit_id=00000000-0000-4000-8000-000000000000", 404),
        ("/returns/2026-09/lines?cursor=zz", 422),
        ("/returns/2026-09/cases", 422),
        ("/returns/2026-09/cases?figure=closing&cursor=1-2", 422),
        ("/returns/2026-09/export/none.csv", 404),
        ("/returns/2026-09/export/three_indicators.exe", 404),
        ("/returns/corrections?cursor=%22", 422),
    ],
)
def test_nonsense_is_refused_in_words(
    client: FlaskClient, session: Session, house: House, path: str, status: int
) -> None:
    house.lock("2026-09")
    with after("2026-09"):
        answer = Program(client, session, house.director).get(path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_nobody_looks_into_the_months_of_others(
    client: FlaskClient, session: Session, house: House
) -> None:
    with after("2026-09"):
        strange = Program(client, session, house.cast.stranger)
        unit = f"?unit_id={house.cast.department_id}"
        for path in ("/returns", "/returns/2026-09", "/returns/2026-09/lines"):
            assert strange.get(path + unit).status_code == 404
        verifier = Program(client, session, house.cast.verifier)
        assert verifier.get("/returns/2026-09").get_json()["unit"]["name"] == "甲机械有限公司"
        assert verifier.post("/returns/2026-09/sign", {}).status_code == 403
