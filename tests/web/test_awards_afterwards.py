"""After the result: a case is taken back, an award is revoked; what won is told as it was."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import doctor
from engine.campaigns import assigning, finding, revoking, running
from engine.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from engine.practices import nominating
from engine.store import tables as t
from tests.cast import Cast
from tests.engine.campaign_story import Selecting
from tests.web.told_cases import text_of
from tests.web.visits import Client

TITLE = "第 1 个案例的标题"


@pytest.fixture
def won(clock: time_machine.Traveller, session: Session, cast: Cast) -> tuple[Selecting, Any]:
    """A case of 甲, which agreed to be named, won; the result is published."""
    selecting = Selecting(session, cast)
    session.execute(update(t.Practice).values(is_named=True))
    session.commit()
    selecting.opens()
    entry = selecting.recommend(0, cast.town)
    other = selecting.enter(1)
    selecting.judging(clock)
    for one in (entry, other):
        for person in (selecting.second, selecting.fourth):
            selecting.does(assigning.assign, one, person.user_id, actor=selecting.director)
    selecting.score(entry, selecting.second, 30, 25, 20, 10)
    selecting.score(entry, selecting.fourth, 30, 25, 20, 10)
    selecting.score(other, selecting.second, 10, 5, 5, 5)
    selecting.score(other, selecting.fourth, 10, 5, 5, 5)
    award = selecting.row().awards[0]["key"]
    selecting.decide({entry: award})
    selecting.does(running.publish, selecting.campaign, actor=selecting.director)
    return selecting, entry


def _paper(client: Client, address: str) -> str:
    answer = client.get(f"{address}/result.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    return text.replace("\n", "")


def test_what_won_stays_and_says_that_its_case_is_gone(
    won: tuple[Selecting, Any], client: Client, cast: Cast, session: Session
) -> None:
    selecting, _entry = won
    address = f"/campaigns/{selecting.campaign}"
    client.sign_in(cast.officer)
    before = text_of(client, address)
    assert TITLE in before
    assert "甲机械有限公司" in before
    selecting.does(nominating.withdraw, selecting.cases[0], reason="工艺保密", actor=cast.principal)
    page = text_of(client, address).partition("<main")[2].partition("征集什么")[0]
    paper = _paper(client, address)
    for told in (page, paper):
        assert "一等奖" in told
        assert "企业已于" in told
        assert "案例已撤回" in told
        assert TITLE not in told
        assert "甲机械有限公司" not in told
    assert selecting.notices("campaign_case_gone") == [selecting.director.user_id]
    client.sign_in(selecting.director)
    inside = text_of(client, address)
    assert TITLE in inside
    assert "撤回案例" in inside
    assert list(doctor.examine(session)) == []


def test_the_office_revokes_an_award_for_a_reason_and_once(
    won: tuple[Selecting, Any], client: Client, cast: Cast, session: Session
) -> None:
    selecting, entry = won
    address = f"/campaigns/entries/{entry}"
    owner = (cast.enterprise_id, selecting.cases[0])
    assert [one.award for one in finding.honours(session, [owner])[owner[1]]] == ["一等奖"]
    for actor, refused in ((cast.officer, NotAllowed), (cast.stranger, NotAllowed)):
        with pytest.raises(refused):
            selecting.does(revoking.revoke, entry, reason="不实", actor=actor)
    with pytest.raises(NotFound):
        selecting.does(revoking.revoke, selecting.campaign, reason="不实", actor=selecting.director)
    client.sign_in(selecting.director)
    assert "奖项仍留在结果里" in text_of(client, address)
    wrong = client.submit(f"{address}/revoke", {"reason": " "})
    assert wrong.status_code == 422
    assert client.submit(f"{address}/revoke", {"reason": "数据不实"}).status_code == 302
    assert client.submit(f"{address}/revoke", {"reason": "数据不实"}).status_code == 409
    assert f"{address}/revoke" not in text_of(client, address)
    session.rollback()
    assert finding.honours(session, [owner]) == {}
    client.sign_in(cast.officer)
    page = text_of(client, f"/campaigns/{selecting.campaign}")
    assert "<del>一等奖</del>" in page
    assert "撤销：数据不实" in page
    assert "撤销：数据不实" in _paper(client, f"/campaigns/{selecting.campaign}")
    assert set(selecting.notices("campaign_revoked")) == {
        cast.principal.user_id, cast.town.user_id, selecting.third.user_id,
    }  # fmt: skip
    assert selecting.steps()[-1] == "revoked"
    with pytest.raises(InvalidAnswers):
        running.reason_of("长" * 501)
    with pytest.raises(Conflict):
        selecting.does(revoking.revoke, entry, reason="再一次", actor=selecting.director)
