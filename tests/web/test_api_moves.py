"""Cases are moved to another version over the API: tried first, then one by one by a job."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import jobs
from tests.cast import Cast
from tests.engine import stories
from tests.flows import ASK, LINE
from tests.web.test_api import Client as Program
from tests.web.test_move_pages import REDRAWN, deploy
from web import db

HERE = "/moves?definition_key=line&version=1"
LINE_1 = {"definition_key": "line", "version": 1}


@pytest.fixture
def cases(session: Session, cast: Cast) -> list[UUID]:
    """Two cases of version 1, one at its first step, one at its second; and version 2."""
    deploy(session, cast, LINE)
    begun = [stories.begin(session, cast.reporter, "line") for _ in range(2)]
    stories.do(session, cast.verifier, begun[1], "first", note="看过")
    deploy(session, cast, REDRAWN, ASK)
    return begun


def test_cases_are_tried_and_then_moved(
    client: FlaskClient, session: Session, cast: Cast, cases: list[UUID]
) -> None:
    administrator = Program(client, session, cast.administrator)
    told = administrator.get(HERE).get_json()
    (target,) = told["targets"]
    assert (told["cases"], target["version"], told["items"]) == (2, 2, [])
    wanted = {**LINE_1, "to": target["id"]}
    trials = administrator.post("/moves", {**wanted, "dry_run": True}).get_json()["items"]
    states = {UUID(one["instance_id"]): (one["state"], one["why"]) for one in trials}
    assert states[cases[1]] == ("moved", None)
    assert states[cases[0]][0] == "refused"
    assert states[cases[0]][1]["zh"]
    mapped = {**wanted, "mapping": {"first": "opening"}}
    trials = administrator.post("/moves", {**mapped, "dry_run": True}).get_json()["items"]
    assert {one["state"] for one in trials} == {"moved"}
    assert administrator.post("/moves", mapped).status_code == 422
    begun, key = {**mapped, "reason": "按新制度"}, {"Idempotency-Key": "m"}
    first, again = (administrator.post("/moves", begun, **key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (202, again.get_json())
    assert first.get_json()["counts"]["waiting"] == 2
    assert administrator.post("/moves", begun).status_code == 409
    with client.application.app_context():
        while jobs.run_due(db.session()):
            pass
    move = f"/moves/{first.get_json()['id']}"
    done = administrator.get(move).get_json()
    assert (done["move"]["state"], done["move"]["counts"]["moved"]) == ("done", 2)
    assert [one["state"] for one in done["items"]] == ["moved", "moved"]
    assert administrator.get(HERE).get_json()["cases"] == 0


def test_what_means_nothing_is_refused(
    client: FlaskClient, session: Session, cast: Cast, cases: list[UUID]
) -> None:
    administrator = Program(client, session, cast.administrator)
    (target,) = administrator.get(HERE).get_json()["targets"]
    wrong = {**LINE_1, "to": target["id"], "mapping": {"first": "nowhere"}, "dry_run": True}
    assert administrator.post("/moves", wrong).status_code == 422
    assert (
        administrator.post("/moves", {**LINE_1, "to": str(cases[0]), "dry_run": True}).status_code
        == 404
    )
    assert administrator.get("/moves?definition_key=line&version=9").status_code == 404
    for query in ("", "?definition_key=line", "?definition_key=line&version=9999999999"):
        assert administrator.get(f"/moves{query}").status_code == 422, query
    stranger = Program(client, session, cast.stranger)
    assert stranger.post("/moves", {**LINE_1, "to": target["id"], "reason": "x"}).status_code == 404
    verifier = Program(client, session, cast.verifier)
    assert verifier.get(HERE).status_code == 403
