"""Pages over many enterprises never count them: they say when the figures will be there."""

from __future__ import annotations

import re

import pytest
import time_machine
from sqlalchemy.orm import Session

from engine import jobs, statistics
from engine.board import counted
from tests.cast import Cast
from tests.databases import on_both
from tests.histories import Told
from tests.web.ledger_story import Reading, tell
from tests.web.visits import Client

pytestmark = on_both

MONTH = "/statistics?month=2026-08&by=town"


@pytest.fixture
def told(session: Session, cast: Cast, clock: time_machine.Traveller) -> dict[str, Told]:
    return tell(session, cast)


@pytest.fixture
def office(
    client: Client, cast: Cast, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> Client:
    """The office of a district of more than a few enterprises."""
    monkeypatch.setattr(counted, "_FEW", 0)
    client.sign_in(cast.office)
    return client


def polled(page: Reading, name: str) -> list[str]:
    return [str(one.get("hx-get")) for one in page.tree.xpath(f"//*[@id='{name}'][@hx-get]")]


def test_an_old_month_is_ordered_by_who_looks_at_it(
    office: Client, cast: Cast, session: Session
) -> None:
    for _ in range(2):
        page = Reading(office, MONTH)
        assert "2026-08 的数字还没有算出来" in page.text
        assert "已排队，2026-11-02 09:00 起计算" in page.text
        assert polled(page, "counting") == ["/statistics?month=2026-08&by=town"]
        assert not page.tree.xpath("//table")
    assert page.tree.xpath("//select[@name='month']"), "another month can be chosen"
    assert jobs.run_due(session) == 1
    page = Reading(office, MONTH)
    assert "数字截至" in page.text
    assert polled(page, "counting") == []
    table = statistics.monthly(session, actor=cast.office, month="2026-08", by="town")
    rows = page.tree.xpath("//table[@class='table table-figures'][1]/tbody/tr")
    assert len(rows) == len(table.lines)


def test_a_month_that_is_kept_can_be_counted_anew_but_not_over_and_over(
    office: Client, session: Session, clock: time_machine.Traveller
) -> None:
    Reading(office, MONTH)
    assert jobs.run_due(session) == 1
    for _ in range(2):
        answer = office.submit("/statistics/recount", {"month": "2026-08", "by": "town"})
        assert answer.headers["Location"] == "/statistics?month=2026-08&by=town"
        assert re.search("已排队，2026-11-02 09:01 起计算", Reading(office, MONTH).text)
        assert jobs.run_due(session) == 0
    clock.shift(90)
    assert jobs.run_due(session) == 1
    assert "2026-11-02 09:01" in Reading(office, MONTH).text


@pytest.mark.parametrize("month", ["", "2026-13", "￾", "x" * 99])
def test_a_wrong_month_is_said(office: Client, month: str) -> None:
    assert office.submit("/statistics/recount", {"month": month}).status_code == 422
    assert office.get(f"/statistics?month={month or 'x'}&by=town").status_code == 422


def test_who_sees_few_has_nothing_counted_later(
    client: Client, cast: Cast, told: dict[str, Told]
) -> None:
    client.sign_in(cast.principal)
    answer = client.submit("/statistics/recount", {"month": "2026-08"}, follow_redirects=True)
    assert "数字已是最新的" in answer.text


def test_a_board_says_when_it_will_be_there(
    office: Client, session: Session, clock: time_machine.Traveller
) -> None:
    page = Reading(office, "/board")
    assert "还没有排队" in page.text
    assert office.submit("/board/refresh").status_code == 302
    page = Reading(office, "/board")
    assert "已排队，2026-11-02 09:00 起计算" in page.text
    (board,) = page.tree.xpath("//div[@id='board']")
    assert board.get("hx-trigger") == "every 5s"
    assert jobs.run_due(session) == 1
    assert "数字截至" in Reading(office, "/board").text
    office.submit("/board/refresh")
    assert "2026-11-02 09:01 起计算" in Reading(office, "/board").text, "not twice a minute"
    office.set_cookie("language", "en")
    assert "In the queue" in Reading(office, "/statistics?month=2026-08&by=town").text
