"""Related parties on pages: named, confirmed, reported about at the poster, told, taught."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock as clocks
from engine.store import Organisation
from engine.store import tables as t
from tests.cast import Cast
from tests.engine import stories
from tests.engine.accounts.photos import photo
from tests.engine.registry.sheets import code
from tests.engine.relations.working_together import in_force
from tests.processes.player import CONFIRMED
from tests.web.reporting import Report, deploy, poster
from tests.web.visits import Client

#: One story a page: what the engine does on either database is told in tests/engine/relations.
pytestmark = [
    pytest.mark.usefixtures("clock"),
]
SAID = "班长让我们不系安全带上屋面，脚手板也没有绑牢，早上差点有人掉下去"
TERMS = {"kind": "contractor", "subject": "屋面维修", "coordinator": "安全科", "is_offered": "y"}


def test_a_contractor_is_named_and_confirms(session: Session, cast: Cast, client: Client) -> None:
    client.sign_in(cast.principal)
    given = {**TERMS, "from_on": "2026-11-01", "organisation": "丙小吃"}
    wrong = client.submit("/relations/new", given)
    assert (wrong.status_code, "屋面维修" in wrong.text) == (422, True)
    assert client.submit("/relations/new", {**given, "from_on": "昨天"}).status_code == 422
    given["organisation"] = "丙小吃店"
    made = client.submit("/relations/new", given)
    assert made.status_code == 303
    assert client.submit("/relations/new", given).status_code == 422
    client.sign_in(cast.sole)
    assert "甲机械有限公司" in client.get("/relations?side=other").text
    page = str(made.location)
    assert client.submit(f"{page}/answer", {"refuse-reason": ""}).status_code == 422
    assert client.submit(f"{page}/answer", {"agrees": "yes"}).status_code == 303
    client.sign_in(cast.principal)
    assert "《安全生产法》" in client.get(page).text or "第四十九条" in client.get(page).text
    sheet = {"signed_on": "2026-11-01", "files": ""}
    assert client.submit(f"{page}/agreement", sheet).status_code == 422
    kept = client.submit(f"{page}/agreement", {**sheet, "files": (BytesIO(photo()), "协议.jpg")})
    assert kept.status_code == 303
    client.sign_in(cast.sole)
    (link,) = re.findall(rf"{page}/files/[0-9a-f-]+", client.get(page).text)
    assert client.get(link).status_code == 200
    client.sign_in(cast.stranger)
    assert client.get(link).status_code == 404
    client.sign_in(cast.sole)
    assert client.submit(f"{page}/end", {"end-reason": "做完了"}).status_code == 303
    assert client.submit(f"{page}/end", {"end-reason": "再点一次"}).status_code == 409


def test_at_the_poster_one_says_whose_work_it_is_and_who_employs_one(
    session: Session, cast: Cast, client: Client
) -> None:
    deploy(session, cast.enterprise_id)
    place = poster(session, cast)
    relation = in_force(session, cast)
    guest = Report(client, f"/r/{place.code}")
    assert "丙小吃店" in guest.answer.text
    guest.take(photo()).write(description=SAID, concerned_relation=str(relation)).press("next")
    who = {"identity_mode": "confidential", "reporter_name": "李工", "reporter_type": "contractor"}
    guest.write(**who, reporter_works_for="丙小吃店").press("next")
    assert "丙小吃店" in guest.answer.text
    guest.press("send")
    assert guest.answer.location == "/report/sent"
    session.rollback()
    case = session.scalars(select(t.CaseRelation)).one()
    assert case.relation_id == relation
    client.sign_in(cast.union)
    here = f"/cases/{case.instance_id}"
    assert "丙小吃店" in client.get(here).text
    known = client.submit(f"{here}/identity", {"reason": "核实奖励发放"})
    assert "所在单位" in known.text
    stories.do(session, cast.verifier, case.instance_id, "acknowledge")
    stories.do(session, cast.verifier, case.instance_id, "verify", **CONFIRMED)
    client.sign_in(cast.verifier)
    page = f"/relations/cases/{case.instance_id}"
    assert client.get(page).status_code == 200
    words = {"place": "屋面", "description": SAID, "wanted": "停工整改", "is_checked": "y"}
    copied = client.submit(f"{page}/pass", words)
    assert (copied.status_code, "停工整改" in copied.text) == (422, True)
    words["description"] = "高处作业没有系安全带"
    assert client.submit(f"{page}/pass", words).status_code == 303
    assert client.submit(f"{page}/pass", words).status_code == 409
    number = session.scalars(select(t.Hazard.number)).one()
    client.sign_in(cast.sole)
    got = client.get("/relations/received").text
    assert "高处作业没有系安全带" in got
    for secret in (SAID[:12], "李工", str(number), str(case.instance_id)):
        assert secret not in got
    passed = re.findall(r"/relations/received/([0-9a-f-]+)/take", got)[0]
    refused = f"/relations/received/{passed}/refuse"
    assert client.submit(refused, {"reason": ""}).status_code == 422
    # Nothing runs where 丙 works yet, so it cannot be begun there.
    assert client.submit(f"/relations/received/{passed}/take").status_code == 404
    deploy(session, cast.one_person_firm_id)
    taken = client.submit(f"/relations/received/{passed}/take")
    assert client.get(str(taken.location)).status_code == 200
    assert client.submit(refused, {"reason": "不是我们"}).status_code == 409


def test_an_invitation_is_printed_opened_and_entered(
    session: Session, cast: Cast, client: Client
) -> None:
    client.sign_in(cast.administrator)
    given = {**TERMS, "from_on": "2026-11-01", "name": "云帆保洁有限公司", "uscc": "1",
             "keeper": str(cast.town_id)}  # fmt: skip
    assert client.submit("/relations/invite", given).status_code == 422
    made = client.submit("/relations/invite", {**given, "uscc": code(7)})
    page = client.get(str(made.location)).text
    (shown,) = re.findall(r"/invited/([0-9A-Z-]{14})", page)
    assert client.get(f"{made.location}/invitation.pdf").data[:5] == b"%PDF-"
    stranger = Client(client.application)
    told = stranger.get(f"/invited/{shown.lower()}").text
    assert "甲机械有限公司" in told
    assert "云帆保洁有限公司" in told
    assert stranger.get("/invited/2222-2222-2222").status_code == 404
    assert stranger.get(f"/invited?code={shown}").location == f"/invited/{shown}"
    client.sign_in(cast.town)
    (lead,) = re.findall(
        r"/registry/new\?invitation=[0-9a-f-]+", client.get("/registry/invited").text
    )
    assert "云帆保洁有限公司" in client.get(lead).text
    entry = {"name": "云帆保洁有限公司", "uscc": code(7), "sector": "general"}
    assert client.submit(lead, entry).status_code == 302
    assert client.get(lead).status_code == 404
    row = session.scalars(select(t.Relation)).one()
    assert row.state == "proposed"


def test_a_template_is_taken_into_the_studio(session: Session, cast: Cast, client: Client) -> None:
    deploy(session, cast.enterprise_id)
    in_force(session, cast)
    client.sign_in(cast.principal)
    wrong = client.submit("/templates/new", {"title": "甲的机制", "audience": "all"})
    assert (wrong.status_code, "甲的机制" in wrong.text) == (422, True)
    made = client.submit("/templates/new", {"title": "甲的机制", "audience": "related"})
    here = str(made.location)
    client.sign_in(cast.sole)
    assert "甲的机制" in client.get("/templates").text
    for page in (here, f"{here}/compare", f"{here}/diagram.json"):
        assert client.get(page).status_code == 200
    draft = client.submit(f"{here}/take")
    assert draft.status_code == 303
    assert "甲机械有限公司" in client.get(str(draft.location)).text
    assert client.submit(f"{here}/take").status_code == 409
    client.sign_in(cast.stranger)
    assert client.get(here).status_code == 404


def test_those_above_see_whom_a_leader_brings_along(
    session: Session, cast: Cast, client: Client
) -> None:
    session.get_one(Organisation, cast.enterprise_id).ownership = "district_soe"
    session.commit()
    in_force(session, cast, until_on=clocks.local_date() + timedelta(days=9))
    client.sign_in(cast.officer)
    assert "0 / 1" in client.get("/registry/leading").text
    assert "丙小吃店" in client.get(f"/registry/{cast.enterprise_id}/relations").text
    assert "没有有效协议的关系" in client.get(f"/registry/{cast.enterprise_id}").text
