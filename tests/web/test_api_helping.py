"""Guidance and training over the API, and what is done to a case as a whole."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.filestore import FileStore
from tests.cast import Cast
from tests.engine.guidance_story import Visiting
from tests.engine.stories import begin, deploy, tags
from tests.web.house_majors import training_session
from tests.web.test_api import Client as Program
from web.config import Config


def test_the_enterprise_reads_the_letter_and_answers(
    client: FlaskClient, session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    visiting = Visiting(session, cast)
    officer = Program(client, session, cast.officer)
    principal = Program(client, session, cast.principal)
    here = f"/guidance-visits/{visiting.id}"
    (planned,) = officer.get("/guidance-visits?own=true").get_json()["items"]
    assert (planned["state"], planned["enterprise"]) == ("planned", "甲机械有限公司")
    assert principal.get("/guidance-visits").get_json()["items"] == []
    assert principal.get(here).status_code == 404
    visiting.goes(rewards_paid="no")
    # The office sees that the department went, and reads what was found with the letter.
    office = Program(client, session, cast.office)
    assert office.get(here).get_json()["findings"] == []
    assert len(officer.get(here).get_json()["findings"]) == 12
    visiting.advises()
    told = principal.get(here).get_json()
    assert told["opinion"].startswith("机制已经建立")
    (asked,) = told["follow_ups"]
    assert (asked["item"], asked["state"]) == ("rewards_paid", "open")
    answer = f"/follow-ups/{asked['id']}/answer"
    assert principal.post(answer, {"text": " "}).status_code == 422
    given, key = {"text": "已补发奖励"}, {"Idempotency-Key": "a"}
    first, again = (principal.post(answer, given, **key) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert (first.get_json()["state"], first.get_json()["answered_by"]) == ("answered", "朱任")
    assert tags(session, visiting.id).count("follow_up:answered") == 1
    for part in (cast.officer, cast.reporter):
        assert Program(client, session, part).post(answer, given).status_code == 403
    stranger = Program(client, session, cast.stranger)
    assert stranger.post(answer, given).status_code == 404
    assert stranger.get(here).status_code == 404
    assert officer.get("/guidance-visits?state=x").status_code == 422


def test_training_is_told_in_numbers(
    client: FlaskClient, session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    lesson = training_session(session, cast)["session_id"]
    officer = Program(client, session, cast.officer)
    (held,) = officer.get("/training-sessions").get_json()["items"]
    assert (held["id"], held["attendees"], held["enterprises"]) == (str(lesson), 1, 1)
    told = officer.get(f"/training-sessions/{lesson}").get_json()
    assert told["by_origin"] == {"imported": 1}
    assert "朱任" not in str(told)
    lines = officer.get("/training-coverage?year=2026").get_json()["items"]
    assert [one["percent"] for one in lines if one["position"] == "principal"] == [50.0]
    verifier = Program(client, session, cast.verifier)
    (mine,) = verifier.get("/training-attendance").get_json()["items"]
    assert (mine["name"], mine["holder"]) == ("朱任", "区应急管理局")
    assert (
        Program(client, session, cast.town).get(f"/training-sessions/{lesson}").status_code == 404
    )
    assert verifier.get("/training-sessions").status_code == 403
    for year in ("1999", "x", "-1", "99999999999"):
        assert officer.get(f"/training-sessions?year={year}").status_code == 422


def test_the_principal_suspends_resumes_and_cancels_a_case(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    deploy(session, cast)
    case = begin(session, cast.reporter, "line")
    principal, here = Program(client, session, cast.principal), f"/instances/{case}"
    why, key = {"reason": "停产检修"}, {"Idempotency-Key": "s"}
    first, again = (principal.post(f"{here}/suspend", why, **key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (200, again.get_json())
    assert first.get_json()["state"] == "suspended"
    assert principal.post(f"{here}/suspend", why).status_code == 409
    assert principal.post(f"{here}/resume", {"reason": " "}).status_code == 422
    assert principal.post(f"{here}/resume", why).get_json()["state"] == "active"
    for actor, status in (
        (cast.verifier, 403), (cast.officer, 403), (cast.reporter, 403), (cast.stranger, 404),
    ):  # fmt: skip
        refused = Program(client, session, actor).post(f"{here}/cancel", why)
        assert refused.status_code == status
    assert principal.post(f"{here}/cancel", why).get_json()["state"] == "cancelled"
    told = tags(session, case)
    assert [one for one in told if one.startswith("instance:")] == [
        "instance:started", "instance:suspended", "instance:resumed", "instance:cancelled",
    ]  # fmt: skip
