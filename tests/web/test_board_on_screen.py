"""The board at a desk, on a wall, on one sheet and on a phone; every number opens its list."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from lxml import html
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from engine import board
from engine.board.keeping import keep
from engine.clock import now
from engine.store import tables as t
from tests.cast import Cast
from tests.web.ledger_story import tell
from tests.web.screens import Screens, faults_here
from tests.web.visits import Client

TODAY = date(2026, 11, 2)
_LONG = "上海滨江国际机场枢纽综合开发建设投资有限责任公司第三分公司"


def crowded() -> board.Board:
    """A board on which everything is there that ever is."""
    targets = [
        board.Target(
            id=str(number),
            title="2026 年 6 月底前：矿山、危化、建筑施工、交通运输等重点行业领域和区属国企",
            due_on=TODAY + timedelta(days=60 * number - 120),
            percent=100,
            stage="established",
            owed=42_318,
            established=38_112,
            implemented=20_004,
        )
        for number in range(4)
    ]
    majors = [
        board.Major(
            report_number=f"BG-E{number:05d}-20260803-0001",
            number=f"YH-E{number:05d}-2026-00017",
            enterprise=_LONG,
            place="二号厂房西侧危险化学品中间仓库",
            registered_on=TODAY - timedelta(days=400 - number),
            due_on=TODAY - timedelta(days=9),
        )
        for number in range(5)
    ]
    sums = [
        board.Sums(
            month=month,
            established=38_112,
            implemented=20_004,
            reported=98_765,
            verified=87_654,
            paid_fen=1_234_567_890,
            noncash_fen=98_765_432,
            noncash_count=65_432,
            paid_count=76_543,
        )
        for month in ("2026-11", "2026-10", "2025-11")
    ]
    steps = [
        board.Step(
            key=f"step_{number}",
            name="向职工大会报告重大隐患",
            done=123_456,
            median=9_000,
            p90=43_200,
            waiting=12_345,
            late=2_345,
        )
        for number in range(6)
    ]
    return board.Board(
        month="2026-11",
        on=TODAY,
        enterprises=60_000,
        targets=targets,
        ages={"week": 120, "month": 345, "quarter": 567, "older": 89},
        majors=majors,
        late=board.Late(open=34_567, overdue=4_567, overdue_major=123),
        sums=sums,
        steps=steps,
        silent=9_876,
    )


def show_crowded(session: Session, cast: Cast) -> None:
    keep(session, cast.office_id, crowded().to_text(), now(), 0)
    session.commit()


@pytest.mark.usefixtures("grounds", "clock")
def test_every_number_opens_a_list_of_as_many(client: Client, session: Session, cast: Cast) -> None:
    tell(session, cast)
    client.sign_in(cast.office)
    page = html.fromstring(client.get("/board").text)
    numbers = page.xpath("//*[contains(@class, 'board-part')]//a")
    counted = [
        (int(link.text_content().replace(",", "")), link.get("href"))
        for link in numbers
        if re.fullmatch(r"[\d,]+", link.text_content()) and "fen" not in link.get("href")
    ]
    assert len(counted) > 5
    for number, address in counted:
        answer = client.get(address)
        assert answer.status_code == 200, address
        rows = html.fromstring(answer.text).xpath("//main//tbody/tr[@data-item]")
        assert len(rows) == number, address


def test_it_is_counted_again_when_asked_for(client: Client, session: Session, cast: Cast) -> None:
    client.sign_in(cast.officer)
    answer = client.submit("/board/refresh?view=wall")
    assert answer.headers["Location"] == "/board?view=wall"
    session.rollback()
    assert session.query(t.Rollup).one().organisation_id == cast.department_id


@pytest.mark.browser
def test_it_fits_a_wall_a_sheet_and_a_phone(screens: Screens, session: Session, cast: Cast) -> None:
    show_crowded(session, cast)
    wall = screens.desk()
    wall.set_viewport_size({"width": 1920, "height": 1080})
    screens.sign_in(wall, "office")
    wall.goto("/board?view=wall")
    expect(wall.get_by_role("navigation")).to_have_count(0)
    assert wall.evaluate("document.documentElement.scrollHeight") <= 1080
    sheet = wall.goto("/board") and wall.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    phone = screens.phone(color_scheme="dark")
    screens.sign_in(phone, "office")
    for page in (wall, phone):
        page.goto("/board")
        assert faults_here(page) == []
    # A minute later the wall shows what was counted since, by itself.
    wall.clock.install()
    wall.goto("/board?view=wall")
    keep(session, cast.office_id, crowded().to_text().replace("34567", "34568"), now(), 0)
    session.commit()
    wall.clock.fast_forward(61_000)
    expect(wall.get_by_role("link", name="34,568")).to_be_visible()
