"""A campaign over the API: led by its office alone, entered once, judged by no one concerned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.clock import local_date
from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine.campaign_story import ANSWERS, Selecting, at
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields
from web.config import Config


def plan(**more: Any) -> dict[str, Any]:
    today = local_date()
    return {
        "kind": "selection",
        "title": "优秀案例评选二",
        "basis": "通知",
        "contact": "管信",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=5)).isoformat(),
        "kinds": ["town", "enterprise"],
        "criteria": [{"name": "成效", "most": 100}],
        "awards": [{"name": "一等奖", "count": 1}],
        **more,
    }


def test_a_plan_is_refused_field_by_field_and_kept_once(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    office = Program(client, session, cast.office)
    assert fields(office.post("/campaigns", plan(kinds=[], criteria=[]))) == {"kinds", "criteria"}
    assert fields(office.post("/campaigns", plan(closes_on="1999-01-01"))) == {"closes_on"}
    huge = plan(awards=[{"name": "一等奖", "count": 10**30}])
    assert fields(office.post("/campaigns", huge)) == {"awards.0.count"}
    first, again = (office.post("/campaigns", plan(), **{"Idempotency-Key": "c"}) for _ in "12")
    assert first.get_json() == again.get_json()
    assert fields(office.post("/campaigns", plan())) == {"title"}, "one of this name goes on"
    here = f"/campaigns/{first.get_json()['id']}"
    for part in ("town", "principal"):
        assert Program(client, session, getattr(cast, part)).get(here).status_code == 404, part
    assert office.post(f"{here}/judge").status_code == 409
    assert office.post(f"{here}/open").get_json()["state"] == "open"
    assert office.post(f"{here}/change", plan()).status_code == 409
    assert Program(client, session, cast.stranger).get(here).status_code == 404


def test_cases_are_entered_judged_and_honoured(
    client: FlaskClient,
    session: Session,
    cast: Cast,
    config: Config,
    clock: time_machine.Traveller,
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    story = Selecting(session, cast)
    story.opens()
    office, principal, town, sole, second, third, fourth = (
        Program(client, session, actor)
        for actor in (
            cast.office, cast.principal, cast.town, cast.sole,
            story.second, story.third, story.fourth,
        )
    )  # fmt: skip
    here = f"/campaigns/{story.campaign}"
    given = {"practice_id": str(story.cases[0]), "answers": ANSWERS}
    assert fields(principal.post(f"{here}/entries", {**given, "answers": {}})) == {"q1"}
    assert sole.post(f"{here}/entries", given).status_code == 404, "another's case"
    made = principal.post(f"{here}/entries", given)
    assert made.status_code == 201, made.text
    assert principal.post(f"{here}/entries", given).status_code == 409
    entry = f"/campaigns/entries/{made.get_json()['id']}"
    assert sole.get(entry).status_code == 404
    assert sole.get(f"{here}/entries").get_json()["items"] == []
    assert town.post(f"{entry}/recommend", {"recommendation": "好"}).status_code == 200
    assert town.post(f"{entry}/recommend", {"recommendation": "好"}).status_code == 409
    clock.move_to(at(story.row().closes_on + timedelta(days=1), "09:00"))
    assert principal.post(f"{entry}/take-back", {"reason": "晚了"}).status_code == 409
    assert office.post(f"{here}/judge").get_json()["state"] == "judging"
    people = [
        {"user_id": str(one.user_id), "unit_id": str(one.organisation_id)}
        for one in (story.second, story.third, story.fourth)
    ]
    oneself = {"user_id": str(cast.office.user_id), "unit_id": str(cast.office_id)}
    assert office.post(f"{here}/reviewers", {"people": [oneself]}).status_code == 403
    wrong = {"user_id": people[0]["user_id"], "unit_id": str(cast.town_id)}
    assert office.post(f"{here}/reviewers", {"people": [wrong]}).status_code == 404
    assert office.post(f"{here}/reviewers", {"people": people}).status_code == 200
    assert office.post(f"{here}/assign", {"each": 3}).get_json()["count"] == 2
    (barred,) = office.get(entry).get_json()["barred"]
    assert barred["person"] == "田科", "of the street that recommends it"
    review = f"/campaigns/reviews/{made.get_json()['id']}"
    assert third.get(review).status_code == 404
    sheet = {"version": 1, "scores": {"c1": 30, "c2": 50}}
    assert second.post(review, {**sheet, "version": 2}).status_code == 409
    assert fields(second.post(review, {**sheet, "scores": {"c1": 41, "c2": -1}})) == {"c1", "c2"}
    assert second.post(review, sheet).get_json()["total"] == 80
    assert second.post(review, sheet).status_code == 409
    assert office.get(entry).get_json()["sheets"][0]["total"] is None, "not before all have"
    award = {"awards": [{"entry_id": made.get_json()["id"], "award": "a1"}]}
    assert office.post(f"{here}/decide", award).status_code == 409
    assert fourth.post(review, sheet).status_code == 200
    assert fields(office.post(f"{here}/decide", {"awards": []})) == {"awards"}
    assert office.post(f"{here}/decide", award).get_json()["state"] == "decided"
    assert principal.get(here).get_json()["result"] == [], "not yet published"
    assert office.post(f"{here}/reopen", {"reason": "复核"}).get_json()["state"] == "judging"
    assert office.post(f"{here}/decide", award).status_code == 200
    assert office.post(f"{here}/publish").get_json()["state"] == "published"
    (told,) = sole.get(here).get_json()["result"]
    assert (told["award"], told["owner"]) == ("一等奖", "某工贸单位")
    assert cast.reporter.name not in office.get(entry).get_data(as_text=True)
