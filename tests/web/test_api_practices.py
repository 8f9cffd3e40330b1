"""A typical case made over the API: each step by whose it is, in its turn, told to no others."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine.filestore import FileStore
from tests.cast import Cast
from tests.loop import Loop
from tests.web.test_api import Client as Program
from tests.web.test_api_mechanisms import fields
from web.config import Config

STORY = {"background": "管道漏水", "action": "加防水罩", "effect": "不再进水"}
WORDS = {"title": "配电柜防水改造", "dimensions": ["machine"], "story": STORY}
FULL = {"innovation": 20, "effect": 28, "replicable": 25, "clarity": 12}


def test_each_step_is_somebody_elses_and_in_its_turn(
    client: FlaskClient, session: Session, cast: Cast, config: Config
) -> None:
    session.info["files"] = FileStore(config.data_dir)
    loop = Loop(session, cast, owner=cast.office_id)
    verifier, principal, officer, town, office, stranger = (
        Program(client, session, getattr(cast, part))
        for part in ("verifier", "principal", "officer", "town", "office", "stranger")
    )
    words = {**WORDS, "instance_id": str(loop.id)}
    assert verifier.post("/practices", words).status_code == 409, "it is not closed"
    loop.goes_round()
    assert fields(verifier.post("/practices", {**words, "story": {}})) == {*STORY}
    first, again = (verifier.post("/practices", words, **{"Idempotency-Key": "n"}) for _ in "12")
    assert first.status_code == 201, first.text
    assert first.get_json() == again.get_json()
    other = {**words, "title": "另一个标题"}
    assert verifier.post("/practices", other, **{"Idempotency-Key": "n"}).status_code == 409
    assert verifier.post("/practices", words).status_code == 409, "nominated already"
    assert stranger.post("/practices", words).status_code == 404
    here = f"/practices/{first.get_json()['id']}"
    assert stranger.get(here).status_code == stranger.get(f"{here}/photos/1").status_code == 404

    late = {"is_named": False, "version": 2}
    assert principal.post(f"{here}/consent", late).status_code == 409, "words it never read"
    assert stranger.post(f"{here}/consent", {**late, "version": 1}).status_code == 404
    assert officer.post(f"{here}/check", WORDS).status_code == 409, "nobody has agreed yet"
    agreed = {"is_named": False, "version": 1, "photos": [loop.photo]}
    told = principal.post(f"{here}/consent", agreed).get_json()
    assert (told["owner"], told["photos"]) == ("某单位", 1)

    named = {**WORDS, "title": "甲机械有限公司的做法"}
    assert fields(officer.post(f"{here}/check", named)) == {"title"}
    assert officer.post(f"{here}/vet", {"scores": FULL}).status_code == 409
    mended = {**WORDS, "story": {**STORY, "effect": "三个月不再进水"}}
    assert officer.post(f"{here}/check", mended).get_json()["state"] == "reworded"
    asked = principal.get(here).get_json()["work"]
    assert [one["after"] for one in asked["changes"]] == ["三个月不再进水"]
    assert principal.post(f"{here}/consent", agreed).status_code == 409
    principal.post(f"{here}/consent", {**agreed, "version": 2})
    assert officer.post(f"{here}/vet", {"scores": FULL}).status_code == 403, "who checked it"
    for wrong in ({**FULL, "effect": 10**6}, {**FULL, "effect": -1}, {}):
        assert "effect" in fields(town.post(f"{here}/vet", {"scores": wrong}))
    assert town.post(f"{here}/vet", {"scores": FULL}).get_json()["work"]["scores"]["total"] == 85
    assert town.post(f"{here}/publish", {"level": "district"}).status_code == 403
    assert town.get(f"{here}/photos/1").status_code == 200
    assert office.post(f"{here}/publish", {"level": "district"}).get_json()["state"] == "published"

    text = stranger.get(here).get_data(as_text=True)
    for hidden in ("甲机械", str(cast.enterprise_id), str(loop.id), cast.reporter.name):
        assert hidden not in text
    assert stranger.get(f"{here}/photos/1").status_code == 200
    assert stranger.get(f"{here}/photos/99999999999999999999").status_code == 404
    item: Any = stranger.post(f"{here}/checklist")
    assert item.status_code == 201
    assert stranger.post(f"{here}/checklist").status_code == 409
    assert office.post("/practices/report").get_json() == {"count": 1}
    assert office.post("/practices/report").get_json() == {"count": 0}
    assert principal.post(f"{here}/withdraw", {"reason": "工艺改了"}).status_code == 200
    assert stranger.get(here).status_code == 404
    assert stranger.get("/practices").get_json()["items"] == []
