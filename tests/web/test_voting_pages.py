"""Votes on pages and over the API: counts until it is decided, then who said what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from engine import accounts
from engine.actors import Actor
from engine.commands import execute
from tests.cast import Cast
from tests.engine.stories import do, open_keys
from tests.engine.vote_stories import cast_vote, deploy_votes, seats, voting_on
from tests.web.doing import Doer
from tests.web.screens import Screens, faults_here
from tests.web.test_api import Client as Program
from tests.web.visits import Client

pytestmark = pytest.mark.usefixtures("grounds")

_SECRET = "电缆要换"


@pytest.fixture
def deployed(session: Session, cast: Cast) -> Cast:
    return deploy_votes(session, cast)


def task_of(session: Session, instance: UUID, who: Actor) -> UUID:
    return seats(session, instance)[who.user_id]


def test_counts_only_until_it_is_decided_then_everything(
    app: Flask, session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "ballot")
    voter = Doer(Client(app), deployed.verifier).open(task_of(session, instance, deployed.verifier))
    assert "票签：同意的达到 2/3 通过" in voter.page.text
    assert "0 人已投，共 4 人" in voter.page.text
    assert "领取" not in voter.page.text
    assert "退回本岗位" not in voter.page.text
    assert voter.send(decision="agree", opinion=_SECRET).status_code == 302
    other = Doer(Client(app), deployed.acceptor).open(task_of(session, instance, deployed.acceptor))
    assert "1 人已投，共 4 人" in other.page.text
    assert _SECRET not in other.page.text
    case = other.client.get(f"/cases/{instance}").text
    assert "1 人已投，共 4 人" in case
    assert "还没投：" in case
    assert "何核" not in case.partition("还没投：")[2].partition("<")[0]
    assert _SECRET not in case
    assert "怎么投的，表决有结果后公布" in case
    assert case.count("去办理") == 1, "one vote is one line, with the reader's own task"
    cast_vote(session, instance, deployed.colleague, "refuse", "先断电再说")
    cast_vote(session, instance, deployed.rectifier, "agree")
    cast_vote(session, instance, deployed.acceptor, "agree")
    for path in (f"/cases/{instance}", f"/cases/{instance}/print"):
        page = other.client.get(path).text
        for words in (
            "表决通过",
            "同意 3，不同意 1，共 4 人",
            _SECRET,
            "先断电再说",
            "何核",
            "童事",
        ):
            assert words in page, (path, words)
    execute(session, accounts.choose_language, "en", actor=deployed.principal)
    reader = Client(app)
    reader.sign_in(deployed.principal)
    page = reader.get(f"/cases/{instance}").text
    assert "3 agreed, 1 refused, of 4 voters" in page
    assert "The vote passed" in page


def test_an_open_vote_shows_the_votes_before_and_a_reporter_sees_none(
    app: Flask, session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "seen_by_all")
    cast_vote(session, instance, deployed.verifier, "agree", _SECRET)
    voter = Doer(Client(app), deployed.acceptor).open(task_of(session, instance, deployed.acceptor))
    assert _SECRET in voter.page.text
    assert _SECRET in voter.client.get(f"/cases/{instance}").text
    reporter = Client(app)
    reporter.sign_in(deployed.reporter)
    page = reporter.get(f"/reports/{instance}")
    assert page.status_code == 200
    for words in (_SECRET, "何核", "已投", "decide_votes"):
        assert words not in page.text


def test_who_comes_too_late_is_told_who_decided(
    app: Flask, session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "either")
    late = Doer(Client(app), deployed.verifier).open(task_of(session, instance, deployed.verifier))
    mine = task_of(session, instance, deployed.verifier)
    cast_vote(session, instance, deployed.acceptor, "agree")
    answer = late.send(decision="refuse", opinion="等一等")
    assert answer.status_code == 409
    assert "严收的一票定了结果" in answer.text
    assert "等一等" in answer.text, "what was typed is not lost"
    assert "严收的一票定了结果" in late.open(mine).page.text
    notices = late.client.get("/notifications").text
    assert "表决已有结果" in notices


def test_another_voters_task_is_not_mine_to_open(
    app: Flask, session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "countersign")
    page = Doer(Client(app), deployed.rectifier).open(
        task_of(session, instance, deployed.colleague)
    ).page  # fmt: skip
    assert page.status_code == 403
    assert "另一位表决人的一票" in page.text
    assert "退回本岗位" not in page.text


def test_the_list_of_voters_never_tells_who_reported(
    app: Flask, session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "verified_by_many", mode="confidential")
    api = Program(app.test_client(), session, deployed.officer)
    reader = Client(app)
    reader.sign_in(deployed.officer)
    names = ("郑改", "童事", "严收")
    page = reader.get(f"/cases/{instance}").text
    assert not [name for name in names if name in page]
    shown = api.get(f"/instances/{instance}").get_json()
    assert {task["assignee_id"] for task in shown["open_tasks"]} == {None}
    outcome = None
    for who in (deployed.rectifier, deployed.colleague, deployed.acceptor):
        outcome = cast_vote(session, instance, who, "agree", "属实")
    assert outcome is not None
    assert open_keys(session, instance) == ["yes"]
    page = reader.get(f"/cases/{instance}").text
    assert page.count("属实") >= 3
    assert not [name for name in names if name in page]
    ids = {str(who.user_id) for who in (deployed.rectifier, deployed.colleague, deployed.acceptor)}
    texts = [
        api.get(f"/instances/{instance}{end}").get_data(as_text=True) for end in ("", "/history")
    ]
    assert not [one for one in ids for text in texts if one in text]


def test_the_api_gives_counts_then_votes_and_says_who_decided(
    app: Flask, session: Session, deployed: Cast
) -> None:
    instance = voting_on(session, deployed, "ballot")
    api = Program(app.test_client(), session, deployed.verifier)
    mine = task_of(session, instance, deployed.verifier)
    (one,) = api.get("/tasks?scope=mine").get_json()["items"]
    assert one["id"] == str(mine)
    shown = api.get(f"/tasks/{mine}").get_json()
    assert (shown["vote"], shown["values"]) == ({"voters": 4, "voted": 0}, {})
    answers = {"answers": {"decision": "refuse", "opinion": _SECRET}}
    assert api.post(f"/tasks/{mine}/complete", answers).status_code == 200
    (vote,) = api.get(f"/instances/{instance}").get_json()["votes"]
    assert (vote["state"], vote["voters"], vote["voted"], vote["votes"]) == ("open", 4, 1, [])
    assert _SECRET not in api.get(f"/instances/{instance}/history").get_data(as_text=True)
    late = task_of(session, instance, deployed.rectifier)
    cast_vote(session, instance, deployed.acceptor, "refuse")
    shown = api.get(f"/instances/{instance}").get_json()
    (vote,) = shown["votes"]
    assert (vote["state"], [v["choice"] for v in vote["votes"]]) == ("failed", ["against"] * 2)
    assert vote["votes"][0]["opinion"] == _SECRET
    assert shown["data"]["decide_votes"] == {"voters": 4, "agreed": 0, "refused": 2}
    assert _SECRET in api.get(f"/instances/{instance}/history").get_data(as_text=True)
    too_late: Any = Program(app.test_client(), session, deployed.rectifier)
    answer = too_late.post(f"/tasks/{late}/complete", answers)
    assert answer.status_code == 409
    assert answer.get_json()["by"] == "严收"
    assert answer.get_json()["at"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_vote_on_a_phone_and_its_case_at_a_desk(
    screens: Screens, session: Session, deployed: Cast, scheme: str
) -> None:
    instance = voting_on(session, deployed, "ballot")
    cast_vote(session, instance, deployed.colleague, "refuse", "先断电再说")
    cast_vote(session, instance, deployed.rectifier, "agree")
    phone = screens.phone(color_scheme=scheme)
    screens.sign_in(phone, "verifier")
    phone.goto(f"/tasks/{task_of(session, instance, deployed.verifier)}")
    expect(phone.get_by_text("2 人已投，共 4 人")).to_be_visible()
    _is_accessible(phone)
    phone.get_by_label("同意", exact=True).check()
    phone.get_by_label("理由").fill(_SECRET)
    phone.get_by_role("button", name="提交").click()
    phone.get_by_text("已办完").wait_for()
    cast_vote(session, instance, deployed.acceptor, "agree")
    do(session, deployed.verifier, instance, "yes")
    desk = screens.desk(color_scheme=scheme)
    screens.sign_in(desk, "principal")
    desk.goto(f"/cases/{instance}")
    expect(desk.get_by_role("heading", name="表决", exact=True)).to_be_visible()
    expect(desk.get_by_text("同意 3，不同意 1，共 4 人").first).to_be_visible()
    _is_accessible(desk)


def _is_accessible(page: Page) -> None:
    assert faults_here(page) == []
