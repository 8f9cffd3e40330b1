"""Ledgers and statistics in a real browser: at a desk and on a phone, by day and by night."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.web.ledger_story import tell
from tests.web.screens import Screens, faults_here

pytestmark = pytest.mark.browser

PAGES = {
    "principal": (
        "/hazards",
        "/rewards",
        "/statistics?month=2026-11",
        "/statistics/cases?month=2026-11&indicator=paid_fen",
        "/hazards?text=没有这样的",
    ),
    "office": (
        "/hazards?unit=机械",
        "/statistics?month=2026-11&by=enterprise",
        "/statistics/cases?month=2026-11&indicator=verified",
        "/statistics/cases?month=2026-11&indicator=established",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("part", PAGES)
def test_every_page_is_accessible_and_fits(
    screens: Screens, session: Session, cast: Cast, part: str
) -> None:
    tell(session, cast)
    phone, desk = screens.phone(color_scheme="light"), screens.desk(color_scheme="dark")
    for page in (phone, desk):
        screens.sign_in(page, part)
        for path in PAGES[part]:
            page.goto(path)
            settle(page)
            assert faults_here(page) == [], path


def test_a_figure_leads_to_its_cases_and_back(
    screens: Screens, session: Session, cast: Cast
) -> None:
    tell(session, cast)
    page = screens.desk()
    screens.sign_in(page, "office")
    page.goto("/statistics?month=2026-10&by=enterprise")
    settle(page)
    row = page.get_by_role("row", name="甲机械有限公司").first
    row.get_by_role("link", name="3", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("甲机械有限公司")
    assert page.locator("tbody tr").count() == 3
    page.locator("a.back").click()
    expect(page.get_by_role("link", name="按单位")).to_have_attribute("aria-current", "page")


def test_filters_work_on_a_phone(screens: Screens, session: Session, cast: Cast) -> None:
    tell(session, cast)
    page = screens.phone()
    screens.sign_in(page, "principal")
    page.goto("/hazards")
    page.get_by_role("button", name="筛选").first.click()
    page.get_by_label("等级").select_option("major")
    page.locator("#filters-form").get_by_role("button", name="筛选").click()
    expect(page.get_by_role("row", name="护栏松动")).to_be_visible()
    assert page.locator("tbody tr").count() == 1
    expect(page.get_by_text("已选 1 项")).to_be_visible()


def test_names_beside_lying_bars_are_all_there(
    screens: Screens, session: Session, cast: Cast
) -> None:
    tell(session, cast)
    page = screens.phone()
    screens.sign_in(page, "office")
    page.goto("/statistics?month=2026-11&by=enterprise")
    settle(page)
    drawn = page.locator(".is-lying svg")
    for name in ("丙小吃店", "甲机械有限公司"):
        assert name in (drawn.text_content() or "")


def settle(page: Page) -> None:
    """Wait until the charts are drawn."""
    for chart in page.locator("[data-chart]").all():
        chart.locator("svg").wait_for()
